"""One line of the table: what was measured, against which floor, with which target, beside whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field

from benchmarks.measure import Comparison

OURS = "runbook"
"""The name of our own contender in a comparison."""


@dataclass(frozen=True, slots=True)
class Result:
    """One line; `value` is a ratio to the floor, an exponent, or None when it could not be measured."""

    row: int
    what: str
    floor: str
    value: float | None
    target: float | None = None
    peers: Mapping[str, float] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @property
    def verdict(self) -> str:
        """`ok`, `MISSED`, `failed`, or nothing for a line without a target."""
        if self.value is None:
            return "failed"
        if self.target is None:
            return ""
        return "ok" if self.value <= self.target else "MISSED"


def result(
    row: int,
    what: str,
    floor: str,
    comparison: Comparison,
    target: float | None,
    published: Sequence[str] = (),
    notes: Sequence[str] = (),
    ours: str = OURS,
    with_peers: bool = True,
) -> Result:
    """The line that a comparison makes; `published` are peers that can't be run here, with the ratio others found."""
    peers = {name: ratio for name, ratio in comparison.ratios.items() if not name.startswith(OURS)}
    told = [
        *notes,
        *(f"{each} (published)" for each in published),
        *(f"{name}: not measured, {why}" for name, why in comparison.failures.items()),
    ]
    named = f"{floor} ({comparison.floor * 1000:.0f} ms)"
    return Result(row, what, named, comparison.ratios.get(ours), target, peers if with_peers else {}, tuple(told))


def as_text(results: Sequence[Result]) -> str:
    """The table."""
    head = ("", "what", "floor = 1", "runbook", "target", "", "peers")
    lines = [
        (
            str(each.row),
            each.what,
            each.floor,
            "-" if each.value is None else f"{each.value:.2f}",
            "" if each.target is None else f"{each.target:g}",
            each.verdict,
            " · ".join(f"{name} {ratio:.3g}" for name, ratio in sorted(each.peers.items(), key=lambda pair: pair[1])),
        )
        for each in results
    ]
    widths = [max(len(line[column]) for line in (head, *lines)) for column in range(len(head))]
    drawn = [
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in (head, *lines)
    ]
    notes = [f"  row {each.row}, {each.what}: {note}" for each in results for note in each.notes]
    return "\n".join([*drawn, *(["", "Notes:", *dict.fromkeys(notes)] if notes else [])])


def as_json(results: Sequence[Result]) -> list[dict[str, object]]:
    """The table for programs."""
    return [{**asdict(each), "verdict": each.verdict} for each in results]
