"""The colours of pages: a name for each use, in light and in dark, and whether one can be read on the other.

Rule 1: a colour is `#rgb` or `#rrggbb` and nothing else, so that what an author writes is never more than a colour.
Rule 2: what is asked of an author's colours holds for ours as well; a test looks at every pair.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

COLOUR = "^#([0-9A-Fa-f]{3}|[0-9A-Fa-f]{6})$"
"""What a colour looks like."""

TOKENS: Mapping[str, str] = {
    "background": "Behind everything.",
    "text": "Text.",
    "muted": "Text of less weight, and the borders of fields and buttons.",
    "line": "Thin lines between parts; they only adorn.",
    "panel": "Behind boxes, tables and the header.",
    "code": "Behind commands.",
    "accent": "Links, the main button, and the frame of what has the keyboard.",
    "on_accent": "Text on the accent.",
    "ok": "What went well.",
    "bad": "What went wrong, and warnings.",
    "warn": "What is late, and cautions.",
    "approval": "What somebody has to approve.",
    "warning_background": "Behind warnings.",
    "caution_background": "Behind cautions.",
    "mark": "Behind a value that was filled in, and what a search found.",
    "code_keyword": "Words of the language in a command.",
    "code_string": "Texts in a command.",
    "code_number": "Numbers in a command.",
    "code_comment": "Comments in a command.",
    "code_name": "Names of functions and programs in a command.",
    "code_variable": "Variables in a command.",
}
"""The name of every colour, with what it is for."""

LIGHT: Mapping[str, str] = {
    "background": "#ffffff",
    "text": "#16202b",
    "muted": "#52616f",
    "line": "#d5dce3",
    "panel": "#f5f7f9",
    "code": "#f3f5f7",
    "accent": "#0b5cad",
    "on_accent": "#ffffff",
    "ok": "#176b36",
    "bad": "#b3261e",
    "warn": "#8a5300",
    "approval": "#7a2ea0",
    "warning_background": "#fdecea",
    "caution_background": "#fff5df",
    "mark": "#fff2b3",
    "code_keyword": "#7a2ea0",
    "code_string": "#176b36",
    "code_number": "#8a4600",
    "code_comment": "#5a6876",
    "code_name": "#0b5cad",
    "code_variable": "#9a3412",
}
"""The colours on a light page."""

DARK: Mapping[str, str] = {
    "background": "#11171d",
    "text": "#e4e9ee",
    "muted": "#a0adba",
    "line": "#303b46",
    "panel": "#18212a",
    "code": "#1a232c",
    "accent": "#7db8f5",
    "on_accent": "#0b1620",
    "ok": "#71cf93",
    "bad": "#ff8a80",
    "warn": "#f0b95a",
    "approval": "#cf9df0",
    "warning_background": "#3a1a18",
    "caution_background": "#352808",
    "mark": "#5b4a00",
    "code_keyword": "#cf9df0",
    "code_string": "#8fd6a4",
    "code_number": "#f0b95a",
    "code_comment": "#93a1ae",
    "code_name": "#7db8f5",
    "code_variable": "#ffab91",
}
"""The colours on a dark page."""

TEXT_CONTRAST = 4.5
"""The least contrast between text and what is behind it (WCAG 2.2, 1.4.3)."""
BORDER_CONTRAST = 3.0
"""The least contrast between what shows where a control is, or what state something has, and what is behind it."""

_SURFACES = ("background", "panel", "code")
_BOXES = ("warning_background", "caution_background")
_STATES = ("ok", "bad", "warn", "approval")
_CODE = tuple(name for name in TOKENS if name.startswith("code_"))


def _texts() -> Iterator[tuple[str, str]]:
    yield from (("text", behind) for behind in (*_SURFACES, *_BOXES, "mark"))
    yield from (("muted", behind) for behind in _SURFACES)
    yield from (("accent", behind) for behind in _SURFACES)
    yield "on_accent", "accent"
    yield from ((state, behind) for state in _STATES for behind in ("background", "panel"))
    yield "bad", "warning_background"
    yield "warn", "caution_background"
    yield from ((name, "code") for name in _CODE)


TEXTS = tuple(_texts())
"""Which colour stands as text on which; the text first."""
BORDERS = tuple((name, box) for box in _BOXES for name in ("muted", "accent"))
"""Which colour has to be seen as a border, or as a frame, on which, and is no text there; the border first."""


@dataclass(frozen=True, slots=True)
class Pale:
    """Two colours of which the first can hardly be seen on the second."""

    above: str
    behind: str
    contrast: float
    wanted: float


def palette(own: Mapping[str, str], dark: bool = False) -> dict[str, str]:
    """All colours, with an author's own in the place of ours, each as `#rrggbb`."""
    return {name: _long(own.get(name, colour)) for name, colour in (DARK if dark else LIGHT).items()}


def contrast(one: str, other: str) -> float:
    """How much two colours differ in brightness by WCAG: 1 for the same, 21 for black and white."""
    bright, dull = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (bright + 0.05) / (dull + 0.05)


def pale(colours: Mapping[str, str]) -> Iterator[Pale]:
    """The pairs of a whole palette that do not have the contrast they need."""
    for pairs, wanted in ((TEXTS, TEXT_CONTRAST), (BORDERS, BORDER_CONTRAST)):
        for above, behind in pairs:
            if (found := contrast(colours[above], colours[behind])) < wanted:
                yield Pale(above, behind, found, wanted)


def is_colour(text: str) -> bool:
    """True for `#rgb` and `#rrggbb`."""
    return re.fullmatch(COLOUR, text, re.ASCII) is not None and not text.endswith("\n")


def _long(colour: str) -> str:
    digits = colour[1:].lower()
    return "#" + (digits if len(digits) == 6 else "".join(digit * 2 for digit in digits))


def _luminance(colour: str) -> float:
    digits = _long(colour)[1:]
    parts = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
