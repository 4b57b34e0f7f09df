"""Plain data: frozen dataclasses, standard library only."""
