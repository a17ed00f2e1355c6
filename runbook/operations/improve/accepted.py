"""Suggestions that were accepted: what the journal keeps of them, and whether what should move has moved since.

Rule 1: a share has moved when the 95 % interval of what came after leaves out what was before; any other value when it
is better by a tenth. With fewer than ten cases nobody can tell yet, unless the share has moved already.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.operations.improve.evidence import Evidence
from runbook.operations.improve.measures import MEASURES, Measured, later, measured
from runbook.operations.improve.rule import Improvement
from runbook.operations.improve.suggestion import Suggestion
from runbook.operations.seconds import seconds
from runbook.operations.signals import wilson
from runbook.run.events import Event

if TYPE_CHECKING:
    from runbook.run.events import Recorded

ACCEPTED = "SuggestionAccepted"
"""The event of the department that says so."""
MOVED, NOT_MOVED, TOO_EARLY, UNKNOWN = "moved", "not moved", "too early", "nothing to measure"
FEWEST = 10
"""Cases without which it is too early to say."""
_BETTER = 0.9


@dataclass(frozen=True, slots=True)
class Compared:
    """An improvement with what came after it."""

    improvement: Improvement
    after: Measured | None
    verdict: str

    def text(self) -> str:
        """In words: `the share of the times that are done anew went from 31 % to 4 %`."""
        measure = MEASURES.get(self.improvement.measure)
        if measure is None or self.after is None:
            return self.verdict
        before, after = (shown(self.improvement.measure, each) for each in (self.improvement.before, self.after.value))
        return f"{measure.words} went from {before} to {after}"


def accepted(suggestion: Suggestion) -> Event:
    """The event that a suggestion was accepted, with what has to move and where it stands now."""
    data = {
        "suggestion": suggestion.id,
        "rule": suggestion.rule,
        "process": suggestion.process,
        "about": suggestion.about,
        "text": suggestion.text,
        "measure": suggestion.measure,
        "value": suggestion.value,
        "file": suggestion.change.file if suggestion.change else "",
    }
    return Event(ACCEPTED, data={name: value for name, value in data.items() if value != ""})


def improvements_in(events: Iterable[Recorded]) -> tuple[Improvement, ...]:
    """The suggestions that were accepted, oldest first."""
    return tuple(_improvement(each) for each in events if each.event.type == ACCEPTED)


def _improvement(recorded: Recorded) -> Improvement:
    data = recorded.event.data
    names = ("suggestion", "rule", "process", "about", "measure", "file")
    id, rule, process, about, measure, file = (str(data.get(name, "")) for name in names)
    before = float(data.get("value", 0))
    return Improvement(id, rule, process, about, measure, before, seconds(recorded.at), recorded.by, file)


def compared(improvement: Improvement, evidence: Evidence) -> Compared:
    """What has become of an improvement."""
    if improvement.measure not in MEASURES:
        return Compared(improvement, None, UNKNOWN)
    after = measured(later(evidence, improvement.at), improvement.measure, improvement.process, improvement.about)
    if after is None:
        return Compared(improvement, None, TOO_EARLY)
    more = MEASURES[improvement.measure].more_is_better
    if _moved(improvement.before, after, more):
        return Compared(improvement, after, MOVED)
    return Compared(improvement, after, NOT_MOVED if after.of >= FEWEST else TOO_EARLY)


def _moved(before: float, after: Measured, more: bool) -> bool:
    if after.hits is not None:
        low, high = wilson(after.hits, after.of)
        return low > before if more else high < before
    if after.of < FEWEST:
        return False
    return after.value * _BETTER >= before if more else after.value <= before * _BETTER


def adopted(found: Iterable[Compared]) -> Mapping[str, str]:
    """What each process has gained by a suggestion that was accepted and has moved what it should, in words."""
    return {
        each.improvement.process: f"{each.text()} since `{each.improvement.rule}` was accepted"
        for each in found
        if each.verdict == MOVED and each.improvement.process
    }


def shown(measure: str, value: float) -> str:
    """A value of a measure in words."""
    unit = MEASURES[measure].unit if measure in MEASURES else ""
    if unit == "%":
        return f"{value * 100:.0f} %"
    if unit == "s":
        return f"{value / 3600:.1f} h" if value >= 5400 else f"{value / 60:.0f} min"
    return f"{value:.2g}"
