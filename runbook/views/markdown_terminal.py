"""Longer texts of authors on a terminal: Markdown as bold, lists and code, wrapped at words, boxed where they warn.

Rule 1: what an author wrote can't steer the terminal: control characters are shown, HTML is text, links are words.
Rule 2: a line of code is never wrapped, framed or filled up, so that it can be copied.
Rule 3: only bold, underline and the sixteen colours; without colour the text alone says everything.
"""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

from runbook.views.visible import visible

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode
    from rich.console import Console
    from rich.text import Text

_CODE, _LINK = "cyan", "underline"
_INDENT = "    "
_NARROWEST = 16
"""Columns below which nothing is wrapped any narrower, however deep it is nested."""

_MARKED = re.compile(r"[^\x20-\x7e]|[*_`#\[\]<>&\\|~+=]|^ *(?:-|\d+[.)])|:-|-:")
"""What may mean something to Markdown, or is not as wide as it is long."""

_SIGNS = {"HAZARD": ("!!", "31;1"), "WARNING": ("!", "31;1"), "CAUTION": ("!", "33;1"), "NOTE": ("i", "34;1")}
"""A word over a box: the sign beside it, and the colour of both."""

_DRAWN, _TYPED = ("┌", "─", "┐", "│", "└", "┘"), ("+", "-", "+", "|", "+", "+")
"""The corners and sides of a box, as characters of boxes and as plain ones."""


def lines(text: str, width: int, colour: bool) -> list[str]:
    """An author's Markdown as lines of at most `width` columns, but for code and for words that are longer."""
    text = textwrap.dedent(visible(text)).strip()
    if not text:
        return []
    if not _MARKED.search(text):
        return textwrap.wrap(text, width, break_long_words=False, break_on_hyphens=False)
    from markdown_it.tree import SyntaxTreeNode

    page = _Page(colour)
    return [line.rstrip() for line in page.blocks(SyntaxTreeNode(_parser().parse(text)), width)]


def boxed(word: str, text: str, width: int, colour: bool) -> list[str]:
    """A text in a box that is headed by a sign and a word such as WARNING."""
    left, across, right, side, low_left, low_right = _DRAWN if _drawable("".join(_DRAWN)) else _TYPED
    sign, code = _SIGNS.get(word, ("!", "33;1"))
    inside = lines(text, max(width - 4, _NARROWEST), colour)
    widths = [_columns(line) for line in inside]
    head = f" {sign} {word} "
    wide = max([len(head) + 2, *(min(each, width - 4) for each in widths)])

    def frame(drawn: str) -> str:
        return f"\x1b[{code}m{drawn}\x1b[0m" if colour else drawn

    top = frame(f"{left}{across}{head}{across * (wide + 1 - len(head))}{right}")
    rows = (
        f"{frame(side)} {line}{' ' * (wide - columns)} {frame(side)}" if columns <= wide else f"{frame(side)} {line}"
        for line, columns in zip(inside, widths, strict=True)
    )
    return [top, *rows, frame(f"{low_left}{across * (wide + 2)}{low_right}")]


def _drawable(characters: str) -> bool:
    """True when the terminal's encoding has these characters."""
    try:
        characters.encode(sys.stdout.encoding or "ascii")
    except (UnicodeEncodeError, LookupError):
        return False
    return True


def _columns(line: str) -> int:
    """How many columns a line takes; colours take none."""
    line = re.sub(r"\x1b\[[0-9;]*m", "", line)
    if line.isascii():
        return len(line)
    from rich.cells import cell_len

    return cell_len(line)


@cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table")


@cache
def _console() -> Console:
    """Writes styled text with the sixteen colours, whatever the environment says."""
    from rich.console import Console

    return Console(force_terminal=True, color_system="standard", no_color=False, width=1_000, height=25)


class _Page:
    """The blocks of one text, each as its lines."""

    def __init__(self, colour: bool) -> None:
        self.colour = colour

    def blocks(self, parent: SyntaxTreeNode, width: int, tight: bool = False) -> list[str]:
        """The blocks inside `parent`, an empty line between them unless they stand `tight`."""
        out: list[str] = []
        for node in parent.children:
            found = list(self._block(node, max(width, _NARROWEST)))
            if found and out and not tight:
                out.append("")
            out += found
        return out

    def _block(self, node: SyntaxTreeNode, width: int) -> Iterator[str]:
        match node.type:
            case "fence" | "code_block":
                for line in node.content.rstrip("\n").split("\n"):
                    yield self._ansi(_text(_INDENT + line.expandtabs(8), _CODE)) if line.strip() else ""
            case "bullet_list" | "ordered_list":
                yield from self._list(node, width)
            case "blockquote":
                yield from (f"> {line}" for line in self.blocks(node, width - 2))
            case "heading":
                yield from self._heading(node, width)
            case "hr":
                yield "-" * min(width, 40)
            case "table":
                yield from self._table(node, width)
            case _:
                yield from self._wrapped(_inline(node), width)

    def _heading(self, node: SyntaxTreeNode, width: int) -> Iterator[str]:
        text = _inline(node)
        text.stylize("bold")
        yield from self._wrapped(text, width)
        if not self.colour:
            yield "-" * min(max(len(text), 1), width)

    def _list(self, node: SyntaxTreeNode, width: int) -> Iterator[str]:
        numbered = node.type == "ordered_list"
        first = int(node.attrs.get("start", 1)) if numbered else 1
        tight = all(child.hidden for item in node.children for child in item.children if child.type == "paragraph")
        for number, item in enumerate(node.children, first):
            mark = f"{number}. " if numbered else "- "
            inside = self.blocks(item, width - len(mark), tight) or [""]
            if not tight and number > first:
                yield ""
            yield mark + inside[0]
            yield from (" " * len(mark) + line for line in inside[1:])

    def _table(self, node: SyntaxTreeNode, width: int) -> Iterator[str]:
        from rich.box import ASCII2, SIMPLE
        from rich.color import ColorSystem
        from rich.table import Table

        head, *rows = [row.children for part in node.children for row in part.children]
        headed = any(cell.children and cell.children[0].content for cell in head)
        box = None if not headed else SIMPLE if _drawable("─") else ASCII2
        table = Table(box=box, pad_edge=False, show_edge=False, show_header=headed)
        for cell in head:
            table.add_column(_inline(cell), overflow="fold")
        for row in rows:
            table.add_row(*map(_inline, row))
        console = _console()
        for line in console.render_lines(table, console.options.update(width=width), pad=False):
            yield "".join(
                segment.style.render(segment.text, color_system=ColorSystem.STANDARD)
                if self.colour and segment.style
                else segment.text
                for segment in line
            )

    def _wrapped(self, text: Text, width: int) -> Iterator[str]:
        """The lines of a paragraph, broken between words only."""
        for line in text.split("\n", allow_blank=True):
            for part in line.divide(_breaks(line.plain, width)):
                part.rstrip()
                yield self._ansi(part)

    def _ansi(self, text: Text) -> str:
        if not self.colour or not (text.spans or text.style):
            return text.plain
        console = _console()
        with console.capture() as captured:
            console.print(text, end="", soft_wrap=True, highlight=False)
        return captured.get()


def _breaks(line: str, width: int) -> list[int]:
    """Where a line is divided so that no part is wider than `width`, if its words allow it."""
    from rich.cells import cell_len

    breaks: list[int] = []
    used = 0
    for word in re.finditer(r"\S+\s*", line):
        columns = cell_len(word[0].rstrip())
        if used and used + columns > width:
            breaks.append(word.start())
            used = 0
        used += cell_len(word[0])
    return breaks


def _text(words: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(words, style)


def _inline(parent: SyntaxTreeNode) -> Text:
    """What stands in a paragraph, with its styles."""
    out = _text("")
    for node in parent.children:
        match node.type:
            case "text":
                out.append(" ".join(re.split(r"[\n\t]", visible(node.content))))  # an entity may stand for anything
            case "softbreak":
                out.append(" ")
            case "hardbreak":
                out.append("\n")
            case "code_inline":
                out.append(f"`{node.content}`", _CODE)
            case "strong" | "em":
                inside = _inline(node)
                inside.stylize("bold" if node.type == "strong" else "underline")
                out.append_text(inside)
            case "link":
                out.append_text(_linked(_inline(node), str(node.attrs.get("href", ""))))
            case "image":
                out.append_text(_linked(_text(node.content), str(node.attrs.get("src", ""))))
            case _:
                out.append_text(_inline(node))
    return out


def _linked(label: Text, target: str) -> Text:
    """The words of a link, and where it leads unless they say so."""
    if target in (label.plain, f"mailto:{label.plain}") or not target:
        label.stylize(_LINK)
        return label
    return label.append(f" ({target})" if label.plain else target, _LINK)
