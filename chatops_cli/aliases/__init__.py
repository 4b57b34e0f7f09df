"""Formats compiled, indexed and matched."""
