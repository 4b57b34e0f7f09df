"""Packs put in place, brought up to date and taken away: whole, or not at all."""
