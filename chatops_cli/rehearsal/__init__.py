"""Rehearsals: conversations written down, played against the real path, and compared."""
