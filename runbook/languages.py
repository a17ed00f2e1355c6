"""The languages that pages can be written in: each has a file of words in `views/languages`, save English."""

from __future__ import annotations

from collections.abc import Mapping

LANGUAGES: Mapping[str, str] = {"en": "English", "de": "Deutsch"}
"""Their codes (BCP 47), each with what its speakers call it."""
