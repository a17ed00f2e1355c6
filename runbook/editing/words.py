"""The words of expressions where they stand in a text: which values are looked up, also while one is being typed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from runbook.editing.positions import Span
from runbook.editing.sketch import Node, Shape

_TOKENS = {
    style: re.compile(
        rf"(?P<text>{text})|(?P<name>[A-Za-z_]\w*)|(?P<number>\d+)|(?P<space>\s+)|(?P<sign>\}}\}}|.)",
        re.ASCII | re.DOTALL,
    )
    for style, text in {
        "": r"""'(?:[^'\\\n]|\\.)*'|"(?:[^"\\\n]|\\.)*\"""",
        "'": r"""''(?:[^'\\\n]|\\.)*''|"(?:[^"\\\n]|\\.)*\"""",
        '"': r"""'(?:[^'\\\n]|\\.)*'|\\"(?:[^"\\\n])*\\\"""",
    }.items()
}
_STEP = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]*", re.ASCII)
_KEYWORDS = frozenset({"and", "or", "not", "in", "is", "if", "else", "true", "false", "none"})


@dataclass(frozen=True, slots=True)
class Part:
    """One name of a look-up and where it stands; empty behind a dot where nothing was typed yet."""

    name: str
    span: Span


@dataclass(frozen=True, slots=True)
class Lookup:
    """One value that is looked up, such as `steps.a.outputs.b`, part by part."""

    parts: tuple[Part, ...]

    @property
    def names(self) -> tuple[str, ...]:
        """The names alone."""
        return tuple(part.name for part in self.parts)


def regions(text: str, node: Node, bare: bool) -> Iterator[Span]:
    """Where expressions stand in a scalar: all of it when it is one (`bare`), else between `{{` and `}}`."""
    if node.shape is not Shape.SCALAR:
        return
    start, end = _inside(text, node)
    if bare:
        yield Span(start, end)
        return
    at = text.find("{{", start, end)
    while at >= 0:
        close = _closing(text, at + 2, end, node.style)
        yield Span(at + 2, close)
        at = text.find("{{", close, end)


def _inside(text: str, node: Node) -> tuple[int, int]:
    if node.style in ("'", '"'):
        closed = node.end - node.start > 1 and text[node.end - 1] == node.style
        return node.start + 1, node.end - closed
    if node.style:
        first = text.find("\n", node.start, node.end)
        return (node.end if first < 0 else first + 1), node.end
    return node.start, node.end


def _closing(text: str, at: int, end: int, style: str) -> int:
    for token in _tokens(style).finditer(text, at, end):
        if token.group() in ("}}", "{"):
            return token.start()
    return end


def _tokens(style: str) -> re.Pattern[str]:
    return _TOKENS[style if style in _TOKENS else ""]


def lookups(text: str, region: Span, style: str) -> Iterator[Lookup]:
    """The values that an expression looks up."""
    pattern, at = _tokens(style), region.start
    before = ""
    while at < region.end:
        token = pattern.match(text, at, region.end)
        if token is None:
            return
        at = token.end()
        if token.lastgroup == "name" and before not in ("|", "is", "is not") and token.group() not in _KEYWORDS:
            parts, at = _parts(text, token, region.end, pattern)
            yield Lookup(parts)
            before = "name"
        elif token.lastgroup != "space":
            before = "is not" if (before, token.group()) == ("is", "not") else token.group()


def _parts(text: str, first: re.Match[str], end: int, pattern: re.Pattern[str]) -> tuple[tuple[Part, ...], int]:
    parts = [Part(first.group(), Span(*first.span()))]
    at = first.end()
    while at < end:
        sign = _next(text, at, end)
        if text[sign : sign + 1] == ".":
            item = _next(text, sign + 1, end)
            wanted = _STEP if len(parts) == 1 and parts[0].name == "steps" else re.compile(r"\w*", re.ASCII)
            found = wanted.match(text, item, end)
            stop = found.end() if found else item
            parts.append(Part(text[item:stop], Span(item, stop)))
            at = stop
        elif text[sign : sign + 1] == "[" and (inner := pattern.match(text, _next(text, sign + 1, end), end)):
            close = _next(text, inner.end(), end)
            if inner.lastgroup not in ("text", "number") or text[close : close + 1] != "]":
                break
            quote = 0 if inner.lastgroup == "number" else 2 if inner.group()[:2] in ("''", '\\"') else 1
            span = Span(inner.start() + quote, inner.end() - quote)
            parts.append(Part(text[span.start : span.end], span))
            at = close + 1
        else:
            break
    return tuple(parts), at


def _next(text: str, at: int, end: int) -> int:
    while at < end and text[at].isspace():
        at += 1
    return at


@dataclass(frozen=True, slots=True)
class Typing:
    """Where in an expression somebody writes: behind which sign, inside of what, and the word they are at."""

    span: Span
    after: str = ""
    """`|`, `is` or `is not` when it stands right before."""
    before: tuple[str, ...] = ()
    """The names of the look-up that the word goes on with: `("steps", "a")` behind `steps.a.`."""


def typing_at(text: str, region: Span, offset: int, style: str) -> Typing:
    """What is being written in an expression at an offset."""
    pattern, at, before = _tokens(style), region.start, ""
    while at < offset:
        token = pattern.match(text, at, offset)
        if token is None:
            break
        at = token.end()
        if token.lastgroup == "name" and before not in ("|", "is", "is not") and token.group() not in _KEYWORDS:
            parts, at = _parts(text, token, offset, pattern)
            if at >= offset and parts[-1].span.end >= offset:
                return Typing(
                    _to_the_end(text, parts[-1].span, region.end), "", tuple(each.name for each in parts[:-1])
                )
            before = "name"
        elif token.lastgroup == "name" and at >= offset:
            return Typing(_to_the_end(text, Span(*token.span()), region.end), before if before in _AFTER else "")
        elif token.lastgroup != "space":
            before = "is not" if (before, token.group()) == ("is", "not") else token.group()
    return Typing(_to_the_end(text, Span(offset, offset), region.end), before if before in _AFTER else "")


_AFTER = ("|", "is", "is not")


def _to_the_end(text: str, span: Span, end: int) -> Span:
    """The span with the rest of the word, which is replaced as well."""
    rest = re.compile(r"[\w-]*" if span.start < span.end else r"\w*", re.ASCII).match(text, span.end, end)
    return Span(span.start, rest.end() if rest else span.end)
