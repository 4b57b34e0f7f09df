"""What a change brings: findings, commands and access of two states of a git repository."""
