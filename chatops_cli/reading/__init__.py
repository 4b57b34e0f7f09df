"""YAML text to nodes with places, and the one Reader that fills the model from them."""
