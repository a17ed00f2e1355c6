"""Markdown as GitHub reads it, written again so that Python-Markdown, which MkDocs uses, makes the same of it.

Rule 1: what is text is written so that it can't be taken for anything else: every sign with a meaning is an entity.
Rule 2: no HTML passes but the anchors that our own pages hold, and tags that are written here.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

from runbook.phrases import Say, english
from runbook.views.markdown import allowed, fence

if TYPE_CHECKING:
    from markdown_it import MarkdownIt
    from markdown_it.tree import SyntaxTreeNode as Node

Target = Callable[[str], str]
"""Where a link or a picture leads: its target as written, in; as it is in MkDocs, out. Empty when it leads nowhere."""

ANCHOR = re.compile(r'<a id="([A-Za-z0-9.-]+)"></a>')
"""A place that links lead to, as our pages write it."""

_SPECIAL = re.compile(r"[\\`*_\[\]<>&|~!{}^$]")
_LEADING = re.compile(r"^([#+:=-]|\d+(?=[.)]))")
_UNSAFE = re.compile(r"[\s()<>\"'`\\|\[\]{}]")
_CLOSING = re.compile(r"#+$")
"""What would be taken for the end of a heading."""
_ELSEWHERE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:|//")
_ALERT = re.compile(r"\[!(WARNING|CAUTION|NOTE|IMPORTANT|TIP)\]\s*")
_SORTS = {"WARNING": "danger", "CAUTION": "warning", "NOTE": "note", "IMPORTANT": "warning", "TIP": "tip"}
_BOXES = {"[ ] ": "☐ ", "[x] ": "☑ ", "[X] ": "☑ "}


def in_dialect(text: str, target: Target, say: Say = english) -> str:
    """A page in the words of Python-Markdown, with its extensions admonition, attr_list, fenced_code and tables."""
    from markdown_it.tree import SyntaxTreeNode

    root = SyntaxTreeNode(_parser().parse(text))
    return _Writer(target, say).blocks(root.children) + "\n"


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    setattr(parser, "validateLink", allowed)  # noqa: B010  # the library's own way to say what a link may be
    return parser


def escaped(text: str) -> str:
    """Text in which nothing means anything."""
    return _SPECIAL.sub(lambda found: f"&#{ord(found[0])};", text)


class _Writer:
    """Writes the parts of one page."""

    def __init__(self, target: Target, say: Say) -> None:
        self._target, self._say = target, say
        self._inside = 0
        """How many lists and boxes are around what is being written."""

    def blocks(self, nodes: Iterable[Node]) -> str:
        """Blocks with an empty line between any two."""
        return "\n\n".join(filter(None, self._each(nodes)))

    def _each(self, nodes: Iterable[Node]) -> Iterator[str]:
        anchor = ""
        for node in nodes:
            found = _anchor_of(node)
            if found and not anchor:
                anchor = found
                continue
            written = self._block(node)
            if anchor and node.type == "heading":
                written = f"{written} {{: #{anchor} }}"
            elif anchor:
                yield f'<a id="{anchor}"></a>'
            anchor = ""
            yield written
        if anchor:
            yield f'<a id="{anchor}"></a>'

    def _block(self, node: Node) -> str:
        match node.type:
            case "heading":
                words = _CLOSING.sub(lambda found: "&#35;" * len(found[0]), self._line(node))
                return f"{'#' * int(node.tag[1:])} {words}"
            case "paragraph":
                return self._paragraph(node)
            case "bullet_list" | "ordered_list":
                return self._list(node)
            case "fence" | "code_block":
                return self._code(node)
            case "blockquote":
                return self._quote(node)
            case "table":
                return self._table(node)
            case "hr":
                return "---"
        return _led(escaped(node.content.strip()))

    def _paragraph(self, node: Node) -> str:
        return _led(self._line(node))

    def _line(self, node: Node) -> str:
        return "".join(self._inline(each) for child in node.children for each in child.children)

    def _list(self, node: Node) -> str:
        first = int(node.attrs.get("start", 1)) if node.type == "ordered_list" else None
        self._inside += 1
        items = [self._item(item) for item in node.children]
        self._inside -= 1
        between = "\n\n" if any("\n\n" in item for item in items) else "\n"
        marks = [f"{first + at}." if first is not None else "-" for at in range(len(items))]
        return between.join(_indented(item, f"{mark} ") for mark, item in zip(marks, items, strict=True))

    def _item(self, item: Node) -> str:
        content = self.blocks(item.children)
        for box, sign in _BOXES.items():
            if content.startswith(escaped(box)):
                return sign + content[len(escaped(box)) :]
        leads = item.children and item.children[0].type == "paragraph"
        return content if leads else f"&#8203;\n\n{content}"

    def _code(self, node: Node) -> str:
        words = node.info.split() if node.type == "fence" else []
        if not self._inside:
            return fence(node.content, words[0] if words else "").text
        lines = node.content.rstrip("\n").split("\n")
        return "\n".join(f"    {line}".rstrip() for line in lines)

    def _quote(self, node: Node) -> str:
        first = node.children[0] if node.children else None
        inline = first.children[0] if first is not None and first.type == "paragraph" else None
        found = _ALERT.match(inline.content) if inline is not None else None
        self._inside += 1
        content = self.blocks(node.children)
        self._inside -= 1
        if not found:
            return "\n".join(f"> {line}".rstrip() for line in content.split("\n"))
        written = escaped(f"[!{found[1]}]")
        rest = content.removeprefix(written).lstrip("\n")
        title = escaped(self._say(found[1])).replace('"', "&quot;")
        return _indented(rest, f'!!! {_SORTS[found[1]]} "{title}"\n    ')

    def _table(self, node: Node) -> str:
        rows = [row for part in node.children for row in part.children]
        lines = []
        for number, row in enumerate(rows):
            cells = [self._cell(cell) for cell in row.children]
            lines.append(f"| {' | '.join(cells)} |")
            if not number:
                lines.append(f"|{' --- |' * len(cells)}")
        return "\n".join(lines)

    def _cell(self, cell: Node) -> str:
        parts = (self._inline(each, in_table=True) for child in cell.children for each in child.children)
        return "".join(parts).replace("\n", " ")

    def _inline(self, node: Node, in_table: bool = False) -> str:
        def inside() -> str:
            return "".join(self._inline(each, in_table) for each in node.children)

        match node.type:
            case "text":
                return escaped(node.content)
            case "softbreak":
                return "\n"
            case "hardbreak":
                return "<br>\n"
            case "code_inline":
                return _code_span(node.content, in_table)
            case "em":
                return f"*{inside()}*"
            case "strong":
                return f"**{inside()}**"
            case "s":
                return f"<del>{inside()}</del>"
            case "link":
                target = self._target(str(node.attrs["href"]))
                return f"[{inside()}]({_UNSAFE.sub(_percent, target)})" if target else inside()
            case "image":
                target = self._target(str(node.attrs["src"]))
                mark = "" if _ELSEWHERE.match(target) else "!"  # nothing is loaded from elsewhere
                text = escaped("".join(each.content for each in node.walk() if each.type in ("text", "code_inline")))
                return f"{mark}[{text}]({_UNSAFE.sub(_percent, target)})" if target else text
        found = ANCHOR.fullmatch(node.content.strip())
        return found[0] if found else escaped(node.content)


def _anchor_of(node: Node) -> str:
    """The anchor that stands in a block of its own."""
    if node.type == "html_block":
        found = ANCHOR.fullmatch(node.content.strip())
        return found[1] if found else ""
    inline = node.children[0] if node.type == "paragraph" and node.children else None
    found = ANCHOR.fullmatch(inline.content.strip()) if inline is not None else None
    return found[1] if found else ""


def _code_span(content: str, in_table: bool) -> str:
    if not content.strip() or "\\" in content or (in_table and {"|", "`"} & set(content)):
        return f"<code>{escaped(content)}</code>"
    longest = max((len(run) for run in re.findall("`+", content)), default=0)
    ticks = "`" * (longest + 1)
    space = " " if content[0] == "`" or content[-1] == "`" else ""
    return f"{ticks}{space}{content}{space}{ticks}"


def _led(text: str) -> str:
    """Text of which no line begins as something else would."""
    lines = (line.strip(" \t") for line in text.split("\n"))
    return "\n".join(_LEADING.sub(_entities, line) for line in lines)


def _entities(found: re.Match[str]) -> str:
    first = found[0]
    return f"&#{ord(first[0])};{first[1:]}"


def _percent(found: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in found[0].encode())


def _indented(text: str, first: str) -> str:
    """The text after what stands before its first line; its other lines moved to the right by four."""
    return first + "\n".join(f"    {line}" if line and at else line for at, line in enumerate(text.split("\n")))
