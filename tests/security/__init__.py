"""Attempts to turn data into code, leave the project, forge what is shown or exhaust the machine: one table of all."""
