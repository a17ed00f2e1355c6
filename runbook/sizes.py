"""Sizes of files as authors write them (`5MB`) and as people read them (`5 MB`)."""

from __future__ import annotations

import re

from runbook.errors import ExpressionError
from runbook.phrases import Phrase, joined

LARGEST = 256 * 1024 * 1024
"""Bytes that one kept file may have, whatever an author says."""

SIZE = r"^[0-9]+(\.[0-9]+)?(B|kB|KB|MB|KiB|MiB)$"
"""How a size is written."""

_UNITS = {"B": 1, "kB": 1000, "KB": 1000, "MB": 1000**2, "KiB": 1024, "MiB": 1024**2}
_SIZE = re.compile(r"(\d{1,9}(?:\.\d{1,3})?)\s*(B|kB|KB|MB|KiB|MiB)", re.ASCII)
_HELP = "write a number and one of `kB`, `MB`, `KiB`, `MiB`, such as `5MB`"


def size(text: str) -> int:
    """Bytes from `500kB`, `5MB` or `2MiB`; an error for what is no size, is nothing, or is more than is ever kept."""
    match = _SIZE.fullmatch(str(text).strip())
    if match is None:
        raise ExpressionError(f"`{str(text)[:60]}` is not a size", _HELP)
    found = int(float(match[1]) * _UNITS[match[2]])
    if not found:
        raise ExpressionError(f"nothing fits into `{text}`", "write a larger size")
    if found > LARGEST:
        raise ExpressionError(f"`{text}` is more than {in_words(LARGEST)}", "no more is ever kept")
    return found


def in_words(count: int) -> Phrase:
    """A number of bytes for people: `5 MB`, `256 MiB`, `1.5 kB`, `7 bytes`."""
    for unit, worth in (("MB", 1000**2), ("MiB", 1024**2), ("kB", 1000), ("KiB", 1024)):
        if count >= worth and count * 10 % worth == 0:
            return _measured(f"{count / worth:g}", unit)
    for unit, worth in (("MB", 1000**2), ("kB", 1000)):
        if count >= worth:
            return _measured(f"{count / worth:.1f}", unit)
    return Phrase("{number} byte" if count == 1 else "{number} bytes", number=count)


def _measured(number: str, unit: str) -> Phrase:
    whole, _, part = number.partition(".")
    return joined((Phrase("{whole}.{part}", whole=whole, part=part) if part else whole, unit), " ")


def size_or_largest(text: str) -> int:
    """The same for what a rule has found wrong already: the most there can be."""
    try:
        return size(text)
    except ExpressionError:
        return LARGEST
