"""The search of the site: what pages and their steps say, as an index that a browser reads without a server.

A page is worked up on its own (`indexed`), which a build can keep; `index` joins what all pages gave. The index is a
script, because a page opened from a folder may load nothing else. It is two texts, one line each thing, so that a
change of one page is a small difference:

- pages: a line a page (path, title, group), below it a line a part (anchor, number, title, what to show), after a tab;
- words: a line a word: how many letters it shares with the word before, the rest of it, where it stands.

Where it stands is a list of numbers, `3 * lines since the last + weight`, each in the digits of `DIGITS`: one of the
first 60 ends a number, one of the other 30 (worth 0 to 29, the lowest first) does not.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from runbook.views.site.words_of import words_of

DIGITS = "".join(chr(code) for code in range(33, 126) if chr(code) not in "`\\$")
"""What numbers are written in: signs that need no escape in a script."""

_FINAL, _MORE = 60, len(DIGITS) - 60
SHOWN = 160
"""Letters of a part's commands, or of its text, that a result can show."""

ROOM = 900_000
"""Letters for what results show of all pages; where they do not suffice, each part shows less."""

_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")


@dataclass(frozen=True, slots=True)
class Part:
    """A piece of a page that a result can lead to: a step, or a section of a free page."""

    anchor: str
    number: str
    title: str
    text: str = ""
    commands: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Entry:
    """A page to be found: `words` are its tags, its owner, its roles, its id; `text` what stands outside the parts."""

    path: str
    title: str
    group: str = ""
    words: tuple[str, ...] = ()
    text: str = ""
    parts: tuple[Part, ...] = ()


class Indexed(NamedTuple):
    """What a page gives to the index: its lines, and for each the words of its text, the better and the best ones."""

    lines: str
    words: str


def indexed(entry: Entry) -> Indexed:
    """What one page gives to the index: the slow half of the work, which depends on that page alone."""
    lines = [_fields(entry.path, entry.title, entry.group)]
    words = [_weighed((entry.text,), (*entry.words, entry.group), (entry.title,))]
    for part in entry.parts:
        anchor = part.anchor.removeprefix("step-") if part.anchor.startswith("step-") else f"#{part.anchor}"
        lines.append("\t" + _fields(anchor, part.number, part.title, *_shown(part)))
        words.append(_weighed((part.text,), part.commands, (part.title,)))
    return Indexed("\n".join(lines), "\n".join(words))


def index(pages: Iterable[Indexed]) -> str:
    """The text of `search-index.js`, the same for the same pages in any order."""
    ordered = sorted(pages)
    lines = _fitting("\n".join(page.lines for page in ordered))
    return (
        f"window.runbookIndex = {{\ndigits: `{DIGITS}`,\n"
        f"pages: `{_escaped(lines)}`,\nwords: `{_escaped(_vocabulary(ordered))}`,\n}};\n"
    )


def _fitting(lines: str) -> str:
    """The lines within the room for them: anchor, number and title stay, what is shown of a part gives way."""
    if len(lines) <= ROOM:
        return lines
    rows = [line.split("\t", 4) for line in lines.split("\n")]
    shown = [row.pop() if len(row) == 5 else "" for row in rows]
    limit, left = SHOWN, ROOM - (len(lines) - sum(map(len, shown)))
    while limit and sum(map(len, shown)) > left:
        limit = limit * 3 // 4 if limit > 20 else 0
        shown = [text[:limit] for text in shown]
    return "\n".join(["\t".join((*row, text)).rstrip("\t") for row, text in zip(rows, shown, strict=True)])


def _vocabulary(pages: list[Indexed]) -> str:
    places: defaultdict[str, list[int]] = defaultdict(list)
    lines = (weights for page in pages for weights in page.words.split("\n"))
    for line, weights in enumerate(lines):
        for place, words in enumerate(weights.split("\t"), 3 * line):
            for word in words.split():
                places[word].append(place)
    ordered = sorted(places, key=lambda word: word.encode("utf-16-be"))  # as a browser compares them
    out, numbers = [], _Numbers()
    for before, word in pairwise(["", *ordered]):
        shared = min(_shared(before, word), len(DIGITS) - 1)
        out.append(f"{DIGITS[shared]}{word[shared:]} {_places(places[word], numbers)}")
    return "\n".join(out)


def _shared(one: str, other: str) -> int:
    """How many letters two words have in common at their beginning."""
    for at, (first, second) in enumerate(zip(one, other, strict=False)):
        if first != second:
            return at
    return min(len(one), len(other))


def _places(values: list[int], numbers: Mapping[int, str]) -> str:
    """The lines where a word stands, each as the distance to the one before."""
    lines = [0, *[value - value % 3 for value in values]]
    return "".join([numbers[value - last] for value, last in zip(values, lines, strict=False)])


class _Numbers(dict[int, str]):
    """Numbers in our digits; most are asked for again and again."""

    def __missing__(self, value: int) -> str:
        self[value] = _number(value)
        return self[value]


def _number(value: int) -> str:
    digits = ""
    while value >= _FINAL:
        value, digit = divmod(value, _MORE)
        digits += DIGITS[_FINAL + digit]
    return digits + DIGITS[value]


def _weighed(*texts: Iterable[str]) -> str:
    """The words of a line by their weight, each where it weighs most."""
    by_weight = [{word for text in some for word in words_of(text)} for some in texts]
    better: set[str] = set()
    for words in reversed(by_weight):
        words -= better
        better |= words
    return "\t".join(" ".join(sorted(words)) for words in by_weight)


def _shown(part: Part) -> list[str]:
    """What a result can show of a part: the lines of its commands, or how its text begins."""
    out, left = [], SHOWN
    for line in "\n".join(part.commands).splitlines():
        if left > 0 and (shown := _SPACE.sub(" ", line).strip()):
            out.append(shown[:left])
            left -= len(shown)
    return out or [_SPACE.sub(" ", part.text).strip()[:SHOWN]]


def _fields(*texts: str) -> str:
    """Texts in one line: without breaks and tabs, and nothing that cannot be written as UTF-8."""
    clean = (_SPACE.sub(" ", text).strip().encode("utf-8", "replace").decode() for text in texts)
    return "\t".join(clean).rstrip("\t")


def _escaped(text: str) -> str:
    """A text between backticks."""
    return text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
