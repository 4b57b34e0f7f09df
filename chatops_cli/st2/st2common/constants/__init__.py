"""Names that packs compare with."""
