"""Everything that a field of the language forbids, tried through every way in: one table, for tests and for the docs."""
