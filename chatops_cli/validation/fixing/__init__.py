"""What `--fix` mends: edits of a text at exact spans, checked before anything is written."""
