"""Making the sketch of a text: block after block by indentation, whatever state the text is in."""

from __future__ import annotations

import re

from runbook.collecting import without_collecting
from runbook.editing.flow import quoted_end, read_flow
from runbook.editing.positions import Span
from runbook.editing.sketch import Node, Shape, add

_KEY = re.compile(
    r"""(
        "(?:[^"\\\n]|\\.)*"
      | '(?:[^'\n]|'')*'
      | (?:[^\s#&*!|>'"%@`\[\]{},-] | -(?=\S)) (?:[^\n:#] | :(?=\S) | (?<=\S)\#)*?
    )[ ]{0,64}:(?=\s|$)""",
    re.VERBOSE | re.MULTILINE,
)
_BLOCK = re.compile(r"[|>][-+0-9]{0,2}[ \t]*(?:#[^\n]*)?$", re.MULTILINE)
_MARKS = re.compile(r"(?:[&!][^\s]*[ \t]*)+")
_COMMENT = re.compile(r"(?:(?<=\s)|^)#", re.MULTILINE)
_NO_CONTENT = re.compile(r"(?:---|\.\.\.)(?=\s|$)|%", re.MULTILINE)


def sketch(text: str) -> Node:
    """The sketch of a text."""
    with without_collecting():
        return _Scanner(text).read()


class _Scanner:
    """One text on its way; `open` are the nodes around the present line, outermost first."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.top = Node(0, len(text), indent=-1)
        self.open: list[Node] = [self.top]

    def read(self) -> Node:
        at = 1 if self.text.startswith("\ufeff") else 0
        while at < len(self.text):
            end = self._end_of_line(at)
            start = self._skip(at, end)
            if start < end and self.text[start] != "#" and not (start == at and _NO_CONTENT.match(self.text, start)):
                end = self._content(start, start - at)
            at = self._end_of_line(end) + 1
        _close(self.top)
        return self.top

    def _content(self, at: int, column: int) -> int:
        """Takes what stands at a column; where the next line is to be looked for."""
        text = self.text
        while text[at] == "-" and text[at + 1 : at + 2] in ("", " ", "\n", "\r", "\t"):
            holder = self._holder(column, Shape.LIST, at)
            self.open.append(add(holder, Node(at + 1, at + 1)))
            start, end = at, self._end_of_line(at)
            at = self._skip(at + 1, end)
            if at >= end or text[at] == "#":
                return end
            column += at - start
        if found := _KEY.match(text, at):
            return self._entry(found, at, column)
        if self._takes_value(column):
            return self._value(self.open[-1], at)
        return self._word(at, column)

    def _entry(self, found: re.Match[str], at: int, column: int) -> int:
        holder = self._holder(column, Shape.MAPPING, at)
        name = found[1][1:-1] if found[1][:1] in ("'", '"') else found[1]
        slot = add(holder, Node(found.end(), found.end()), name, Span(*found.span(1)))
        self.open.append(slot)
        end = self._end_of_line(found.end())
        start = self._skip(found.end(), end)
        if marks := _MARKS.match(self.text, start, end):
            start = marks.end()
        if start >= end or self.text[start] == "#":
            return end
        return self._value(slot, start)

    def _word(self, at: int, column: int) -> int:
        """A word where a key should be: it is being typed."""
        holder = self._holder(column, Shape.MAPPING, at)
        end = self._without_comment(at, self._end_of_line(at))
        add(holder, Node(end, end, colon=False), self.text[at:end], Span(at, end))
        return end

    def _value(self, node: Node, at: int) -> int:
        text, outer = self.text, node.parent.indent if node.parent else -1
        if marks := _MARKS.match(text, at):
            at = marks.end()
        first = text[at : at + 1]
        if first in ("|", ">") and (header := _BLOCK.match(text, at)):
            return self._scalar(node, at, self._block_end(header.end(), outer), first)
        if first in ("{", "[") and not text.startswith("{{", at):
            node.indent = outer
            return read_flow(text, node, at, self._flow_limit(at, outer))
        if first in ("'", '"'):
            return self._scalar(node, at, quoted_end(text, at, self._flow_limit(at, outer)), first)
        end = self._without_comment(at, self._end_of_line(at))
        return self._scalar(node, at, self._continued(end, outer), "")

    def _scalar(self, node: Node, start: int, end: int, style: str) -> int:
        node.shape, node.start, node.end, node.style = Shape.SCALAR, start, end, style
        return end

    def _takes_value(self, column: int) -> bool:
        """True when the last key or `-` waits for its value, and one in this column can be it."""
        node = self.open[-1]
        return node.shape is Shape.NOTHING and (node.parent is None or column > node.parent.indent)

    def _holder(self, column: int, shape: Shape, at: int) -> Node:
        """The list or mapping that takes an entry in this column."""
        while len(self.open) > 1:
            node = self.open[-1]
            outer = node.parent
            if node.shape is Shape.NOTHING and outer is not None:
                beside = shape is Shape.LIST and outer.shape is Shape.MAPPING and column == outer.indent
                if column > outer.indent or beside:
                    break
            elif node.flow or node.shape is Shape.SCALAR:
                pass  # what has ended takes nothing more
            elif node.indent < column or (node.indent == column and node.shape is shape):
                break
            self.open.pop()
        node = self.open[-1]
        if node.shape in (Shape.NOTHING, Shape.SCALAR):
            node.shape, node.indent, node.start, node.style = shape, column, at, ""
        return node

    def _end_of_line(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end

    def _skip(self, at: int, end: int) -> int:
        while at < end and self.text[at] in " \t\r":
            at += 1
        return at

    def _without_comment(self, at: int, end: int) -> int:
        comment = _COMMENT.search(self.text, at + 1, end)
        return at + len(self.text[at : comment.start() if comment else end].rstrip())

    def _block_end(self, at: int, outer: int) -> int:
        last = at
        at = self._end_of_line(at) + 1
        while at < len(self.text):
            end = self._end_of_line(at)
            start = self._skip(at, end)
            if start < end:
                if start - at <= outer:
                    break
                last = at + len(self.text[at:end].rstrip())
            at = end + 1
        return last

    def _flow_limit(self, at: int, outer: int) -> int:
        """How far brackets or quotes may reach: to the next line that is not further in and does not close them."""
        at = self._end_of_line(at) + 1
        while at < len(self.text):
            end = self._end_of_line(at)
            start = self._skip(at, end)
            if start < end and start - at <= outer and self.text[start] not in "]}":
                return at - 1
            at = end + 1
        return len(self.text)

    def _continued(self, end: int, outer: int) -> int:
        """The end of a plain text that goes on in the lines below it."""
        at = self._end_of_line(end) + 1
        if _COMMENT.search(self.text, end, at - 1):
            return end
        while at < len(self.text):
            line_end = self._end_of_line(at)
            start = self._skip(at, line_end)
            if start < line_end:
                if start - at <= outer or self.text[start] == "#" or _KEY.match(self.text, start, line_end):
                    break
                end = self._without_comment(start, line_end)
                if self._without_comment(start, line_end) < len(self.text[:line_end].rstrip()):
                    break
            at = line_end + 1
        return end


def _close(top: Node) -> None:
    """Lets every block end where the last thing inside of it ends."""
    order = list(top.every())
    for node in reversed(order):
        if node.children and not node.flow:
            node.end = max(each.whole.end for each in node.children)
