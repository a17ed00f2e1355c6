"""What came of a test, read from its events and its state, and whether it is what was expected."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from difflib import unified_diff
from typing import Any

from runbook.durations import duration, in_words
from runbook.instants import between
from runbook.outcome import Json
from runbook.reading.process_tests import entries
from runbook.run.events import Recorded
from runbook.run.progress import StepState
from runbook.source import Path
from runbook.testing.trial import Noticed, Trial

_OVER = {
    "StepSucceeded": "succeeded",
    "StepFailed": "failed",
    "StepSkipped": "skipped",
    "StepCancelled": "cancelled",
    "StepUndone": "undone",
}
_LONGEST = 300
"""Characters of a value that are shown."""

Check = Callable[[Trial, Any, Path], Iterator[Noticed]]


def shortfalls(trial: Trial) -> list[Noticed]:
    """What is not as the test expects it; empty when all is."""
    at: Path = (*trial.case.at, "expect")
    return [each for word, wanted in trial.case.expect.items() for each in _CHECKS[word](trial, wanted, (*at, word))]


def path_of(trial: Trial) -> list[tuple[str, str]]:
    """The steps with how they ended, in the order in which they were over; of a part that went well, those inside."""
    found = []
    for recorded in trial.events:
        status = _OVER.get(recorded.event.type)
        if status and not _is_of_others(trial, recorded, status):
            found.append((recorded.event.step or "", status))
    return found


def _is_of_others(trial: Trial, recorded: Recorded, status: str) -> bool:
    """True for a part that went well, which is told by the steps inside of it, and for a way back that did."""
    path = recorded.event.step or ""
    if status != "succeeded":
        return False
    if path.endswith(".undo"):
        return True
    state = trial.state.steps[path]
    if state.turns is not None:
        return bool(state.turns.lists)
    return bool(state.step.steps or (state.step.use and not state.step.spec.detached))


def written_path(path: list[tuple[str, str]]) -> list[str]:
    """A path as a test writes it."""
    return [step if status == "succeeded" else f"{step} {status}" for step, status in path]


def waiting(trial: Trial) -> list[str]:
    """The steps that the run waits for."""
    return [] if trial.state.ended else [*trial.state.waiting, *trial.state.in_doubt]


def messages(trial: Trial) -> list[dict[str, str]]:
    """The messages that were sent: what each step of the kind `notify` has shown when it began."""
    return [
        {"step": each.event.step or "", "says": str(each.event.data["act"].get("shown", ""))}
        for each in trial.events
        if each.event.type == "StepStarted"
        and "act" in each.event.data  # what has turns of its own, one for each channel, sends nothing itself
        and trial.state.steps[each.event.step or ""].step.kind == "notify"
    ]


# -- one word each ------------------------------------------------------------------------------------


def _status(trial: Trial, wanted: str, at: Path) -> Iterator[Noticed]:
    found = trial.state.status
    if found != wanted:
        why = f": {trial.state.reason}" if trial.state.reason else ""
        more = [f"it waits for {', '.join(f'`{each}`' for each in waiting(trial))}"] if waiting(trial) else []
        more += [f"`{path}` failed: {step.reason}" for path, step in _failed(trial)]
        yield Noticed(at, f"the run is {found}{why}; expected {wanted}", tuple(more))


def _failed(trial: Trial) -> list[tuple[str, StepState]]:
    every = ((path, step) for path, step in trial.state.steps.items() if step.status.value == "failed")
    return [(path, step) for path, step in every if step.reason != trial.state.reason][:3]


def _reason(trial: Trial, wanted: str, at: Path) -> Iterator[Noticed]:
    if wanted not in trial.state.reason:
        found = f"is `{trial.state.reason}`" if trial.state.reason else "is empty"
        yield Noticed(at, f"the reason {found}; expected to say `{wanted}`")


def _waiting(trial: Trial, wanted: list[str], at: Path) -> Iterator[Noticed]:
    found = waiting(trial)
    if sorted(found) != sorted(wanted):
        yield Noticed(at, "the run waits for other steps", _difference(sorted(wanted), sorted(found)))


def _path(trial: Trial, wanted: Any, at: Path) -> Iterator[Noticed]:
    expected, found = written_path(entries(wanted)), written_path(path_of(trial))
    if expected != found:
        yield Noticed(at, "the path is another one", _difference(expected, found))


def _steps(trial: Trial, wanted: Mapping[str, Any], at: Path) -> Iterator[Noticed]:
    for path, each in wanted.items():
        given = {"status": each} if isinstance(each, str) else each
        step = trial.state.steps.get(path)
        for word, value in given.items():
            where: Path = (*at, path) if isinstance(each, str) else (*at, path, word)
            yield from _step(path, step, word, value, where)


def _step(path: str, step: StepState | None, word: str, wanted: Any, at: Path) -> Iterator[Noticed]:
    if word == "status":
        status = step.status.value if step else "not begun"
        status = "not begun" if status in ("pending", "ready") else status
        if status != wanted:
            why = f": {step.reason}" if step and step.reason else ""
            yield Noticed(at, f"`{path}` is {status}{why}; expected {wanted}")
    elif step is None:
        if (word, wanted) != ("attempts", 0):
            yield Noticed(at, f"`{path}` has not begun")
    elif word in ("outputs", "answers"):
        yield from _values(f"of `{path}`", word[:-1], getattr(step, word), wanted, at)
    elif word in ("reason", "shown"):
        found = step.reason if word == "reason" else _shown(step)
        if wanted not in found:
            yield Noticed(at, f"the {word} of `{path}` is {_value(found)}; expected to say {_value(wanted)}")
    elif word == "attempts" and step.attempt != wanted:
        yield Noticed(at, f"`{path}` was begun {step.attempt} times; expected {wanted}")
    elif word == "by" and step.by != wanted:
        yield Noticed(at, f"`{path}` was done by {step.by or 'nobody'}; expected {wanted}")


def _shown(step: StepState) -> str:
    return str(step.act.get("shown") or step.prompt.get("text", ""))


def _values(
    whose: str, what: str, found: Mapping[str, Json], wanted: Mapping[str, Json], at: Path
) -> Iterator[Noticed]:
    for name, value in wanted.items():
        where: Path = (*at, name)
        if name not in found:
            there = ", ".join(f"`{each}`" for each in found) or "none"
            yield Noticed(where, f"{what} `{name}` {whose} is not there; there are: {there}")
        elif found[name] != value:
            yield Noticed(where, f"{what} `{name}` {whose} is {_value(found[name])}; expected {_value(value)}")


def _never(trial: Trial, wanted: list[str], at: Path) -> Iterator[Noticed]:
    for place, path in enumerate(wanted):
        step = trial.state.steps.get(path)
        if step and step.attempt:
            yield Noticed((*at, place), f"`{path}` has begun, and never should")


def _outputs(trial: Trial, wanted: Mapping[str, Json], at: Path) -> Iterator[Noticed]:
    yield from _values("of the process", "output", trial.state.outputs, wanted, at)


def _evidence(trial: Trial, wanted: Mapping[str, list[str]], at: Path) -> Iterator[Noticed]:
    for path, pieces in wanted.items():
        step = trial.state.steps.get(path)
        found = [str(each.get("evidence") or each["name"]) for each in step.evidence] if step else []
        if sorted(found) != sorted(pieces):
            yield Noticed((*at, path), f"the evidence of `{path}` is other", _difference(sorted(pieces), sorted(found)))


def _messages(trial: Trial, wanted: list[Mapping[str, str]], at: Path) -> Iterator[Noticed]:
    found = messages(trial)
    fits = len(found) == len(wanted) and all(
        each.get("step", sent["step"]) == sent["step"] and each.get("says", "") in sent["says"]
        for each, sent in zip(wanted, found, strict=True)
    )
    if not fits:
        yield Noticed(at, "other messages are sent", _difference(_listed(wanted), _listed(found)))


def _listed(several: Sequence[Mapping[str, str]]) -> list[str]:
    return [f"{each.get('step', 'some step')}: {' '.join(each.get('says', '').split())}" for each in several]


def _undone(trial: Trial, wanted: list[str], at: Path) -> Iterator[Noticed]:
    found = [step for step, status in path_of(trial) if status == "undone"]
    if found != wanted:
        yield Noticed(at, "other steps are undone", _difference(wanted, found))


def _lasts(trial: Trial, wanted: str, at: Path) -> Iterator[Noticed]:
    seconds = between(trial.began, trial.state.ended_at or trial.now)
    if seconds != duration(wanted):
        yield Noticed(at, f"the run takes {in_words(seconds)}; expected {in_words(duration(wanted))}")


def _difference(wanted: list[str], found: list[str]) -> tuple[str, ...]:
    """Both lists as one, the lines that are expected and missing with `-`, those that came instead with `+`."""
    lines = list(unified_diff(wanted, found, n=len(wanted) + len(found), lineterm=""))[3:]
    return tuple(f"{line[0]} {line[1:]}" for line in lines)


def _value(value: Json) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


_CHECKS: Mapping[str, Check] = {
    "status": _status, "reason": _reason, "waiting": _waiting, "path": _path, "steps": _steps, "never": _never,
    "outputs": _outputs, "evidence": _evidence, "messages": _messages, "undone": _undone, "lasts": _lasts,
}  # fmt: skip
"""What a test may expect, by its word."""
