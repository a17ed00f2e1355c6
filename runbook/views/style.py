"""How states look in a terminal; colour never carries meaning alone."""

from __future__ import annotations

SIGNS = {
    "pending": ("·", ""),
    "ready": ("·", ""),
    "running": (">", "36"),
    "waiting": ("?", "33"),
    "in doubt": ("!", "35"),
    "blocked": ("!", "35"),
    "succeeded": ("+", "32"),
    "failed": ("x", "31"),
    "succeeded with failures": ("+", "33"),
    "skipped": ("-", "2"),
    "cancelled": ("-", "2"),
    "paused": ("=", "33"),
    "undone": ("-", "2"),
}
"""State: its sign and its colour (SGR number)."""


class Style:
    """How to write: with colour or without."""

    __slots__ = ("colour",)

    def __init__(self, colour: bool = False) -> None:
        self.colour = colour

    def paint(self, text: str, code: str) -> str:
        """The text in that colour, when there is colour."""
        return f"\x1b[{code}m{text}\x1b[0m" if self.colour and code else text

    def bold(self, text: str) -> str:
        """The text in bold, when there is colour."""
        return self.paint(text, "1")

    def state(self, status: str) -> str:
        """A state as its sign and its word."""
        sign, code = SIGNS[status]
        return self.paint(f"{sign} {status}", code)
