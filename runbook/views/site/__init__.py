"""The documentation site: every page of it as text, worked out from definitions, runs and history. Pure."""
