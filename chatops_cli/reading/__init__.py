"""YAML text to typed values, each mistake reported with file, line and column."""
