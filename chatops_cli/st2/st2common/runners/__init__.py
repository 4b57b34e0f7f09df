"""Classes for the code of actions."""
