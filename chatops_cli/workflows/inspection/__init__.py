"""What is wrong with a definition, found before anything runs."""
