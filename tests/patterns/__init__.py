"""The conformance suite: every control-flow pattern and every case of exception handling, carried out."""
