#!/bin/sh
# Asks a host for an echo, a second apart. Exit code 1: no answer. 2: nothing could be asked.
set -eu
export LC_ALL=C
host=$1
count=${2:-3}

if ! command -v ping >/dev/null 2>&1; then
    echo 'this machine has no ping program; "can you reach HOST on port PORT" needs none' >&2
    exit 2
fi
# -w ends it when a host swallows the questions.
exec ping -n -c "$count" -w "$((count + 4))" -- "$host"
