"""Sensors: their classes are here for the tests of packs; nothing runs them yet."""
