"""The cases as they stand in the YAML files beside this one: read, and refused when a word in them is not known.

A file is a pattern: its `name`, what it `means`, `how` it is written here, and its cases by name. What stands beside
the cases (`process`, `uses`, `inputs`, `programs`) holds for each of them that does not have its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
NATIVE, EQUIVALENT, REFUSED = "native", "equivalent", "refused"

_SHARED = frozenset(("process", "uses", "inputs", "programs"))
_PATTERN = _SHARED | {"pattern", "priority", "name", "means", "how", "instead", "cases"}
_CASE = _SHARED | {"story", "verdict", "acts", "runs", "expect", "refused", "pending"}


@dataclass(frozen=True, slots=True)
class Case:
    """One story of a pattern, and what is to come of it."""

    id: str
    name: str
    story: str
    """The case in one line."""
    texts: Mapping[str, str]
    """The processes by id, the one that is run first."""
    verdict: str = NATIVE
    inputs: Mapping[str, Any] = field(default_factory=dict)
    programs: Mapping[str, Any] = field(default_factory=dict)
    """How long each program takes and how it ends, by step."""
    acts: tuple[Mapping[str, Any], ...] = ()
    """What people, signals and accidents do, each with the second `at` which it happens."""
    runs: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """The runs by name, each with its `process` when that is not the first; else there is one run, without a name."""
    expect: Mapping[str, Any] = field(default_factory=dict)
    refused: Mapping[str, str] = field(default_factory=dict)
    """The finding of the check for a process that is not accepted: `code`, `says`, `at`."""
    pending: str = ""
    """What is not yet as it should be; the case has to fail as long as this is said."""


@dataclass(frozen=True, slots=True)
class Pattern:
    """One pattern, or one case of exception handling."""

    id: str
    priority: str
    name: str
    means: str
    how: str
    """How it is written here: words, or a piece of YAML."""
    instead: str
    """What to write where it is refused, or why it is written otherwise."""
    cases: tuple[Case, ...]

    @property
    def verdict(self) -> str:
        """The weakest verdict of its cases."""
        verdicts = {case.verdict for case in self.cases}
        return next(each for each in (REFUSED, EQUIVALENT, NATIVE) if each in verdicts)


def patterns(folder: Path = HERE) -> tuple[Pattern, ...]:
    """All of them, in the order of their numbers."""
    return tuple(pattern(path.read_text("utf-8")) for path in sorted(folder.glob("*.yaml")))


def pattern(text: str) -> Pattern:
    """The pattern that a file holds."""
    given = yaml.safe_load(text)
    _known(given, _PATTERN, "a pattern")
    shared = {name: given[name] for name in _SHARED & given.keys()}
    cases = tuple(_case(given["pattern"], name, {**shared, **case}) for name, case in given["cases"].items())
    words = (given.get(name, "").strip() for name in ("priority", "name", "means", "how", "instead"))
    return Pattern(given["pattern"], *words, cases)


def _case(pattern: str, name: str, given: Mapping[str, Any]) -> Case:
    _known(given, _CASE, f"{pattern} {name}")
    texts = {"g/main": given["process"], **{f"g/{id}": text for id, text in given.get("uses", {}).items()}}
    words = {word: given[word] for word in _CASE - _SHARED - {"acts"} if word in given}
    return Case(
        id=pattern,
        name=name,
        texts={id: _whole(text) for id, text in texts.items()},
        acts=tuple(given.get("acts", ())),
        inputs=given.get("inputs", {}),
        programs=given.get("programs", {}),
        **words,
    )


def _whole(text: str) -> str:
    """A process file; one that is a list of steps stands for a process with those steps."""
    steps = "steps:\n" if text.lstrip().startswith("- ") else ""
    return f"runbook: 1\ntitle: A pattern\n{steps}{text}"


def _known(given: Mapping[str, Any], words: frozenset[str], what: str) -> None:
    if strange := given.keys() - words:
        raise ValueError(f"{what} has words that nobody knows: {', '.join(sorted(strange))}")
