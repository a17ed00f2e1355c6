"""From the events of a YAML parser to plain data, without recursion and within limits.

Rule 1: no text, however nested or folded into aliases, may exhaust the reader or whoever walks its data.
Rule 2: nothing is built but plain data; nothing is run.
"""

from __future__ import annotations

from typing import Any

from yaml import events

from runbook.outcome import Json
from runbook.reading.aliases import Aliases, Anchor
from runbook.reading.refusals import Refusals
from runbook.reading.scalars import MAY_BE_NUMBER, WORDS
from runbook.reading.structure import MAX_NODES, MAX_SCALAR

_KEY: Any = object()
"""In a mapping, the next value is a key. (A text: that key waits for its value. None: this is a list.)"""

_ODD_KEY = MAY_BE_NUMBER | {"<"}


def construct(parser: Any, text: str, refusals: Refusals) -> Json:
    """The document that a parser's events make; one piece, because every value passes here and calls cost."""
    get = parser.get_event
    scalar, mapping, sequence = events.ScalarEvent, events.MappingStartEvent, events.SequenceStartEvent
    closing = (events.MappingEndEvent, events.SequenceEndEvent)
    marked = "&" in text or "!" in text
    large = len(text) * 3 > MAX_NODES  # `[?,?]`: a character makes three values at most
    document: list[Json] = []
    aliases = Aliases()
    here: Any = document
    key: Any = None
    stack: list[tuple[Any, Any, Anchor | None]] = []
    nodes = deepest = 0
    while True:
        event = get()
        kind = event.__class__
        if kind is scalar:
            nodes += 1
            value = event.value
            if key is _KEY:
                if value in here or value in WORDS or value[0] in _ODD_KEY or event.style:
                    refusals.check_key(event, here)
            elif not event.style:
                if value in WORDS:
                    value = WORDS[value]
                elif value[0] in MAY_BE_NUMBER:
                    value = refusals.number(event)
            elif event.style == '"':
                refusals.check_escapes(event)
            if marked and (event.anchor is not None or event.tag is not None):
                _mark(event, value, aliases, refusals)
            if large and (nodes > MAX_NODES or len(event.value) > MAX_SCALAR):
                refusals.too_much(event, nodes)
        elif kind is mapping or kind is sequence:
            nodes += 1
            value = {} if kind is mapping else []
            if key is None:
                here.append(value)
            elif key is _KEY:
                refusals.refuse_key(event)
                key = ""
            else:
                here[key] = value
                key = _KEY
            anchor = None
            if event.tag is not None:
                refusals.refuse_tag(event)
            if event.anchor is not None:
                anchor = aliases.open(event.anchor, value, nodes - 1, event.start_mark.index, deepest)
                deepest = len(stack) + 1
            stack.append((here, key, anchor))
            here, key = value, _KEY if kind is mapping else None
            if len(stack) > deepest:
                deepest = len(stack)
                refusals.check_depth(event, deepest)
            continue
        elif kind in closing:
            here, key, anchor = stack.pop()
            if anchor is not None:
                aliases.close(anchor, nodes, event.end_mark.index, deepest - len(stack) - 1)
                deepest = max(deepest, anchor.levels_outside)
            continue
        elif kind is events.AliasEvent:
            nodes += 1
            anchor = _use(event, nodes, aliases, refusals)
            value = anchor.value
            deepest = max(deepest, len(stack) + 1 + anchor.levels)
            refusals.check_depth(event, deepest)
            if key is _KEY:
                refusals.refuse_key(event)
                value = ""
        elif kind is events.StreamEndEvent:
            break
        else:
            if kind is events.DocumentStartEvent:
                refusals.check_document(event, not document)
            continue
        if key is None:
            here.append(value)
        elif key is _KEY:
            key = value
        else:
            here[key] = value
            key = _KEY
    return document[0] if document else None


def _mark(event: Any, value: Json, aliases: Aliases, refusals: Refusals) -> None:
    if event.tag is not None:
        refusals.refuse_tag(event)
    if event.anchor is not None:
        aliases.mark(event.anchor, value, len(event.value))


def _use(event: Any, nodes: int, aliases: Aliases, refusals: Refusals) -> Anchor:
    anchor = aliases.anchors.get(event.anchor)
    if anchor is None or anchor.open:
        refusals.refuse_alias(event, inside=anchor is not None)
        return Anchor(event.anchor, 1, 0)
    if not aliases.use(anchor, nodes):
        refusals.too_much(event, nodes)
    return anchor
