"""A pack's own tests, run by pytest in a process of their own."""
