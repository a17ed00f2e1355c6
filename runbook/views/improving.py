"""What could be better, how a process performs, and what became of suggestions: for people and for programs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from runbook.durations import in_words
from runbook.operations.improve.accepted import shown
from runbook.operations.seconds import instant_of
from runbook.operations.wall import DAY, local
from runbook.views.formatting import as_diff
from runbook.views.lines import wrapped
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.errors import RunbookError
    from runbook.operations.improve.accepted import Compared
    from runbook.operations.improve.suggestion import Suggestion
    from runbook.operations.performance import Performance


class Patched(Protocol):
    """A suggestion with its file as it is, and as it would be."""

    @property
    def id(self) -> str:
        """What it is accepted by."""

    @property
    def suggestion(self) -> Suggestion:
        """What is suggested."""

    @property
    def file(self) -> str:
        """The file; empty where there is no patch."""

    @property
    def before(self) -> bytes:
        """What it holds."""

    @property
    def after(self) -> str:
        """What it would hold."""


class _File:
    """A suggestion's file, as a diff is made of it."""

    def __init__(self, patched: Patched) -> None:
        self.path = Path(patched.file)
        self.before, self.after = patched.before, patched.after
        self.error: RunbookError | None = None
        self.changed = True


def suggested(found: Sequence[Patched], days: int, colour: bool, width: int) -> Iterator[str]:
    """Every suggestion with its evidence, its gain, and its patch."""
    if not found:
        yield f"Nothing of the last {days} days says that something could be better."
        return
    for place, each in enumerate(found):
        told = each.suggestion
        if place:
            yield ""
        where = f"{told.process}: " if told.process else ""
        yield from wrapped(visible(f"{each.id}  {where}{told.text}"), width, later="  ")
        for line in told.evidence:
            yield from wrapped(visible(line), width, "  because ", "          ")
        yield from wrapped(visible(told.gain), width, "  gain    ", "          ")
        if each.file:
            yield from (f"  {line}" for line in as_diff(_File(each), colour))
            yield f"  runbook improve accept {each.id}"
        elif told.command:
            yield f"  {visible(told.command)}"
    many = f"{len(found)} suggestion{'' if len(found) == 1 else 's'}"
    yield f"\n{many} from the last {days} days."


def suggested_as_json(found: Iterable[Patched], days: int) -> dict[str, Any]:
    """The same for programs."""
    return {
        "days": days,
        "suggestions": [
            {
                **each.suggestion.to_json(),
                "id": each.id,
                "file": each.file,
                "diff": "\n".join(as_diff(_File(each), False)) if each.file else "",
            }
            for each in found
        ],
    }


def compared(found: Sequence[Compared], timezone: str, width: int) -> Iterator[str]:
    """What became of each suggestion that was accepted."""
    if not found:
        yield "No suggestion was accepted yet."
    for each in found:
        it = each.improvement
        where = f"{it.process}  " if it.process else ""
        yield visible(f"{each.verdict:<10} {it.id}  {where}{local(it.at, timezone, DAY)} by {it.by}")
        if each.after is not None:
            yield from wrapped(visible(f"{each.text()} ({each.after.of} cases)"), width, "           ", "           ")


def compared_as_json(found: Iterable[Compared]) -> list[dict[str, Any]]:
    """The same for programs."""
    return [
        {
            "suggestion": each.improvement.id,
            "rule": each.improvement.rule,
            "process": each.improvement.process,
            "about": each.improvement.about,
            "accepted_at": instant_of(each.improvement.at),
            "by": each.improvement.by,
            "measure": each.improvement.measure,
            "before": each.improvement.before,
            "after": each.after.value if each.after else None,
            "of": each.after.of if each.after else 0,
            "verdict": each.verdict,
        }
        for each in found
    ]


def performance(it: Performance) -> Iterator[str]:
    """How a process performs, and each of its steps."""
    yield visible(f"{it.process}: {it.runs} runs, {it.items} items, {it.hours:.1f} hours")
    rows = (
        ("completed", _percent(it.completion)),
        ("right first time", _percent(it.right_first_time)),
        ("lead time p50/85/95", _times(it.lead)),
        ("cycle time p50/85/95", _times(it.cycle)),
        ("targets met", _percent(it.attainment)),
        ("flow efficiency", _percent(it.efficiency)),
        ("steps done anew", _percent(it.rework)),
        ("steps skipped", _percent(it.skipped)),
        ("runs that depart from it", _percent(it.deviations)),
        ("hand-overs", "-" if it.handoffs is None else f"{it.handoffs:.1f} each"),
        ("waits for approvals", _percent(it.approval_wait)),
        ("waits for", _shares(it.pauses.items())),
        ("blocked by", ", ".join(f"{reason} {in_words(time)}" for reason, time in it.blocked.items()) or "-"),
        ("causes incidents", _percent(it.change_failures)),
        ("cost", "-" if it.cost is None else f"{it.cost:.2f}"),
        ("hangs on", _shares([it.concentration] if it.concentration else ())),
        ("last changed", "-" if it.since_change is None else f"{it.since_change} days ago"),
        ("review", _review(it.since_review)),
        ("failure demand", _percent(it.failure_demand)),
    )
    for name, value in rows:
        if value != "-":
            yield visible(f"  {name:<25} {value}")
    if it.steps:
        head = ("step", "times", "wait p50", "touch p50", "failed", "retried", "anew", "skipped", "who")
        yield f"  {head[0]:<24}" + "".join(f"{each:>10}" for each in head[1:-1]) + f"  {head[-1]}"
    for each in it.steps:
        cells = (
            str(each.times), _time(each.wait), _time(each.touch), str(each.failures), str(each.retries),
            str(each.redone), str(each.skipped),
        )  # fmt: skip
        who = ", ".join(f"{person} {times}" for person, times in each.who[:3])
        yield visible(f"  {each.step:<24}" + "".join(f"{cell:>10}" for cell in cells) + f"  {who}").rstrip()


def performance_as_json(it: Performance) -> dict[str, Any]:
    """The same for programs; times are seconds, shares 0 to 1."""
    return asdict(it)


def _percent(share: float | None) -> str:
    return "-" if share is None else f"{share * 100:.0f} %"


def _times(values: Sequence[int]) -> str:
    return " / ".join(in_words(value) for value in values) or "-"


def _time(values: tuple[float, float] | None) -> str:
    return "-" if values is None else in_words(round(values[0]))


def _shares(found: Iterable[tuple[str, float]]) -> str:
    return ", ".join(f"{name} {_percent(share)}" for name, share in found) or "-"


__all__ = [
    "compared",
    "compared_as_json",
    "performance",
    "performance_as_json",
    "shown",
    "suggested",
    "suggested_as_json",
]


def _review(days: int | None) -> str:
    """When the review is due, in days from now."""
    if days is None:
        return "-"
    return f"overdue for {days} days" if days > 0 else f"due in {-days} days"
