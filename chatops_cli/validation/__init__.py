"""Checks over packs, before anybody says a word: rules, and how findings are reported."""
