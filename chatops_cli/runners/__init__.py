"""One module per runner type."""
