"""Packs on disk as the model, with places; a cache that makes the second look cheap."""
