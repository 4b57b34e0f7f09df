"""Workflows driven with asyncio: what their conductors command is done, and they are told."""
