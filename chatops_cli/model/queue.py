"""Queues: where executions wait for a worker that takes work from there."""

import re

DEFAULT = "default"
"""The queue of all that names none."""
QUEUE = re.compile(r"[a-z][a-z0-9_.-]{0,62}", re.ASCII)
"""What a queue's name looks like."""
NAMES = "begin with a small letter; small letters, digits, . _ - may follow, 63 in all"
