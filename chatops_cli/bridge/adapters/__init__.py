"""One module for each network. See `bridge.contract` for what they have in common."""
