"""The operator's loop: a run with a person at the terminal, on a screen that is redrawn or in plain lines."""
