"""Audit log, history, results and small documents."""
