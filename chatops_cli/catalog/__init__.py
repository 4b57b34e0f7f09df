"""Packs on disk become the model, with places; kept in a cache."""
