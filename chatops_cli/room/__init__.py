"""The one path of a message."""
