"""Workflows rehearsed: conducted as ever, while what their actions give is written down before."""
