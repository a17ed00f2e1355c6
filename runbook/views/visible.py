"""Text as it stands: control characters are shown, never obeyed."""

from __future__ import annotations

import re

_INVISIBLE = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def visible(text: str) -> str:
    """The text with control characters, and those that turn the reading direction, shown instead of obeyed."""
    if text.isascii() and text.isprintable():
        return text
    return _INVISIBLE.sub(lambda found: _picture(found[0]), text.replace("\r\n", "\n").replace("\r", "\n"))


def _picture(character: str) -> str:
    code = ord(character)
    return chr(0x2400 + code) if code < 0x20 else f"[U+{code:04X}]"
