"""One function decides who may do what, and says why."""
