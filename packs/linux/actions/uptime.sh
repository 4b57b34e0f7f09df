#!/bin/sh
# How long this machine has been up in seconds, and since when in UTC, as a JSON object.
set -eu
export LC_ALL=C

read -r up _ </proc/uptime
up=${up%%.*}
started=$(($(date +%s) - up))
printf '{"seconds": %s, "since": "%s"}\n' "$up" "$(date -u -d "@$started" '+%Y-%m-%d %H:%M UTC')"
