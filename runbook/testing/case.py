"""One test of a process as a value: what is given, what people and programs do, and what is to come of it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from runbook.durations import duration
from runbook.errors import RunbookError
from runbook.instants import moment
from runbook.outcome import Json
from runbook.run.answers import answer_of
from runbook.run.commands import Answer
from runbook.source import Path
from runbook.testing.files import GivenFile, given_file
from runbook.testing.programs import Canned, series
from runbook.testing.story import BEGINNING

_MERGED = ("inputs", "programs", "answers", "roles")
"""What a test adds to what all tests of its file share, name by name."""
_OURS = ("by", "passed_on_by", "signed", "after", "evidence", "refused")
"""The words of an answer that an answers file does not have, or means otherwise."""


@dataclass(frozen=True, slots=True)
class Said:
    """One answer of a person: who gives it, when, and whether it is to be refused."""

    answer: Answer
    at: Path
    by: str = ""
    passed_on_by: str = ""
    signed: bool = False
    after: float = 0.0
    evidence: Mapping[str, GivenFile] = field(default_factory=dict)
    refused: str = ""
    shared: bool = False
    """True when it is given to every test of the file, and need not be asked for in each."""


@dataclass(frozen=True, slots=True)
class Case:
    """One test."""

    name: str
    at: Path
    """Where it stands in its file."""
    title: str = ""
    by: str = "ada"
    start: str = BEGINNING
    inputs: Mapping[str, Json] = field(default_factory=dict)
    roles: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authors: tuple[str, ...] = ()
    programs: Mapping[str, tuple[Canned, ...]] = field(default_factory=dict)
    own_programs: Mapping[str, Path] = field(default_factory=dict)
    """The programs of this test alone, each with its place."""
    answers: Mapping[str, tuple[Said, ...]] = field(default_factory=dict)
    acts: tuple[Mapping[str, Any], ...] = ()
    lasts: float = 0.0
    expect: Mapping[str, Any] = field(default_factory=dict)


def cases_of(data: Mapping[str, Any]) -> Iterator[Case | tuple[Path, RunbookError]]:
    """The tests of a file, which is of the right shape; in place of one that can't be read, where and why."""
    shared = data.get("shared", {})
    for name, given in data["tests"].items():
        at: Path = ("tests", name)
        try:
            yield _case(name, at, given, shared)
        except RunbookError as error:
            yield at, error


def _case(name: str, at: Path, given: Mapping[str, Any], shared: Mapping[str, Any]) -> Case:
    whole = {**shared, **given}
    for word in _MERGED:
        merged = {**shared.get(word, {}), **given.get(word, {})}
        whole[word] = {key: value for key, value in merged.items() if value is not None or word == "inputs"}
    own = {path: (*at, "programs", path) for path, value in given.get("programs", {}).items() if value is not None}
    return Case(
        name=name,
        at=at,
        title=whole.get("title", ""),
        by=whole.get("by", "ada"),
        start=moment(whole["start"]) if "start" in whole else BEGINNING,
        inputs=whole["inputs"],
        roles={role: _listed(people) for role, people in whole["roles"].items()},
        authors=tuple(whole.get("authors", ())),
        programs={path: series(value) for path, value in whole["programs"].items()},
        own_programs=own,
        answers={
            path: tuple(_all_said(path, value, at if path in given.get("answers", {}) else ("shared",)))
            for path, value in whole["answers"].items()
        },
        acts=tuple(whole.get("acts", ())),
        lasts=duration(whole.get("lasts", 0)),
        expect=whole["expect"],
    )


def _listed(people: Any) -> tuple[str, ...]:
    return (people,) if isinstance(people, str) else tuple(people)


def _all_said(path: str, value: Any, at: Path) -> Iterator[Said]:
    if not isinstance(value, list):
        yield _said(path, value, (*at, "answers", path))
        return
    for place, each in enumerate(value):
        yield _said(path, each, (*at, "answers", path, place))


def _said(path: str, value: Any, at: Path) -> Said:
    if isinstance(value, str):
        return Said(answer_of(path, value), at, shared=at[0] == "shared")
    words = {word: each for word, each in value.items() if word not in _OURS} or "done"
    answer = answer_of(path, words)
    fields = {name: _file_or_value(each) for name, each in answer.fields.items()}
    return Said(
        replace(answer, fields=fields),
        at,
        value.get("by", ""),
        value.get("passed_on_by", ""),
        value.get("signed", False),
        duration(value.get("after", 0)),
        {piece: given_file(each) for piece, each in value.get("evidence", {}).items()},
        value.get("refused", ""),
        at[0] == "shared",
    )


def _file_or_value(value: Json) -> Json:
    """A file that is told apart from other values already, as a mapping with its `name`."""
    if isinstance(value, dict) and "name" in value and value.keys() <= {"name", "type", "size"}:
        return given_file(value).kept()
    return value
