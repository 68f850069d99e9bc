#!/bin/sh
# Validates compose.yaml with docker compose's own reader; no container engine is needed. Without docker compose it says
# that nothing was checked, which under CLEW_NO_SKIP=1 is a failure.
set -u

project=$(CDPATH='' cd -- "$(dirname -- "$0")/../../../.." && pwd -P)
cd "$project" || exit 1

if docker compose version >/dev/null 2>&1; then
    compose='docker compose'
elif command -v docker-compose >/dev/null 2>&1; then
    compose=docker-compose
else
    echo 'SKIPPED compose.yaml: there is no docker compose here'
    [ "${CLEW_NO_SKIP:-}" != 1 ]
    exit
fi

failed=0
wrong() {
    printf 'FAILED  %s\n' "$1"
    failed=1
}

config=$($compose -f compose.yaml config 2>&1) || wrong "compose.yaml is not valid: $config"
for port in 4317 4318 16686; do
    printf '%s\n' "$config" | grep -q "$port" || wrong "compose.yaml does not publish $port"
    grep -q "^EXPOSE.* $port" Dockerfile || wrong "the Dockerfile does not expose $port"
done
printf '%s\n' "$config" | grep -q '/data' || wrong 'compose.yaml keeps /data nowhere'
grep -q '^CMD .*"0\.0\.0\.0"' Dockerfile || wrong 'the Dockerfile lets the server listen on loopback'

[ "$failed" = 0 ] && echo "container tests: compose.yaml valid by $compose"
exit "$failed"
