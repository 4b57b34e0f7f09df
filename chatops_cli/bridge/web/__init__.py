"""What the bridge answers by HTTP: whether it lives, whether it is ready, what it counts."""
