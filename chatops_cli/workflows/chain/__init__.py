"""ActionChains at work."""
