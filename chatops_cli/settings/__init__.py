"""Settings: `chatops.yaml`, the global options, and what holds without either."""
