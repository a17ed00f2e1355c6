"""How wide text is before anybody sees it, and how a title is broken into lines.

The widths are those of DejaVu Sans, the widest of the fonts that pages are usually shown in: what fits here fits there.
"""

from __future__ import annotations

import re
import unicodedata

from runbook.views.visible import visible

_ADVANCE = (
    318, 401, 460, 838, 636, 950, 780, 275, 390, 390, 500, 838, 318, 361, 318, 337, 636, 636, 636, 636, 636, 636, 636,
    636, 636, 636, 337, 337, 838, 838, 838, 531, 1000, 684, 686, 698, 770, 632, 575, 775, 752, 295, 295, 656, 557, 863,
    748, 787, 603, 787, 695, 635, 611, 732, 684, 989, 685, 611, 685, 390, 337, 390, 838, 500, 500, 613, 635, 550, 635,
    615, 352, 635, 634, 278, 278, 579, 278, 974, 634, 612, 635, 635, 411, 521, 392, 634, 592, 818, 592, 592, 525, 636,
    337, 636, 838,
)  # fmt: skip
"""Of the characters from space to tilde, in thousandths of the size of the font."""
_BY_CODE = (0,) * 32 + _ADVANCE
_BOLD = 1.12
_ELLIPSIS = "…"
_LONG = 300
"""Characters that no line has room for."""
_NO_XML = re.compile("[\ud800-\udfff\ufffe\uffff]")


def one_line(text: str) -> str:
    """The text in one line, with nothing in it that a picture can't hold."""
    return _NO_XML.sub("\ufffd", " ".join(visible(text).split()))


def width(text: str, size: float, *, bold: bool = False) -> float:
    """How wide a text is in a font of that size."""
    if text.isascii() and text.isprintable():
        thousandths = sum(map(_BY_CODE.__getitem__, text.encode()))
    else:
        thousandths = sum(map(_wide, text))
    return thousandths * size / 1000 * (_BOLD if bold else 1)


def _wide(character: str) -> int:
    if " " <= character <= "~":
        return _ADVANCE[ord(character) - 32]
    if unicodedata.combining(character):
        return 0
    if unicodedata.east_asian_width(character) in "WF":
        return 1000
    plain = unicodedata.normalize("NFD", character)[0]
    if " " <= plain <= "~":
        return _ADVANCE[ord(plain) - 32]
    return 1000 if character in "…—" or ord(character) > 0x2FFF else 780


def lines(text: str, size: float, wide: float, most: int = 2, *, bold: bool = False) -> tuple[str, ...]:
    """The text in lines not wider than that, about equally long; the last one is shortened when there are too many."""
    text = one_line(text)
    if len(text) > _LONG:
        text = text[:_LONG] + _ELLIPSIS
    if width(text, size, bold=bold) <= wide:
        return (text,)
    found: list[str] = []
    rest = text
    while rest and len(found) < most:
        line, rest = _first(rest, size, wide, bold=bold)
        found.append(line)
    if rest:
        found[-1] = _shortened(f"{found[-1]} {rest}", size, wide, bold=bold)
    elif len(found) == 2:
        return _even(found, size, wide, bold=bold)
    return tuple(found)


def _first(text: str, size: float, wide: float, *, bold: bool) -> tuple[str, str]:
    """The first line and what is left; a word that is too long for a line is cut."""
    words = text.split(" ")
    for count in range(len(words), 0, -1):
        line = " ".join(words[:count])
        if width(line, size, bold=bold) <= wide:
            return line, " ".join(words[count:])
    word = words[0]
    keep, taken = 0, 0.0
    while keep < len(word) and taken <= wide:
        taken += width(word[keep], size, bold=bold)
        keep += 1
    keep = max(1, keep - (taken > wide))
    return word[:keep], text[keep:].lstrip()


def _shortened(text: str, size: float, wide: float, *, bold: bool) -> str:
    """As much of the text as fits with an ellipsis."""
    while text and width(text + _ELLIPSIS, size, bold=bold) > wide:
        text = text[:-1]
    return text.rstrip(" ,;:.-") + _ELLIPSIS


def _even(found: list[str], size: float, wide: float, *, bold: bool) -> tuple[str, ...]:
    """The two lines broken where the longer one is shortest."""
    words = " ".join(found).split(" ")
    if " ".join(words) != f"{found[0]} {found[1]}" or any(width(word, size, bold=bold) > wide for word in words):
        return tuple(found)
    ways = [(" ".join(words[:count]), " ".join(words[count:])) for count in range(1, len(words))]
    return min(ways, key=lambda way: max(width(line, size, bold=bold) for line in way))
