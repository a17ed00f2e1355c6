"""Where each value of a file stands; found by parsing it a second time, so that nobody pays before somebody asks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from yaml import events as yaml_events

from runbook.source import Path, Place, Source

events: Any = yaml_events
"""The stubs of PyYAML make every mark optional; a parser sets them all."""


@dataclass(slots=True)
class Spot:
    """One value in the text: the marks where it and its key begin and end, and the spots inside of it."""

    start: Any
    end: Any
    key: Any = None
    inside: dict[str, Spot] | list[Spot] | None = None
    last: Spot | None = None
    """What stands last inside of it, when it ends with that."""
    flow: bool = False


def spots(parser: Any) -> Spot:
    """The spot of a whole document, from a parser over a text that was read without a finding about its structure."""
    opening, closing = (events.MappingStartEvent, events.SequenceStartEvent), events.CollectionEndEvent
    top = Spot(None, None, inside=[])
    stack = [top]
    key: Any = None
    anchors: dict[str, Spot] = {}
    while not isinstance(event := parser.get_event(), events.StreamEndEvent):
        if isinstance(event, closing):
            spot = stack.pop()
            if spot.flow or spot.last is None:
                spot.end, spot.last = event.end_mark, None
        elif isinstance(event, events.NodeEvent):
            if key is None and isinstance(stack[-1].inside, dict):
                key = event
                continue
            spot = Spot(event.start_mark, event.end_mark, key)
            _put(spot, stack[-1])
            if isinstance(event, opening):
                spot.inside = {} if isinstance(event, events.MappingStartEvent) else []
                spot.flow = bool(event.flow_style)
                stack.append(spot)
            elif isinstance(event, events.AliasEvent):
                spot.inside = anchors[event.anchor].inside
            if event.anchor is not None and not isinstance(event, events.AliasEvent):
                anchors[event.anchor] = spot
            key = None
    assert isinstance(top.inside, list)
    return top.inside[0]


def first_lines(parser: Any, repeated: set[int]) -> dict[int, int]:
    """The line where each repeated key stood first, by the index in the text of its repetition."""
    lines: dict[int, int] = {}
    stack: list[tuple[dict[str, int] | None, bool]] = [(None, False)]
    while len(lines) < len(repeated):
        event = parser.get_event()
        if isinstance(event, events.CollectionEndEvent):
            stack.pop()
        elif isinstance(event, events.NodeEvent):
            keys, is_key = stack.pop()
            stack.append((keys, not is_key))
            if keys is not None and is_key and isinstance(event, events.ScalarEvent):
                first = keys.setdefault(event.value, event.start_mark.line + 1)
                if event.start_mark.index in repeated:
                    lines[event.start_mark.index] = first
            elif isinstance(event, events.CollectionStartEvent):
                stack.append(({} if isinstance(event, events.MappingStartEvent) else None, True))
    return lines


def place_of(source: Source, document: Spot, path: Path, key: bool) -> Place:
    """The place of what stands at a path, or of its key; of the nearest value around it when there is nothing."""
    spot = document
    for part in path:
        inner = spot.inside
        found = inner.get(part) if isinstance(inner, dict) and isinstance(part, str) else None
        if isinstance(inner, list) and isinstance(part, int) and 0 <= part < len(inner):
            found = inner[part]
        if found is None:
            key = False
            break
        spot = found
    if key and spot.key is not None:
        return _between(source, spot.key.start_mark, spot.key.end_mark)
    end = spot
    while end.last is not None:
        end = end.last
    return _between(source, spot.start, end.end)


def _put(spot: Spot, into: Spot) -> None:
    if isinstance(into.inside, dict):
        into.inside[spot.key.value] = spot
    elif into.inside is not None:
        into.inside.append(spot)
    into.last = spot


def _between(source: Source, start: Any, end: Any) -> Place:
    """From mark to mark, without the white space that the parser counts to a block's end."""
    text = source.text[start.index : end.index].rstrip()
    breaks = text.count("\n")
    column = len(text) - text.rfind("\n") if breaks else start.column + 1 + len(text)
    return Place(source.path, start.line + 1, start.column + 1, start.line + 1 + breaks, column)
