#!/bin/sh
# Makes .venv and installs what the given lock files pin: `environment.sh requirements.lock …`.
# A step runs only when its inputs changed since it last succeeded; what is done is said, and how long it goes on.
set -eu
cd "$(dirname "$0")/.."
. ./scripts/step.sh

say() { printf '%s\n' "$*"; }
fail() { printf '%s\n' "$*" >&2; exit 1; }

# The name of a mark in .venv, and what must be written in it for the step to count as done.
is_done() { [ "$(cat ".venv/marks/$1" 2>/dev/null)" = "$2" ]; }
mark_done() { mkdir -p .venv/marks; printf '%s\n' "$2" > ".venv/marks/$1"; }

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-python3 python3.13 python3.12 python3.11}; do
        if is_new_enough "$candidate"; then say "$candidate"; return; fi
    done
    fail "Antiphon needs Python 3.11 or newer, and ${PYTHON:-python3} is older or missing: apt install python3 python3-venv, or set PYTHON=/path/to/python3."
}

make_environment() {
    python=$(find_python)
    "$python" -c 'import ensurepip, venv' >/dev/null 2>&1 ||
        fail "This Python cannot make environments (no venv or ensurepip): apt install python3-venv."
    rm -rf .venv
    step "Making .venv with $("$python" --version 2>&1)" "$python" -m venv .venv ||
        { rm -rf .venv; fail "The environment could not be made: apt install python3-venv."; }
}

install_uv() {
    sum=$(cksum < requirements-uv.lock)
    is_done uv "$sum" && [ -x .venv/bin/uv ] && return
    step "Installing uv" .venv/bin/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes \
        -r requirements-uv.lock || fail "uv could not be installed from the Python package index: is this machine online?"
    mark_done uv "$sum"
}

install_lock() {
    sum=$(cksum < "$1")
    is_done "$1" "$sum" && return
    step "Installing what $1 pins" .venv/bin/uv pip install --quiet --python .venv/bin/python --require-hashes -r "$1" ||
        fail "The packages of $1 could not be installed: is this machine online?"
    mark_done "$1" "$sum"
}

# The package itself: editable, so that it is read from src/; the build tools come from the lock.
install_antiphon() {
    sum=$(cksum < pyproject.toml)
    is_done antiphon "$sum" && [ -x .venv/bin/antiphon ] && return
    step "Installing antiphon from src/" .venv/bin/uv pip install --quiet --python .venv/bin/python --no-deps \
        --no-build-isolation --editable . ||
        fail "The package itself could not be installed; what went wrong stands above."
    mark_done antiphon "$sum"
}

is_new_enough .venv/bin/python || make_environment
install_uv
for lock in "$@"; do install_lock "$lock"; done
install_antiphon
