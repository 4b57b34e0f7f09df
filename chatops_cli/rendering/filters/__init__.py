"""Filters for templates, a module for each family; `table` has them by name."""
