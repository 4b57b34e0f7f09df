"""Classes for the code of sensors."""
