"""People named in what others write: `@ana` in a note, so that she is shown it."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.run.state import RunState

_NAMED = re.compile(r"(?<![\w@.+-])@([A-Za-z0-9_](?:[\w.-]{0,62}[A-Za-z0-9_])?)(?![\w@])", re.ASCII)
"""A name after an at sign that stands alone: no part of an address."""
_MOST = 50
"""Names taken of one text."""


def mentions(text: str, organisation: Organisation) -> list[str]:
    """The people and teams that a text names, by id, each once; where people are described, only those there are."""
    found: dict[str, None] = {}
    for named in _NAMED.finditer(text):
        name = named[1]
        if organisation:
            person = name if name in organisation.people else organisation.person_of(name)
            if person not in organisation.people and name not in organisation.teams:
                continue
            name = person if person in organisation.people else name
        found[name] = None
    return list(found)[:_MOST]


def told_of(text: str, organisation: Organisation) -> dict[str, Json]:
    """What an event keeps of that: `mentions`, when there are any."""
    found = mentions(text, organisation)
    return {"mentions": found} if found else {}


def mentioned(state: RunState, person: str) -> Iterator[Mapping[str, Json]]:
    """The notes of a run that name a person, or a team of theirs, oldest first: `{run, step, at, by, text}`.

    `step` is empty for a note about the run as a whole. What somebody wrote themselves is no news to them.
    """
    known = state.organisation.people.get(person)
    names = {person, *(known.teams if known else ())}
    notes = [("", note) for note in (*state.notes, *((state.handed_over,) if state.handed_over else ()))]
    notes += [(path, note) for path, step in state.steps.items() for note in step.notes]
    for path, note in sorted(notes, key=lambda each: str(each[1]["at"])):
        if note["by"] != person and names.intersection(note.get("mentions", ())):
            yield {"run": state.run, "step": path, **{name: note[name] for name in ("at", "by", "text")}}


def unanswered(state: RunState, person: str) -> Iterator[Mapping[str, Json]]:
    """Those of them that the person has not answered: by a later note in that run, or by doing the step it is about."""
    own = [note for note in state.notes if note["by"] == person]
    own += [note for step in state.steps.values() for note in step.notes if note["by"] == person]
    last = max((str(note["at"]) for note in own), default="")
    for note in mentioned(state, person):
        step = state.steps.get(str(note["step"]))
        done = step is not None and step.by == person and step.ended_at > str(note["at"])
        if str(note["at"]) >= last and not done:
            yield note


__all__ = ["mentioned", "mentions", "told_of", "unanswered"]
