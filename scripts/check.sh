#!/bin/sh
# Everything that can be said about the sources without starting the product. All steps run; the failed ones are named.
set -u
cd "$(dirname "$0")/.."
failed=""

step() {
    title=$1
    shift
    if output=$("$@" 2>&1); then
        printf '  ok    %s\n' "$title"
    else
        printf '%s\n  FAIL  %s\n' "$output" "$title"
        failed="$failed, $title"
    fi
}

step "format" .venv/bin/ruff format --check .
step "lint" .venv/bin/ruff check .
step "types" .venv/bin/mypy
step "walls between the parts" .venv/bin/lint-imports --no-logo
step "sizes, dead code, habits" .venv/bin/python -m pytest tests/architecture
if [ -f web/package.json ]; then
    step "web player: lint" ./scripts/player.sh npm run --silent lint
    step "web player: types" ./scripts/player.sh npm exec --no -- vue-tsc --noEmit
    step "web player: tests" ./scripts/player.sh npm run --silent test
    step "web player: weight of the first page" ./scripts/player.sh npm run --silent weight
fi

[ -z "$failed" ] || { printf 'Failed: %s\n' "${failed#, }"; exit 1; }
