"""The chat room in a terminal: people and places are simulated, everything else is real."""
