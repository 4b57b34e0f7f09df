#!/bin/sh
# The share of processor time between two looks at /proc/stat, in percent, as a JSON object.
set -eu
export LC_ALL=C
seconds=${1:-1}

before=$(head -n 1 /proc/stat)
sleep "$seconds"
after=$(head -n 1 /proc/stat)

# Columns after the name: user, nice, system, idle, iowait, irq, softirq, steal.
printf '%s\n%s\n' "$before" "$after" | awk '
    NR == 1 { for (i = 2; i <= 9; i++) past[i] = $i }
    NR == 2 {
        for (i = 2; i <= 9; i++) { spent[i] = $i - past[i]; all += spent[i] }
        if (all <= 0) all = 1
        printf "{\"busy\": %.1f, \"user\": %.1f, \"system\": %.1f, ",
               100 * (all - spent[5] - spent[6]) / all, 100 * (spent[2] + spent[3]) / all,
               100 * (spent[4] + spent[7] + spent[8]) / all
        printf "\"waiting\": %.1f, \"stolen\": %.1f}\n", 100 * spent[6] / all, 100 * spent[9] / all
    }
'
