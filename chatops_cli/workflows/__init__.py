"""Workflows: their definitions, expressions, inspection, and a conductor without I/O."""
