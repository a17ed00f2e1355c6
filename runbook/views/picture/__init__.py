"""A drawing given sizes and places, and what its shapes, letters and colours are made of."""
