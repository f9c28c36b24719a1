#!/usr/bin/env python3
"""Follows an org: prints one event a line, and goes on where it stopped, however it was stopped.

    QUARTERDECK_ENDPOINT=https://… QUARTERDECK_SECRET=qdsk_… QUARTERDECK_ORG=acme python3 follow.py cursor.txt

Standard library only. Put your own work into `handle`. The cursor is kept after it: an event may come twice (with the same
id), and never not at all. For an unfiltered follower that reads the org's whole trail, positions have no gaps; this checks it.
"""

import http.client
import json
import os
import sys
import time
import urllib.error
import urllib.request

ENDPOINT = os.environ["QUARTERDECK_ENDPOINT"]
SECRET = os.environ["QUARTERDECK_SECRET"]
ORG = os.environ["QUARTERDECK_ORG"]
CURSOR = sys.argv[1]


def handle(event):
    print(json.dumps(event, separators=(",", ":")), flush=True)


def load():
    try:
        with open(CURSOR, encoding="ascii") as file:
            return file.read() or "0"
    except FileNotFoundError:
        return "0"


def keep(cursor):
    with open(CURSOR + ".new", "w", encoding="ascii") as file:
        file.write(cursor)
        file.flush()
        os.fsync(file.fileno())
    os.replace(CURSOR + ".new", CURSOR)


def position(cursor):
    return int(cursor.rpartition(".")[2])


def follow():
    """Follows until the connection ends; keeps the cursor."""
    request = urllib.request.Request(
        f"{ENDPOINT}/v1/orgs/{ORG}/events/stream",
        headers={"Authorization": f"Bearer {SECRET}", "Last-Event-ID": load(), "Accept": "text/event-stream"},
    )
    # Something comes at least every 15 s: silence is a connection that is gone.
    with urllib.request.urlopen(request, timeout=45) as stream:
        last = position(load())
        frame = {}
        for line in stream:
            line = line.decode().rstrip("\n")
            if line:
                name, _, value = line.partition(": ")
                frame[name] = value
                continue
            if "data" in frame:
                event = json.loads(frame["data"])
                if event["orgposition"] != last + 1:
                    raise SystemExit(f"after {last} comes {event['orgposition']}")
                handle(event)
            if "id" in frame:
                last = position(frame["id"])
                keep(frame["id"])
            frame = {}


def main():
    pause = 1
    while True:
        before = load()
        try:
            follow()
        except urllib.error.HTTPError as error:
            problem = json.loads(error.read() or b"{}")
            if error.code in (400, 401, 403, 404, 409, 422):
                # It will not work by itself. After `epoch_changed`: read what you need anew, and begin there.
                raise SystemExit(f"{problem.get('code')}: {problem.get('detail')}") from error
        except (OSError, http.client.HTTPException) as error:
            print(f"connecting again: {error}", file=sys.stderr)
        pause = 1 if load() != before else min(pause * 2, 60)
        time.sleep(pause)


if __name__ == "__main__":
    main()
