"""Tests of processes, carried out."""
