"""What one version of a process says otherwise than another: step by step and field by field, without a judgement.

Rule 1: a step is the same one when its id is; where it stands may change.
Rule 2: the steps inside of a step are compared by themselves, never as a part of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.definition import Process, Step
from runbook.graph import parts
from runbook.outcome import Json

_WORDS = frozenset(("title", "why", "warning", "caution", "note", "description", "summary"))
"""Fields that tell people something and change nothing that is done."""
_TOLD = frozenset(("text", "question", "title", "summary"))
"""The same inside of what people are asked."""
_OF_PEOPLE = frozenset(("manual", "ask", "approval", "decision", "end"))
_LISTS = frozenset(("checks", "steps", "finally", "on_cancel"))
_STEPS = frozenset(
    (
        ("section", "steps"), ("due", "do"), ("retry", "before"), ("on_failure",), ("on_failure", "do"), ("on_cancel",),
    )
)  # fmt: skip
"""Where steps stand inside of a step or of a process."""
_MAIN = {
    "manual": "text", "ask": "text", "shell": "run", "command": "argv", "approval": "role", "wait": "for",
    "process": "use", "end": "as",
}  # fmt: skip
"""The field that a kind's short form stands for."""


class _Nothing:
    """Stands where there is no value."""

    def __repr__(self) -> str:
        return "nothing"


NOTHING: Any = _Nothing()
"""What a value is before there is one, and after it is gone."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """One value that is different, by the names of the fields that lead to it."""

    path: tuple[str, ...]
    before: Json
    after: Json


@dataclass(frozen=True, slots=True)
class StepChange:
    """What is different about one step; `old` is None for a new one, `new` for one that is gone."""

    id: str
    old: Step | None
    new: Step | None
    behaviour: tuple[str, ...] = ()
    """The fields that change what is done."""
    leaves: tuple[Leaf, ...] = ()
    """Every value that is different, words for people too."""
    moved: bool = False
    """True when it stands in another list of steps."""
    needs: bool = False
    """True when it needs other steps."""


def step_changes(before: Process, after: Process) -> Iterator[StepChange]:
    """What is different about the steps: those that are gone, then those that are new or changed, in order."""
    places = {step.id: name for name, steps in parts(after).items() for step in steps}
    old_places = {step.id: name for name, steps in parts(before).items() for step in steps}
    old, new = ({step.id: step for step in each.every_step()} for each in (before, after))
    for id, step in old.items():
        if id not in new:
            yield StepChange(id, step, None)
    for id, step in new.items():
        if id not in old:
            yield StepChange(id, None, step)
            continue
        change = StepChange(
            id,
            old[id],
            step,
            behaviour=tuple(behaviour_changes(before, after, old[id], step)),
            leaves=tuple(_leaves_of(before, after, old[id], step)),
            moved=places[id] != old_places[id],
            needs=step.needs != old[id].needs,
        )
        if change.behaviour or change.leaves or change.moved or change.needs:
            yield change


def process_fields(before: Process, after: Process) -> list[str]:
    """The fields of the process itself that are different, without its lists of steps."""
    names = sorted({*before.data, *after.data})
    return [name for name in names if before.data.get(name) != after.data.get(name) and name not in _LISTS]


def process_leaves(before: Process, after: Process) -> Iterator[Leaf]:
    """Every value of the process itself that is different."""
    for name in process_fields(before, after):
        old, new = (_without_steps(each.data.get(name, NOTHING), name) for each in (before, after))
        yield from leaves(old, new, (name,))


def leaves(before: Any, after: Any, path: tuple[str, ...]) -> Iterator[Leaf]:
    """The values that are different, however deep; a list is one value, but for the ways of a decision."""
    if path[-2:] == ("decision", "options") and isinstance(before, list) and isinstance(after, list):
        yield from _ways(before, after, path)
    elif isinstance(before, dict) and isinstance(after, dict):
        for name in dict.fromkeys((*before, *after)):
            yield from leaves(before.get(name, NOTHING), after.get(name, NOTHING), (*path, name))
    elif before != after or type(before) is not type(after):
        yield Leaf(path, before, after)


def _ways(before: list[Any], after: list[Any], path: tuple[str, ...]) -> Iterator[Leaf]:
    """Which ways there are, in their order, since the first one that holds is taken; then each way by itself."""
    one, other = ({each["id"]: each for each in ways} for ways in (before, after))
    if list(one) != list(other):
        yield Leaf(path, list(one), list(other))
    for id in one:
        if id in other:
            yield from leaves(one[id], other[id], (*path, id))


def given(process: Process, step: Step) -> Mapping[str, Any]:
    """The fields of a step as its author wrote them."""
    value: Any = process.data
    for part in step.at:
        value = value[part]
    return dict(value)


def full(step: Step, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The same without short forms of its kind, and without the steps inside."""
    written = {name: _without_steps(value, name) for name, value in fields.items()}
    own = written.get(step.kind)
    if step.kind in _MAIN and not isinstance(own, dict):
        written[step.kind] = {_MAIN[step.kind]: own}
    return written


def _leaves_of(before: Process, after: Process, old: Step, new: Step) -> Iterator[Leaf]:
    one, other = full(old, given(before, old)), full(new, given(after, new))
    for name in dict.fromkeys((*one, *other)):
        if name not in ("id", "needs"):
            yield from leaves(one.get(name, NOTHING), other.get(name, NOTHING), (name,))


def behaviour_changes(before: Process, after: Process, old: Step, new: Step) -> list[str]:
    """The fields of a step that change what is done, without what it needs."""
    one, other = (
        _behaviour(full(step, given(process, step)), step.kind) for process, step in ((before, old), (after, new))
    )
    return [name for name in sorted({*one, *other}) if one.get(name) != other.get(name) and name != "needs"]


def _behaviour(fields: Mapping[str, Any], kind: str) -> dict[str, Any]:
    """What is done, without words for people, and without the steps inside, which are compared by themselves."""
    kept = {name: value for name, value in fields.items() if name not in _WORDS}
    if kind in _OF_PEOPLE:
        kept[kind] = _without_words(kept[kind])
    else:
        kept.pop("manual", None)
    return kept


def _without_steps(value: Any, *path: str) -> Any:
    """The same without the steps inside, wherever the language has some; what an author named is left as it is."""
    if isinstance(value, list) and path in _STEPS:
        return []
    if isinstance(value, dict) and any(place[: len(path)] == path for place in _STEPS):
        return {name: _without_steps(each, *path, name) for name, each in value.items()}
    return value


def _without_words(value: Any) -> Any:
    """What a person is asked, without the words; the names of fields and all that is no word are left as they are."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if name not in _TOLD}
        if isinstance(fields := kept.pop("fields", {}), dict) and fields:
            kept["fields"] = {name: _without_words(each) for name, each in fields.items()}
        return {name: each if name == "fields" else _without_words(each) for name, each in kept.items()}
    return [_without_words(each) for each in value] if isinstance(value, list) else value
