#!/bin/sh
# What people typed arrives as arguments: put every use between double quotes, and it stays data.
set -eu
name=$1
times=$2

while [ "$times" -gt 0 ]; do
    printf 'Hello, %s!\n' "$name"
    times=$((times - 1))
done
