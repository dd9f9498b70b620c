#!/bin/sh
# Everything that can be said about the sources without starting the product: Python's steps, and beside them those of
# the web player. All steps run; the failed ones are named.
set -u
cd "$(dirname "$0")/.."
notes=$(mktemp -d)
trap 'rm -rf "$notes"' EXIT
# What runs beside the script does not hear of an interruption by itself.
trap 'trap - TERM; kill 0' INT TERM

step() {
    title=$1
    shift
    if output=$("$@" 2>&1); then
        printf '  ok    %s\n' "$title"
    else
        printf '%s\n  FAIL  %s\n' "$output" "$title"
        echo "$title" >>"$notes/failed"
    fi
}

check_python() {
    step "format" .venv/bin/ruff format --check .
    step "lint" .venv/bin/ruff check .
    step "types" .venv/bin/mypy
    step "walls between the parts" .venv/bin/lint-imports --no-logo
    step "sizes, dead code, habits" .venv/bin/python -m pytest tests/architecture
}

check_player() {
    step "web player: lint" ./scripts/player.sh npm run --silent lint
    step "web player: types" ./scripts/player.sh npm exec --no -- vue-tsc --noEmit
    step "web player: tests" ./scripts/player.sh npm run --silent test
    step "web player: weight of the first page" ./scripts/player.sh npm run --silent weight
}

# What both need is made before they run beside each other.
./scripts/player.sh npm --version >/dev/null || exit 1
check_player >"$notes/player" &
check_python
wait
cat "$notes/player"

[ ! -s "$notes/failed" ] || { printf 'Failed: %s\n' "$(paste -sd, "$notes/failed")"; exit 1; }
