"""The cases as they stand in the YAML files beside this one: read, and refused when a word in them is not known.

A file is a pattern: its `name`, its `verdict`, what it `means`, `how` it is written here, `see` which section of the
language, and its cases by name. What stands beside the cases (`process`, `uses`, `people`, `inputs`, `programs`) holds
for each of them that does not have its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
NATIVE, EQUIVALENT, REFUSED = "native", "equivalent", "refused"
PRIORITIES = {"M": "must", "S": "should", "L": "later", "-": "no"}

_SHARED = frozenset(("process", "uses", "people", "inputs", "programs"))
_PATTERN = _SHARED | {"pattern", "priority", "name", "verdict", "means", "how", "reason", "see", "cases"}
_CASE = _SHARED | {"story", "runs", "acts", "expect", "refused"}


@dataclass(frozen=True, slots=True)
class Case:
    """One story of a pattern, and what is to come of it."""

    id: str
    name: str
    story: str
    """The case in one line."""
    texts: Mapping[str, str]
    """The processes by id, the one that is run first."""
    written: Mapping[str, str]
    """The same as they stand in the file, without what all of them begin with."""
    people: Mapping[str, Any]
    """Who there is, by id, and the `teams`."""
    inputs: Mapping[str, Any] = field(default_factory=dict)
    programs: Mapping[str, int] = field(default_factory=dict)
    """The exit codes of the programs that do not end well, by step."""
    runs: Mapping[str, Mapping[str, Any]] | None = None
    """The runs that begin at once, each with `by` (ada), `process`, `inputs`, `roles`; one called `a` when left out."""
    acts: tuple[Mapping[str, Any], ...] = ()
    """What people do, and what they see, in order; `at` lets time pass before."""
    expect: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """The finding of the check for a process that is not accepted: `code`, `says`, `at`."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern."""

    id: str
    priority: str
    name: str
    verdict: str
    means: str
    how: str
    """How it is written here: words, or a piece of YAML."""
    reason: str
    """Why it is refused, or written otherwise."""
    see: str
    """The section of the language that it belongs to."""
    cases: tuple[Case, ...]


def patterns(folder: Path = HERE) -> tuple[Pattern, ...]:
    """All of them, in the order of their numbers."""
    return tuple(pattern(path.read_text("utf-8")) for path in sorted(folder.glob("wrp-*.yaml")))


def pattern(text: str) -> Pattern:
    """The pattern that a file holds."""
    given = yaml.safe_load(text)
    _known(given, _PATTERN, "a pattern")
    shared = {name: given[name] for name in _SHARED & given.keys()}
    cases = tuple(_case(given["pattern"], name, {**shared, **case}) for name, case in given["cases"].items())
    words = (
        str(given.get(name, "")).strip() for name in ("priority", "name", "verdict", "means", "how", "reason", "see")
    )
    return Pattern(given["pattern"], *words, cases)


def _case(pattern: str, name: str, given: Mapping[str, Any]) -> Case:
    _known(given, _CASE, f"{pattern} {name}")
    texts = {"g/main": given["process"], **{f"g/{id}": text for id, text in given.get("uses", {}).items()}}
    words = {
        word: given[word] for word in ("story", "inputs", "programs", "runs", "expect", "refused") if word in given
    }
    return Case(
        id=pattern,
        name=name,
        texts={id: _whole(text) for id, text in texts.items()},
        written=texts,
        people=_people(given.get("people", {})),
        acts=tuple(given.get("acts", ())),
        **words,
    )


@cache
def _everybody() -> Mapping[str, Any]:
    return yaml.safe_load((HERE / "people.yaml").read_text("utf-8"))


def _people(given: Mapping[str, Any]) -> dict[str, Any]:
    """Everybody, with what the case says otherwise of them; of a person that is None, nothing."""
    found = {**_everybody()}
    for id, more in given.items():
        if id == "teams":
            teams = found["teams"]["teams"]
            changed = {team: {**teams.get(team, {}), **(about or {})} for team, about in more.items()}
            found["teams"] = {"teams": {**teams, **changed}}
        else:
            found[id] = {**found.get(id, {}), **(more or {})}
    return found


def _whole(text: str) -> str:
    """A process file; one that is a list of steps stands for a process with those steps."""
    steps = "steps:\n" if text.lstrip().startswith("- ") else ""
    return f"runbook: 1\ntitle: A pattern\n{steps}{text}"


def _known(given: Mapping[str, Any], words: frozenset[str], what: str) -> None:
    if strange := given.keys() - words:
        raise ValueError(f"{what} has words that nobody knows: {', '.join(sorted(strange))}")
