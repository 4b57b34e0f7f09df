#!/bin/sh
# How full the filesystem is that holds the path given, as a JSON object in bytes; without a path,
# every filesystem that can fill up, as a list of them.
set -eu
export LC_ALL=C
path=${1-}

if [ -n "$path" ]; then
    table=$(df -kP -- "$path")
else
    # -l keeps clear of network mounts that hang. Not every df knows it, and df fails as a whole
    # when a single filesystem may not be read: what it has printed counts.
    table=$(df -klP 2>/dev/null) || [ -n "$table" ] || table=$(df -kP)
fi

printf '%s\n' "$table" | awk -v one="$path" '
    # Text between quotes. Built sign by sign: awks disagree on backslashes in replacements.
    function quoted(text,    i, sign, out) {
        for (i = 1; i <= length(text); i++) {
            sign = substr(text, i, 1)
            if (sign == "\"" || sign == "\\") out = out "\\" sign
            else if (sign < " ") out = out "?"
            else out = out sign
        }
        return "\"" out "\""
    }
    # Names of devices and mounts may hold spaces: the numbers between them are what is sure.
    NR > 1 && match($0, / +[0-9]+ +[0-9]+ +-?[0-9]+ +([0-9]+%|-) +/) {
        device = substr($0, 1, RSTART - 1)
        mount = substr($0, RSTART + RLENGTH)
        split(substr($0, RSTART, RLENGTH), number)
        if (one == "") {
            if (number[1] == 0 || device ~ /^(tmpfs|devtmpfs|udev|shm|none|efivarfs)$/) next
            if (mount ~ /^\/(snap|dev|proc|sys|run)\//) next
        }
        # %.0f: an integer format stops at 2 GiB in some awks.
        row = sprintf("{\"device\": %s, \"mount\": %s, \"size\": %.0f, \"used\": %.0f, " \
                      "\"free\": %.0f, \"percent\": %d}", quoted(device), quoted(mount),
                      number[1] * 1024, number[2] * 1024, number[3] * 1024, number[4] + 0)
        rows = rows (rows == "" ? "" : ", ") row
    }
    END { print (one == "" ? "[" rows "]" : rows) }
'
