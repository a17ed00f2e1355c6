"""The table of attacks: what was tried, how often it was refused, how often taken as data, how often it succeeded."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass


@dataclass(frozen=True)
class Row:
    """One set, counted."""

    set: str
    attempts: int
    refused: int
    harmless: int
    succeeded: int
    controls: int

    def to_json(self) -> dict[str, str | int]:
        """As a report carries it from one process to another."""
        return asdict(self)


def lines(rows: Iterable[Row]) -> Iterator[str]:
    """The table; last the sums."""
    known = sorted(rows, key=lambda row: row.set)
    widest = max((len(row.set) for row in known), default=3)
    yield f"{'set':{widest}}  attempts  refused  harmless  succeeded  controls seen"
    for row in known:
        yield _line(row.set, row, widest)
    total = Row("all", *(sum(getattr(row, name) for row in known) for name in NUMBERS))
    yield _line("all", total, widest)
    yield f"{total.attempts} attacks, {total.succeeded or 'none'} succeeded"


NUMBERS = ("attempts", "refused", "harmless", "succeeded", "controls")


def _line(name: str, row: Row, widest: int) -> str:
    return f"{name:{widest}}  {row.attempts:8}  {row.refused:7}  {row.harmless:8}  {row.succeeded:9}  {row.controls:13}"
