"""Services that actions use."""
