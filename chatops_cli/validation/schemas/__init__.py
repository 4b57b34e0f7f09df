"""JSON Schemas for editors: what the readers of files take, out of the readers' own tables."""
