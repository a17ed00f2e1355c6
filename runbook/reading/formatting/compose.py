"""From the text of a file to what its author wrote: values with their style, each comment beside what it is about."""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import Any

from yaml import events as yaml_events

from runbook.reading.comments import Comment, comments_of, structure_of, value_start
from runbook.reading.formatting.written import Entry, Line, Node, Sort, Written
from runbook.reading.tree import EventParser

events: Any = yaml_events

_MODE_LINE = re.compile(r"#\s*(yaml-language-server:|vim?:|-\*-|!)")


def events_of(text: str) -> list[Any]:
    """What the parser says about a text that was read before."""
    parser: Any = EventParser(text)
    found = []
    while not isinstance(event := parser.get_event(), events.StreamEndEvent):
        found.append(event)
    return found


def compose(text: str, parsed: list[Any]) -> Written:
    """The file as it was written; its text was read before without a finding about its structure."""
    nodes = _Nodes(text, structure_of(text, parsed))
    for event in parsed:
        nodes.take(event)
    written = Written(nodes.root.entries[0].value, marked=nodes.document >= 0)
    placing = _Placing(text, nodes.entries, written.root)
    for comment in comments_of(text, parsed):
        if comment.index < nodes.document:
            written.above.append(placing.line(comment))
        elif not nodes.entries and comment.index < written.root.start:
            written.head.append(placing.line(comment))
        else:
            placing.take(comment)
    for entry in nodes.entries:
        if not entry.around.flow:
            entry.apart = placing.is_apart(text.count("\n", 0, entry.start))
    _keep_head(written)
    return written


class _Nodes:
    """Builds nodes from events; `entries` are all entries in the order of the text."""

    def __init__(self, text: str, structure: str) -> None:
        self.text = text
        self.structure = structure
        self.root = Node(Sort.LIST, 0, len(text), -1, flow=True)
        self.entries: list[Entry] = []
        self.document = -1
        """Where `---` stands; -1 without one."""
        self._open = [self.root]
        self._keys: list[Node | None] = [None]
        self._cursor = 0
        self._dash: dict[int, int] = {}

    def take(self, event: Any) -> None:
        """The next event."""
        if isinstance(event, events.DocumentStartEvent):
            self.document = event.start_mark.index if event.explicit else -1
        elif isinstance(event, events.CollectionEndEvent):
            node = self._open.pop()
            self._keys.pop()
            node.end = (
                event.end_mark.index
                if node.flow
                else max((each.value.end for each in node.entries), default=node.start)
            )
        elif isinstance(event, events.NodeEvent):
            self._take_node(event)

    def _take_node(self, event: Any) -> None:
        around = self._open[-1]
        start = self._start(event, around)
        node = self._node(event)
        if around.sort is Sort.MAPPING and self._keys[-1] is None:
            self._keys[-1] = node
            return
        key = self._keys[-1]
        begin = key.start if key else start
        column = begin - self.text.rfind("\n", 0, begin) - 1
        entry = Entry(key, node, begin, column, around)
        around.entries.append(entry)
        if around is not self.root:
            self.entries.append(entry)
        self._keys[-1] = None
        if isinstance(event, events.CollectionStartEvent):
            self._open.append(node)
            self._keys.append(None)

    def _start(self, event: Any, around: Node) -> int:
        """Where an item of a list begins: at its dash."""
        start: int = event.start_mark.index
        if around.sort is not Sort.LIST or around.flow:
            return start
        after = around.entries[-1].start + 1 if around.entries else around.start
        dash = self.structure.find("-", max(after, self._cursor))
        self._cursor = dash + 1
        return dash

    def _node(self, event: Any) -> Node:
        start, end = event.start_mark.index, event.end_mark.index
        column, anchor = event.start_mark.column, event.anchor or ""
        if isinstance(event, events.AliasEvent):
            return Node(Sort.ALIAS, start, end, column, text=event.anchor)
        if isinstance(event, events.ScalarEvent):
            raw = self.text[value_start(self.text, event) : end]
            return Node(Sort.SCALAR, start, end, column, anchor, event.value, raw, event.style or "")
        sort = Sort.MAPPING if isinstance(event, events.MappingStartEvent) else Sort.LIST
        return Node(sort, start, end, column, anchor, flow=bool(event.flow_style))


class _Placing:
    """Puts each comment beside the entry that it is about."""

    def __init__(self, text: str, entries: list[Entry], root: Node) -> None:
        self.entries = sorted(entries, key=lambda entry: entry.start)
        self.starts = [entry.start for entry in self.entries]
        self.root = root
        self.lines = text.split("\n")
        self.kept = {number for entry in entries for number in _kept_lines(text, entry.value)}
        """The empty lines that are a part of a text."""
        self.homes = {id(entry.value): entry for entry in entries}
        self.led: Entry | None = None
        """The entry that the comment before this one leads."""

    def is_apart(self, line: int) -> bool:
        """True when the line before this one is empty."""
        return line > 0 and not self.lines[line - 1].strip() and line - 1 not in self.kept

    def line(self, comment: Comment) -> Line:
        """A comment that has its line for itself."""
        return Line(comment.text, self.is_apart(comment.line))

    def take(self, comment: Comment) -> None:
        """The next comment, in the order of the text."""
        at = bisect_left(self.starts, comment.index)
        before = self.entries[at - 1] if at else None
        after = self.entries[at] if at < len(self.entries) else None
        if comment.alone:
            self._place_line(comment, before, after)
        else:
            self._place_beside(comment, before, after)

    def _place_beside(self, comment: Comment, before: Entry | None, after: Entry | None) -> None:
        if before is None:
            self._lead(comment, after)
            return
        entry = before
        while entry.around.flow and entry.around.end <= comment.index and id(entry.around) in self.homes:
            entry = self.homes[id(entry.around)]
        value = entry.value
        inside = value.start <= comment.index < value.end or comment.index < value.start
        opens = inside and (
            value.sort in (Sort.MAPPING, Sort.LIST) or value.style in ("|", ">") or comment.index < value.start
        )
        if opens and not entry.header:
            entry.header = comment.text
        elif not opens and not entry.trail:
            entry.trail = comment.text
        else:
            entry.lead.append(Line(comment.text))

    def _place_line(self, comment: Comment, before: Entry | None, after: Entry | None) -> None:
        inside = self._inside(comment, before)
        if after is not None and (after is self.led or before is None):
            self._lead(comment, after)
        elif inside is not None:
            if after is not None and after.start < inside.end:
                self._lead(comment, after)
            else:
                inside.foot.append(self.line(comment))
        elif after is not None and comment.column <= after.column:
            self._lead(comment, after)
        else:
            self._place_behind(comment, before, after)

    def _place_behind(self, comment: Comment, before: Entry | None, after: Entry | None) -> None:
        """A comment further in than what follows belongs to the end of what is before it."""
        limit = after.column if after else -1
        node = before.around if before else self.root
        while node is not self.root and (node.flow or self._column(node) > comment.column):
            node = self.homes[id(node)].around
        if after is not None and self._column(node) <= limit:
            self._lead(comment, after)
        else:
            node.foot.append(self.line(comment))

    @staticmethod
    def _column(node: Node) -> int:
        return node.entries[0].column if node.entries else node.column

    def _inside(self, comment: Comment, before: Entry | None) -> Node | None:
        """The innermost bracket that the comment stands inside of."""
        if before is None:
            return self.root if self.root.flow else None
        for node in (before.value, before.around):
            while node.flow:
                if node.start < comment.index < node.end:
                    return node
                if id(node) not in self.homes:
                    break
                node = self.homes[id(node)].around
        return None

    def _lead(self, comment: Comment, entry: Entry | None) -> None:
        self.led = entry
        (self.root.foot if entry is None else entry.lead).append(self.line(comment))


def _kept_lines(text: str, value: Node) -> range:
    """The numbers of the lines of a text that keeps the empty ones behind it."""
    if value.style not in ("|", ">") or not value.text.endswith("\n\n"):
        return range(0)
    first = text.count("\n", 0, value.start)
    return range(first, first + value.raw.count("\n"))


def _keep_head(written: Written) -> None:
    """Comments at the top that stand apart from the first field, or that programs look for, stay at the top."""
    if not written.root.entries:
        return
    first = written.root.entries[0]
    gaps = [number for number, line in enumerate(first.lead) if line.apart and number]
    kept = len(first.lead) if first.apart else max(gaps, default=0)
    while kept < len(first.lead) and _MODE_LINE.match(first.lead[kept].text):
        kept += 1
    written.head, rest = first.lead[:kept], first.lead[kept:]
    written.head_apart = bool(rest[0].apart if rest else first.apart)
    first.lead = [Line(line.text, line.apart and bool(number)) for number, line in enumerate(rest)]
    first.apart = first.apart and bool(rest)
