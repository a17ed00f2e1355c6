"""A file that is kept under the SHA-256 of its content: how it is named everywhere, and what it may be."""

from __future__ import annotations

import re
from collections.abc import Mapping

from runbook import media, sizes
from runbook.errors import Refused
from runbook.file_names import safe_name
from runbook.outcome import Json
from runbook.phrases import Phrase, joined

SHAPE = {"name": str, "sha256": str, "size": int, "type": str}
"""What is written down of a kept file, each with its type."""


def kept_file(what: str, value: Json, types: tuple[str, ...], max_size: int | None) -> dict[str, Json]:
    """A kept file as it is recorded; `ValueError` for what is none, `Refused` for one that may not be taken here."""
    if not isinstance(value, Mapping) or value.keys() != SHAPE.keys():
        raise ValueError
    if any(type(value[name]) is not wanted for name, wanted in SHAPE.items()):
        raise ValueError
    if not re.fullmatch("[0-9a-f]{64}", value["sha256"]) or value["size"] <= 0:
        raise ValueError
    check_file(what, value["size"], value["type"], types, max_size)
    return {**value, "name": safe_name(value["name"])}


def check_file(what: str, size: int, type: str, types: tuple[str, ...], max_size: int | None) -> None:
    """Nothing for a file of one of these types that is not too large; `Refused` names what is wrong with it."""
    if not media.fits(type, types):
        raise Refused(f"{what} is {type}, as its content says", f"give {media.in_words(types)}")
    most = sizes.LARGEST if max_size is None else max_size
    if size > most:
        raise Refused(f"{what} has more than {sizes.in_words(most)}", "give a smaller file")


def accepted(types: tuple[str, ...], max_size: int | None) -> Phrase:
    """What files may be, in words: `image, at most 5 MB`; empty when all may."""
    words = [media.in_words(types)] if types else []
    if max_size is not None:
        words.append(Phrase("at most {size}", size=sizes.in_words(max_size)))
    return joined(words, ", ")
