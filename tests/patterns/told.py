"""What came of a case, read from its events alone, and whether it is what was expected.

Rule 1: an expectation that nobody knows is an error, and so is one that could not fail.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations
from math import inf
from typing import Any

from runbook.durations import duration
from runbook.instants import between
from runbook.run.events import ENDED, ENDS_ATTEMPT, Recorded
from runbook.run.state import RunState
from runbook.testing.story import BEGINNING

from .world import World, bare

_WORK = frozenset(("shell", "command", "verify", "manual", "ask", "approval"))
"""The kinds of steps in which a program or a person does something: those that a trace names."""


@dataclass
class Span:
    """One attempt at a step: where it began and ended in the order of all events, and when."""

    began: int
    at: float
    ended: float = inf
    until: float = inf


class Told:
    """Runs as their events have made them: by name the state, and all that happened in the order in which it did."""

    def __init__(self, states: Mapping[str, RunState], log: Iterable[tuple[str, Recorded]], beginning: str) -> None:
        self.states = states
        self.beginning = beginning
        self.spans: dict[str, list[Span]] = {}
        """The attempts at each step, and those at all of its turns under its path without their numbers."""
        self.trace: list[str] = []
        """The steps in which somebody or something acts, as they began."""
        self.done: list[str] = []
        """The same, as they succeeded."""
        self.events = list(log)
        for place, (run, recorded) in enumerate(self.events):
            self._take(place, run, recorded)

    def _take(self, place: int, run: str, recorded: Recorded) -> None:
        event, at = recorded.event, between(self.beginning, recorded.at)
        if event.step is None:
            return
        step = self.states[run].steps[event.step].step
        prefix = f"{run}:" if run else ""
        if step.flow.body is not None:
            names = [f"{prefix}{event.step} as a whole"]
        else:
            names = list(dict.fromkeys((prefix + event.step, prefix + bare(event.step))))
        if event.type == "StepSucceeded" and step.kind in _WORK and step.flow.body is None:
            self.done.append(names[-1])
        if event.type == "StepStarted":
            if step.kind in _WORK and step.flow.body is None:
                self.trace.append(names[-1])
            span = Span(place, at)
            for name in names:
                self.spans.setdefault(name, []).append(span)
        elif event.type in ENDS_ATTEMPT:
            for span in self.spans.get(names[0], [])[-1:]:
                if span.ended == inf:
                    span.ended, span.until = place, at

    def step(self, name: str) -> Any:
        """A step by its path, after the name of its run and a colon where there are several."""
        run, _, path = name.rpartition(":")
        return self.states[run].steps.get(path)

    def shortfalls(self, expect: Mapping[str, Any]) -> list[str]:
        """What is not as expected, in words; empty when all is."""
        found: list[str] = []
        for word, wanted in expect.items():
            found += [f"{word}: {each}" for each in _CHECKS[word](self, wanted)]
        return found


def told(world: World) -> Told:
    """What came of a case in the world of the runner."""
    states = {name: run.state for name, run in world.runs.items()}
    return Told(states, ((run.name, recorded) for run, recorded in world.log), BEGINNING)


# -- what can be expected ---------------------------------------------------------------------------


def _status(it: Told, wanted: Any) -> Iterator[str]:
    each = wanted if isinstance(wanted, dict) else {"": wanted}
    yield from _differences({run: it.states[run].status for run in it.states}, each)


def _reason(it: Told, wanted: Any) -> Iterator[str]:
    for run, text in (wanted if isinstance(wanted, dict) else {"": wanted}).items():
        if text not in it.states[run].reason:
            yield f"`{it.states[run].reason}` does not say `{text}`"


def _steps(it: Told, wanted: Mapping[str, str]) -> Iterator[str]:
    found = {name: step.status.value if (step := it.step(name)) else "not begun" for name in wanted}
    yield from _differences(found, wanted)


def _why(it: Told, wanted: Mapping[str, str]) -> Iterator[str]:
    for name, text in wanted.items():
        if text not in it.step(name).reason:
            yield f"`{name}` has the reason `{it.step(name).reason}`, which does not say `{text}`"


def _trace(it: Told, wanted: str) -> Iterator[str]:
    if it.trace != wanted.split():
        yield f"it was `{' '.join(it.trace)}`, not `{wanted}`"


def _order(it: Told, wanted: str) -> Iterator[str]:
    if it.done != wanted.split():
        yield f"it was `{' '.join(it.done)}`, not `{wanted}`"


def _count(it: Told, wanted: Mapping[str, int]) -> Iterator[str]:
    yield from _differences({name: len(it.spans.get(name, ())) for name in wanted}, wanted)


def _never(it: Told, wanted: list[str]) -> Iterator[str]:
    yield from (f"`{name}` was begun" for name in wanted if name in it.spans)


def _before(it: Told, wanted: list[str]) -> Iterator[str]:
    for pair in wanted:
        first, second = (it.spans.get(name.strip(), []) for name in pair.split("<"))
        if not first or not second or max(each.ended for each in first) > min(each.began for each in second):
            yield f"`{pair}` is not so"


def _overlap(it: Told, wanted: list[str]) -> Iterator[str]:
    for pair in wanted:
        if not _together(it, *(name.strip() for name in pair.split("||"))):
            yield f"`{pair}` is not so"


def _apart(it: Told, wanted: list[str]) -> Iterator[str]:
    for first, second in combinations(wanted, 2):
        if first not in it.spans or second not in it.spans:
            yield f"`{first}` or `{second}` was never begun"
        elif _together(it, first, second):
            yield f"`{first}` and `{second}` were under way together"


def _together(it: Told, first: str, second: str) -> bool:
    both = ((one, other) for one in it.spans.get(first, ()) for other in it.spans.get(second, ()))
    return any(one.began < other.ended and other.began < one.ended for one, other in both)


def _at_once(it: Told, wanted: Mapping[str, int]) -> Iterator[str]:
    found = {}
    for name in wanted:
        spans = it.spans.get(name, [])
        found[name] = max((sum(each.began <= one.began < each.ended for each in spans) for one in spans), default=0)
    yield from _differences(found, wanted)


def _starts(it: Told, wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, times in wanted.items():
        found = [each.at for each in it.spans.get(name, ())]
        each = [duration(time) for time in (times if isinstance(times, list) else [times])]
        if found[: len(each)] != each:
            yield f"`{name}` began at {found}, not at {each}"


def _ends(it: Told, wanted: Mapping[str, Any]) -> Iterator[str]:
    found = {name: max((each.until for each in it.spans.get(name, ())), default=inf) for name in wanted}
    yield from _differences(found, {name: duration(time) for name, time in wanted.items()})


def _ends_at(it: Told, wanted: Any) -> Iterator[str]:
    for run, time in (wanted if isinstance(wanted, dict) else {"": wanted}).items():
        ended = it.states[run].ended_at
        if not ended or between(it.beginning, ended) != duration(time):
            yield f"the run ended at {between(it.beginning, ended) if ended else 'no time'}, not at {time}"


def _outputs(it: Told, wanted: Mapping[str, Any]) -> Iterator[str]:
    run, _, _ = next(iter(wanted)).rpartition(":")
    yield from _differences(it.states[run].outputs, wanted)


def _shown(it: Told, wanted: Mapping[str, str]) -> Iterator[str]:
    yield from _differences({name: it.step(name).act.get("shown", "") for name in wanted}, wanted)


def _waits(it: Told, wanted: list[str]) -> Iterator[str]:
    found = sorted(f"{run}:{path}" if run else path for run, state in it.states.items() for path in state.waiting)
    if found != sorted(wanted):
        yield f"what waits is {found}, not {wanted}"


def _happened(it: Told, wanted: Mapping[str, int]) -> Iterator[str]:
    counts = Counter(recorded.event.type for _, recorded in it.events)
    yield from _differences({type: counts[type] for type in wanted}, wanted)


def _recorded(it: Told, wanted: list[Mapping[str, Any]]) -> Iterator[str]:
    """Each item is an event there has to be: `type`, `step`, `by`, and what its data holds, by dotted names."""
    for each in wanted:
        if not any(_fits(recorded, each) for _, recorded in it.events):
            yield f"there is no such event: {each}"


def _fits(recorded: Recorded, wanted: Mapping[str, Any]) -> bool:
    event = recorded.event
    for name, value in wanted.items():
        found: Any = {"type": event.type, "step": event.step, "by": recorded.by, **event.data}
        for part in name.split("."):
            found = found.get(part) if isinstance(found, dict) else None
        if found != value:
            return False
    return True


def _differences(found: Mapping[str, Any], wanted: Mapping[str, Any]) -> Iterator[str]:
    for name, value in wanted.items():
        if found.get(name) != value:
            yield f"`{name}` is {found.get(name)!r}, not {value!r}"


_CHECKS: Mapping[str, Callable[[Told, Any], Iterator[str]]] = {
    "status": _status, "reason": _reason, "steps": _steps, "why": _why, "trace": _trace, "order": _order,
    "count": _count, "never": _never, "before": _before, "overlap": _overlap, "apart": _apart, "at_once": _at_once,
    "starts": _starts, "ends": _ends, "ends_at": _ends_at, "outputs": _outputs, "shown": _shown, "waits": _waits,
    "happened": _happened, "recorded": _recorded,
}  # fmt: skip
"""What a case may expect, by its word."""


# -- expectations that are wrong --------------------------------------------------------------------


def spoiled(it: Told, expect: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Each single thing that a case expects, made wrong: none of them may pass."""
    for word, wanted in expect.items():
        match word, wanted:
            case "overlap", list():
                yield from ({"apart": [name.strip() for name in pair.split("||")]} for pair in wanted)
            case "apart", list():
                yield from ({"overlap": [f"{one} || {other}"]} for one, other in combinations(wanted, 2))
            case "before", list():
                yield from ({"before": ["<".join(reversed(pair.split("<")))]} for pair in wanted)
            case "never", list():
                yield from ({"never": [*wanted, begun]} for begun in it.spans if begun not in wanted)
                yield from ({"count": {name: 1}} for name in wanted)
            case "recorded", list():
                yield from ({word: [{**each, name: "something else"}]} for each in wanted for name in each)
            case _, list():
                yield {word: [*wanted, "something else"]}
                yield from ({word: [other for other in wanted if other != each]} for each in wanted)
            case _, dict():
                yield from ({word: {name: _wrong(word, value)}} for name, value in wanted.items())
            case _:
                yield {word: _wrong(word, wanted)}


def _wrong(word: str, value: Any) -> Any:
    if isinstance(value, list) and word == "starts":
        return [*value[:-1], f"{duration(value[-1]) + 1}s"]
    if word in ("starts", "ends", "ends_at"):
        return f"{duration(value) + 1}s"
    if isinstance(value, int) and not isinstance(value, bool):
        return value + 1
    if word == "status" and value in ENDED:
        return next(iter(ENDED - {value}))
    return f"{value} and something else"
