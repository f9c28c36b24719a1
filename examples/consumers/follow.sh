#!/usr/bin/env bash
# Follows an org with curl: prints one event a line, and goes on where it stopped, however it was stopped.
#
#   QUARTERDECK_ENDPOINT=https://… QUARTERDECK_SECRET=qdsk_… QUARTERDECK_ORG=acme ./follow.sh cursor.txt
#
# Put your own work in the place of `printf`. The cursor is kept after it: an event may come twice, and never not at all.
set -u
cursor_file=$1
url="$QUARTERDECK_ENDPOINT/v1/orgs/$QUARTERDECK_ORG/events/stream"
pause=1

keep() { printf '%s' "$1" > "$cursor_file.new" && mv "$cursor_file.new" "$cursor_file"; }

while :; do
  after=$(cat "$cursor_file" 2>/dev/null || echo 0)
  id='' data=''
  # The secret is not on the command line, where others on this machine could see it.
  while IFS= read -r line; do
    case $line in
      'id: '*) id=${line#id: } ;;
      'data: '*) data=${line#data: } ;;
      '')
        if [ -n "$data" ]; then printf '%s\n' "$data"; fi
        if [ -n "$id" ]; then keep "$id"; pause=1; fi
        id='' data='' ;;
    esac
  done < <(curl --silent --show-error --no-buffer --fail --keepalive-time 15 \
             --config <(printf 'header = "Authorization: Bearer %s"\n' "$QUARTERDECK_SECRET") \
             --header "Last-Event-ID: $after" "$url")
  # A half of an event that was left over is told again.
  sleep "$pause"
  pause=$((pause < 30 ? pause * 2 : 60))
done
