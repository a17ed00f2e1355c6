"""The conformance suite of the workflow resource patterns: who gets work, told as stories of several people."""
