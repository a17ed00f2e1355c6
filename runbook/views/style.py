"""How states look in a terminal; colour never carries meaning alone."""

from __future__ import annotations

SIGNS = {
    "pending": ("·", ""),
    "ready": ("·", ""),
    "running": (">", "36"),
    "waiting": ("?", "33"),
    "in doubt": ("!", "35"),
    "blocked": ("!", "35"),
    "paused": ("=", "33"),
    "succeeded": ("+", "32"),
    "succeeded with failures": ("~", "33"),
    "failed": ("x", "31"),
    "skipped": ("-", "2"),
    "cancelled": ("-", "2"),
    "undone": ("<", "36"),
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

    def state(self, status: str, room: int = 0) -> str:
        """A state as its sign and its word, in a column of that width."""
        sign, code = SIGNS[status]
        return self.paint(f"{sign} {status:<{room}}", code)
