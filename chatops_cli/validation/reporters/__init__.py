"""How findings are written: one module a form, each with `write(report) -> lines`."""
