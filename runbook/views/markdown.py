"""Writes Markdown as GitHub reads it; text of authors goes in as data and cannot change the page around it."""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from runbook.phrases import Phrase, Say, english
from runbook.views.visible import visible

SCHEMES = ("http", "https", "mailto", "tel", "ssh", "sftp", "ftp")
"""What a link may begin with; links without a scheme stay inside the pages."""

_SPECIAL = re.compile(r"[\\`*\[\]~$]|(?<![^\W_])_|_(?![^\W_])")
_ENTITY = re.compile(r"&(?=#?\w+;)")
_LEADING = re.compile(r"^(?:[-+>#=]|\d{1,9}(?=[.)](?:\s|$)))")
_IGNORED_IN_TARGET = re.compile(r"[\x00-\x20\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\ufeff]|\\(?=[!-/:-@\[-`{-~])")
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]*):")
_STARTS_BLOCK = re.compile(r"[ >#|~=+-]|\*+\s|\*{3}|__|_\s|```|\d+[.)]")
_UNSAFE_IN_TARGET = re.compile(r"[\s()<>\"'`\\|\[\]]")


@dataclass(frozen=True, slots=True)
class Markdown:
    """Text that is Markdown already; everything else is escaped on its way into a page."""

    text: str

    def __str__(self) -> str:
        return self.text

    def __bool__(self) -> bool:
        return bool(self.text)


NOTHING = Markdown("")
"""What an empty field prints."""


def plain(text: object) -> Markdown:
    """Plain text of an author on one line, every character as it stands."""
    line = " ".join(visible(str(text)).split())
    line = _SPECIAL.sub(lambda found: "\\" + found[0], line)
    line = _ENTITY.sub("&amp;", line).replace("<", "&lt;")
    line = _LEADING.sub(lambda found: found[0] + "\\" if found[0].isdigit() else "\\" + found[0], line)
    return Markdown(re.sub(r"(?<=\s)(#+)$", r"\\\1", line))


def code(text: object) -> Markdown:
    """A word or line set as code, whatever backticks it holds."""
    line = " ".join(visible(str(text)).split())
    if not line:
        return Markdown('`""`')
    ticks = "`" * (_longest_run(line) + 1)
    space = " " if line[0] == "`" or line[-1] == "`" else ""
    return Markdown(f"{ticks}{space}{line}{space}{ticks}")


def fence(text: str, language: str = "") -> Markdown:
    """Lines set as a block of code that nothing in them can end."""
    lines = visible(text).rstrip("\n")
    ticks = "`" * max(3, _longest_run(lines) + 1)
    return Markdown(f"{ticks}{re.sub(r'[^A-Za-z0-9+-]', '', language)}\n{lines}\n{ticks}")


def _longest_run(text: str) -> int:
    return max((len(run) for run in re.findall("`+", text)), default=0)


def allowed(target: str) -> bool:
    """True when a link's target has no scheme, or one of the harmless ones."""
    scheme = _SCHEME.match(_IGNORED_IN_TARGET.sub("", html.unescape(target)))
    return scheme is None or scheme[1].lower() in SCHEMES


def link(label: Markdown, target: str) -> Markdown:
    """A link; a target that would run something is dropped, the label stays."""
    if not allowed(target):
        return label
    quoted = _UNSAFE_IN_TARGET.sub(lambda found: "".join(f"%{byte:02X}" for byte in found[0].encode()), target)
    return Markdown(f"[{label}]({_ENTITY.sub('&amp;', visible(quoted))})")


def anchor(kind: str, name: str) -> str:
    """The name a link jumps to: letters, digits, hyphens and dots only."""
    return f"{kind}-{re.sub(r'[^A-Za-z0-9.-]', '-', name)}"


def row(cells: Iterable[Markdown]) -> Markdown:
    """One row of a table."""
    return Markdown("| " + " | ".join(_cell(each) for each in cells) + " |")


def _cell(content: Markdown) -> str:
    """The content of a cell; a bar in it stays a bar."""
    return content.text.replace("\n", " ").replace("|", "\\|")


def table(head: Sequence[str], rows: Iterable[Sequence[Markdown]]) -> Markdown:
    """A table with a head; columns that are empty in every row are left out."""
    body = [tuple(cells) for cells in rows]
    used = [number for number in range(len(head)) if any(cells[number] for cells in body)]
    lines = [row(Markdown(head[number]) for number in used), row(Markdown("---") for _ in used)]
    lines.extend(row(cells[number] for number in used) for cells in body)
    return Markdown("\n".join(str(line) for line in lines))


def alert(sort: str, content: Markdown) -> Markdown:
    """A box as GitHub draws it; `sort` is WARNING, CAUTION, NOTE, IMPORTANT or TIP."""
    lines = [f"> {line}".rstrip() for line in content.text.split("\n")]
    space = [">"] if _STARTS_BLOCK.match(content.text) else []
    return Markdown("\n".join([f"> [!{sort}]", *space, *lines]))


def indented(content: Markdown, width: int = 2) -> Markdown:
    """The same text as the inside of a list item: lines after the first moved to the right."""
    return Markdown(content.text.replace("\n", "\n" + " " * width))


def bullets(items: Iterable[Markdown], marker: str = "- ") -> Markdown:
    """A list, one item each."""
    return Markdown("\n".join(f"{marker}{indented(item)}" for item in items))


def labelled(label: str, content: Markdown) -> Markdown:
    """A bold label and its text, on one line where the text allows it."""
    space = "\n\n" if _STARTS_BLOCK.match(content.text) else " "
    return Markdown(f"**{label}:**{space}{content}")


def listed(items: Sequence[Markdown], last: str = "and", say: Say = english) -> Markdown:
    """Several in one sentence: `1, 2 and 3`; `last` is `and` or `or`."""
    if len(items) < 2:
        return items[0] if items else NOTHING
    text = Phrase("{first} or {last}") if last == "or" else Phrase("{first} and {last}")
    return Markdown(say(text, first=", ".join(str(item) for item in items[:-1]), last=items[-1]))
