"""Other tools doing the same work; each script runs with the Python of the peers' own environment."""
