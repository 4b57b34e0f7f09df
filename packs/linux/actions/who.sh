#!/bin/sh
# Who is logged on, a line each; nothing where nobody is.
set -eu
export LC_ALL=C

if ! command -v who >/dev/null 2>&1; then
    echo 'this machine has no who program' >&2
    exit 2
fi
exec who
