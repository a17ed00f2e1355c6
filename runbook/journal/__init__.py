"""The only memory of runs: an append-only journal, its port and its stores."""
