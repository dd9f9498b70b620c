#!/bin/sh
# Asks for an e-mail address and a password and makes the account an admin. Works while the server runs, too.
set -eu
cd "$(dirname "$0")/.."

printf 'E-mail address: ' >&2
read -r email
[ -n "$email" ] || { echo "An e-mail address is needed." >&2; exit 1; }
if [ -t 0 ]; then
    printf 'Password: ' >&2
    trap 'stty echo' EXIT INT TERM
    stty -echo
    IFS= read -r password
    stty echo
    trap - EXIT INT TERM
    printf '\n' >&2
else
    IFS= read -r password
fi
printf '%s\n' "$password" | .venv/bin/antiphon admin create --email "$email" --password-stdin
