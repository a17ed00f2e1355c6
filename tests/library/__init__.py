"""The library of processes, run for real."""
