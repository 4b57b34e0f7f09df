#!/bin/sh
# What was typed arrives as an argument: data, never part of a shell line.
printf 'Hello, %s!\n' "$1"
