#!/bin/sh
# Checks the container without a container engine: compose.yaml by docker compose's own reader, the Dockerfile's entry point
# by running it over the server that `mvn verify` built. Where a check cannot be made it says so, which under CLEW_NO_SKIP=1
# is a failure. JAVA_HOME names the JDK to run with.
set -u

project=$(CDPATH='' cd -- "$(dirname -- "$0")/../../../.." && pwd -P)
cd "$project" || exit 1

failed=0
wrong() {
    printf 'FAILED  %s\n' "$1"
    failed=1
}
not_checked() {
    printf 'SKIPPED %s\n' "$1"
    [ "${CLEW_NO_SKIP:-}" != 1 ] || failed=1
}

# The server as the image has it, at a path of our own instead of /clew.
image=$(mktemp -d "${TMPDIR:-/tmp}/clew-image.XXXXXX")
trap 'rm -rf "$image"' EXIT
if cp server/target/server-*-SNAPSHOT.jar "$image/server.jar" 2>/dev/null && cp -R server/target/lib "$image/lib"; then
    cp server/src/main/launch/jvm.flags "$image/jvm.flags"
    entry=$(sed -n 's|^ENTRYPOINT \["/bin/sh", "-c", "\(.*\)", "clew"\]$|\1|p' Dockerfile | sed -e 's|\\"|"|g' -e "s|/clew/|$image/|g")
    said=$(PATH=${JAVA_HOME:+$JAVA_HOME/bin:}$PATH CLEW_JVM_FLAGS=-Dextra=1 /bin/sh -c "$entry" clew version 2>&1) \
        || wrong "the entry point failed: $said"
    case $said in
        clew\ *) echo "ok      the Dockerfile's entry point runs: $said" ;;
        *) wrong "the entry point said: $said" ;;
    esac
    for argument in $(sed -n 's/^CMD \[\(.*\)\]$/\1/p' Dockerfile | tr -d '",'); do
        case $argument in
            --*) grep -q -e "^UP_FLAGS='.*$argument" clew || wrong "the Dockerfile's CMD has $argument, which up does not know" ;;
        esac
    done
else
    not_checked "the Dockerfile's entry point: no server is built"
fi

if docker compose version >/dev/null 2>&1; then
    compose='docker compose'
elif command -v docker-compose >/dev/null 2>&1; then
    compose=docker-compose
else
    not_checked 'compose.yaml: there is no docker compose here'
    exit "$failed"
fi

config=$($compose -f compose.yaml config 2>&1) || wrong "compose.yaml is not valid: $config"
for port in 4317 4318 16686; do
    printf '%s\n' "$config" | grep -q "$port" || wrong "compose.yaml does not publish $port"
    grep -q "^EXPOSE.* $port" Dockerfile || wrong "the Dockerfile does not expose $port"
done
printf '%s\n' "$config" | grep -q '/data' || wrong 'compose.yaml keeps /data nowhere'
grep -q '^CMD .*"0\.0\.0\.0"' Dockerfile || wrong 'the Dockerfile lets the server listen on loopback'

[ "$failed" = 0 ] && echo "ok      compose.yaml is valid by $compose"
exit "$failed"
