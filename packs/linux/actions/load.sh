#!/bin/sh
# The load average over 1, 5 and 15 minutes, as a JSON object. `percent` is the load of the last
# minute a processor: above 100, programs wait for their turn.
set -eu
export LC_ALL=C

processors=$(getconf _NPROCESSORS_ONLN 2>/dev/null || grep -c '^processor' /proc/cpuinfo || echo 1)
awk -v processors="$processors" '{
    split($4, running, "/")
    printf "{\"one\": %s, \"five\": %s, \"fifteen\": %s, \"running\": %d, \"threads\": %d, ",
           $1, $2, $3, running[1], running[2]
    printf "\"processors\": %d, \"percent\": %.0f}\n", processors, 100 * $1 / processors
}' /proc/loadavg
