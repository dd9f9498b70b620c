# Read by the scripts beside it: `step "What is done" command …` runs what takes longer than a moment, and shows that it
# goes on. On a terminal one line counts the seconds; elsewhere there is a line at the beginning and one every ten
# seconds. What the command writes follows; its exit status is the step's.

step() {
    told=$1
    shift
    said=$(mktemp)
    count_seconds "$told" &
    counting=$!
    trap 'kill "$counting" 2>/dev/null; rm -f "$said"; exit 130' INT TERM
    status=0
    "$@" >"$said" 2>&1 || status=$?
    kill "$counting" 2>/dev/null || :
    wait "$counting" 2>/dev/null || :
    trap - INT TERM
    if [ -t 1 ]; then printf '\n'; fi
    cat "$said" >&2
    rm -f "$said"
    return "$status"
}

# Ends by itself where the script is gone.
count_seconds() {
    seconds=0
    if [ -t 1 ]; then every=1; else every=10; printf '%s\n' "$1"; fi
    while kill -0 "$$" 2>/dev/null; do
        if [ -t 1 ]; then
            printf '\r%s … %s s' "$1" "$seconds"
        elif [ "$seconds" -gt 0 ]; then
            printf '%s … %s s\n' "$1" "$seconds"
        fi
        sleep "$every"
        seconds=$((seconds + every))
    done
}
