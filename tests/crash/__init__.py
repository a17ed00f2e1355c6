"""Campaigns of crashes, races and faults against the whole engine, and the proof that they can fail."""
