"""Both sides of `compare_orquesta.py`, and the plan that both follow."""
