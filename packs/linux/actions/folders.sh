#!/bin/sh
# The folders directly below a path that take most space, a line each: size, two spaces, path.
# What may not be read is not counted; stderr says how many places that were.
set -eu
export LC_ALL=C
path=$1
count=${2:-10}

# A slash at the end: a link to a folder stands for the folder.
if [ ! -d "$path/" ]; then
    printf '%s is not a folder\n' "$path" >&2
    exit 1
fi

{
    # du fails when it could not read everything, which is usual and no reason to say nothing.
    unread=$(du -xk -d 1 -- "$path/" 2>&1 >&3 | grep -c . || true)
    if [ "$unread" -gt 0 ]; then
        printf '%s places could not be read and are not counted\n' "$unread" >&2
    fi
} 3>&1 | sort -rn | awk -v count="$count" '
    function human(kilobytes,    unit) {
        for (unit = 1; kilobytes >= 1024 && unit < 4; unit++) kilobytes /= 1024
        return sprintf("%.1f %s", kilobytes, substr("KMGT", unit, 1) "iB")
    }
    NR <= count + 1 {
        size = $1
        sub(/^[0-9]+[ \t]+/, "")
        gsub(/\/\/+/, "/")
        # The first line is the folder asked for, all of it.
        if (NR == 1) sub(/.\/$/, substr($0, length($0) - 1, 1))
        printf "%10s  %s\n", human(size), $0
    }
'
