"""What may happen next in a run: events, state, commands and the one pure decider."""
