"""The names of files that others give: made safe to be written down, shown, and used as a name again."""

from __future__ import annotations

import re
import unicodedata

LONGEST_NAME = 120
"""Bytes of a name that is kept."""

_UNSAFE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ud800-\udfff\ufffe\uffff]")
_FORBIDDEN = re.compile(r'[<>:"|?*]')


def safe_name(given: str) -> str:
    """The last part of a path without what is no name: no folders, nothing unseen, not too long, never empty."""
    last = re.split(r"[/\\]", given.rstrip("/\\"))[-1]
    clean = _UNSAFE.sub("", unicodedata.normalize("NFC", last))
    name = _FORBIDDEN.sub("_", clean).lstrip(" .-").rstrip(" .")
    stem, dot, ending = name.rpartition(".")
    if not dot or len(ending.encode()) > 16:
        stem, dot, ending = name, "", ""
    room = LONGEST_NAME - len((dot + ending).encode())
    return (stem.encode()[:room].decode("utf-8", "ignore").rstrip(" .") + dot + ending) or "unnamed"
