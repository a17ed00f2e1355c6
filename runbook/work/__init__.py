"""The work of kinds that is too long to stand beside their fields; each runs in a process of its own (`worker.py`)."""
