"""Where what people type gets to: through defaults, scripts and workflows, to where it matters."""
