#!/bin/sh
# Memory and swap as a JSON object in bytes. Used is what is not available to new programs:
# caches, which the kernel gives back, do not count.
set -eu
export LC_ALL=C

awk '
    { kilobytes[$1] = $2 }
    function share(part, whole) { return whole > 0 ? 100 * part / whole : 0 }
    END {
        total = kilobytes["MemTotal:"]
        # Kernels before 3.14 do not say what is available.
        if ("MemAvailable:" in kilobytes) available = kilobytes["MemAvailable:"]
        else available = kilobytes["MemFree:"] + kilobytes["Buffers:"] + kilobytes["Cached:"]
        swap = kilobytes["SwapTotal:"]
        swapped = swap - kilobytes["SwapFree:"]
        printf "{\"total\": %.0f, \"used\": %.0f, \"available\": %.0f, \"percent\": %.0f, ",
               total * 1024, (total - available) * 1024, available * 1024,
               share(total - available, total)
        printf "\"swap_total\": %.0f, \"swap_used\": %.0f, \"swap_percent\": %.0f}\n",
               swap * 1024, swapped * 1024, share(swapped, swap)
    }
' /proc/meminfo
