"""Text with secrets in it, which are not known here: only their names are, until a program is handed over.

Rule 1: as text it is what everybody may see (`Bearer {{ secrets.token }}`). Whoever treats it as any other text makes
text without a secret of it; nothing that happens to it can reveal one.
Rule 2: where the secrets go is told beside the data, by place, so that no data can ask for one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

Part = str | Mapping[str, str]
"""Plain text, or `{"secret": NAME}`."""


class Sealed(str):
    """A text with secrets; `parts` tells what they stand between."""

    parts: tuple[Part, ...]

    @classmethod
    def of(cls, parts: Iterable[Part]) -> Sealed:
        """The text those parts make."""
        parts = tuple(parts)
        shown = "".join(part if isinstance(part, str) else f"{{{{ secrets.{part['secret']} }}}}" for part in parts)
        text = cls(shown)
        text.parts = parts
        return text


def secret(name: str) -> Sealed:
    """The secret of that name, unknown as yet."""
    return Sealed.of([{"secret": name}])


def joined(pieces: Iterable[str]) -> str:
    """The pieces as one text, which is sealed when one of them is."""
    pieces = list(pieces)
    if not any(isinstance(piece, Sealed) for piece in pieces):
        return "".join(pieces)
    parts: list[Part] = []
    for piece in pieces:
        parts += piece.parts if isinstance(piece, Sealed) else (piece,)
    return Sealed.of(parts)


def seals(value: Any, at: tuple[str | int, ...] = ()) -> Iterator[tuple[tuple[str | int, ...], tuple[Part, ...]]]:
    """Every sealed text in a JSON value: its place and its parts."""
    match value:
        case Sealed():
            yield at, value.parts
        case Mapping():
            for name, each in value.items():
                yield from seals(each, (*at, name))
        case list() | tuple():
            for number, each in enumerate(value):
                yield from seals(each, (*at, number))


def unsealed(value: Any, sealed: Iterable[Mapping[str, Any]], known: Mapping[str, str]) -> Any:
    """A copy of the value with the secrets in their places; `sealed` as the journal has it, `known` by name."""
    copy = _copied(value)
    for each in sealed:
        text = "".join(part if isinstance(part, str) else known[part["secret"]] for part in each["parts"])
        *way, last = each["at"]
        inside = copy
        for step in way:
            inside = inside[step]
        inside[last] = text
    return copy


def _copied(value: Any) -> Any:
    match value:
        case Mapping():
            return {name: _copied(each) for name, each in value.items()}
        case list() | tuple():
            return [_copied(each) for each in value]
    return value


__all__ = ["Part", "Sealed", "joined", "seals", "secret", "unsealed"]
