"""Posts of the simulated room as lines for a terminal."""
