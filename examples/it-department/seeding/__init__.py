"""Half a year in the life of the example's department, carried out by the real engine with a clock of its own."""
