# Stops the tests' PostgreSQL when no test has used it for half a minute. Given: the directory.
# Every test process holds users.lock, shared, as long as it lives; the kernel lets go of it whatever happens.
exec 7>"$1/watchdog.lock" 8>"$1/users.lock"
flock -n -x 7 || exit 0
while :; do
    flock -x 8
    flock -u 8
    sleep 30
    flock -n -x 8 || continue
    pid=$(head -n 1 "$1/postgres/postmaster.pid" 2>/dev/null) || exit 0
    kill -INT "$pid" 2>/dev/null
    while kill -0 "$pid" 2>/dev/null; do sleep 0.1; done
    exit 0
done
