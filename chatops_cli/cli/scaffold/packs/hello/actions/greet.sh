#!/bin/sh
# What was typed in the chat arrives as arguments: data, never part of a shell line.
name=$1
style=$2

case $style in
    formal) printf 'Good day, %s.\n' "$name" ;;
    *) printf 'Hello, %s!\n' "$name" ;;
esac
