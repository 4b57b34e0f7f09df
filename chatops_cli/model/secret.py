"""What stands in place of a secret, wherever one would be seen."""

MASK = "********"
