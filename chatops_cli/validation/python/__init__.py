"""The Python code of packs, read as text: it is never imported."""
