"""The words of a text by which it is found: folded to plain small letters, whole and in their parts.

Rule 1: `search.js` does the same with what is typed; a change here is a change there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache
from itertools import chain
from unicodedata import normalize

import regex

LONGEST = 60
"""Letters of a word that are kept; what is longer is a hash or a key that nobody types."""

_WORD = re.compile(r"\w+(?:[.\-/:]+\w+)*")
_PARTS = re.compile(r"[_.\-/:]+")
_MARKS = regex.compile(r"\p{M}+")
_ALONE = regex.compile(r"[\u3041-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Letters of scripts that put no space between words: each stands for itself."""


def words_of(text: str) -> Iterable[str]:
    """Every word of a text, some of them several times: `pg_is_ready` as itself, `pg`, `is` and `ready`."""
    return chain.from_iterable(map(_with_parts, _WORD.findall(folded(text))))


def folded(text: str) -> str:
    """A text in small letters without accents, so that `Prüfen` is found by `prufen`."""
    text = text.lower()
    if text.isascii():
        return text
    text = _MARKS.sub("", normalize("NFKD", text)).lower().replace("ß", "ss")
    return _ALONE.sub(r" \g<0> ", text)


@lru_cache(maxsize=1 << 16)
def _with_parts(raw: str) -> tuple[str, ...]:
    if raw.isalnum():
        return (raw[:LONGEST],) if _counts(raw) else ()
    parts = _PARTS.split(raw)
    whole = raw.strip("_")
    return tuple(dict.fromkeys(word[:LONGEST] for word in (whole, *parts) if _counts(word)))


def _counts(word: str) -> bool:
    """One letter says too little, unless it is a whole word of its script."""
    return len(word) > 1 or word > "\u3040"
