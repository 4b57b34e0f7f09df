"""Stand-ins for what actions and sensors are handed."""

from _chatops_missing import names_of

__getattr__ = names_of(__name__)
