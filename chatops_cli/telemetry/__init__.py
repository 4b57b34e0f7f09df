"""Traces for those who collect them with OpenTelemetry; nothing is loaded where nobody does."""
