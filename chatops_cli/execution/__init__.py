"""Parameters bound, actions run, secrets masked."""
