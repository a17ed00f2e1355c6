"""The facts at the head of a record, and the words about answers and steps, the same in Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook.durations import in_words
from runbook.form import as_text, expected
from runbook.phrases import Phrase, joined
from runbook.views import machine
from runbook.views.evidence import as_shown
from runbook.views.lines import minute
from runbook.views.origin import NOT_EXECUTED, transcribed
from runbook.views.record.model import Attempt, Done, Evidence, Record, Said

if TYPE_CHECKING:
    from runbook.outcome import Json


def facts(record: Record) -> Iterator[tuple[str, str, bool]]:
    """Each fact: its name, what it is, and whether that is set as code."""
    yield Phrase("Run"), record.run, True
    yield Phrase("Process"), record.process, True
    yield Phrase("Status"), _with(record.status, record.reason), False
    yield from course(record)
    for role, people in roles(record):
        yield role, people, False
    for name, hash in bound_to(record):
        yield name, hash, True


def _with(text: str, reason: str) -> str:
    return joined((text, reason), ": ") if reason else text


def course(record: Record) -> Iterator[tuple[str, str, bool]]:
    """When and how it went, the same as facts."""
    started = Phrase("{time} by {person}", time=record.started_at, person=named(record, record.started_by))
    yield Phrase("Started"), started, False
    if record.origin:
        yield Phrase("Origin"), record.origin, False
    if record.seconds is not None:
        ended = Phrase("{time}, after {duration}", time=record.ended_at, duration=in_words(record.seconds))
        yield Phrase("Ended"), ended, False
    if manner := _manner(record):
        yield Phrase("Manner"), manner, False
    if record.transcribed:
        yield Phrase("Form"), f"SHA-256 {record.transcribed.get('sha256', '')}", False
    yield Phrase("Steps"), Phrase("{number} of {total} over", number=record.over, total=record.total), False
    if record.failures:
        yield Phrase("Failed"), Phrase("{steps}; dealt with", steps=", ".join(record.failures)), False


def roles(record: Record) -> Iterator[tuple[str, str]]:
    """Each role, and who acted in it."""
    for role, people in record.roles:
        yield role.capitalize(), ", ".join(named(record, person) for person in people)


def bound_to(record: Record) -> Iterator[tuple[Phrase, str]]:
    """The hashes of what it went by: definitions, oldest first, and who there was."""
    for before in record.adopted:
        yield Phrase("Definition before"), before
    yield Phrase("Definition"), record.definition
    if record.organisation:
        yield Phrase("Organisation"), record.organisation
    if record.project:
        yield Phrase("Project in"), record.project


def named(record: Record, person: str) -> str:
    """A person by their id, and in full where that is known: `ana (Ana Silva)`."""
    name = record.names.get(person, "")
    return f"{person} ({name})" if name not in ("", person) else person


def _manner(record: Record) -> str:
    """How it was carried out, when that was not by the machine."""
    paper = record.transcribed
    if paper:
        return transcribed(str(paper["by"]), minute(str(paper["at"])), str(paper.get("name", "")))
    return NOT_EXECUTED if record.instructions else ""


def about(step: Done) -> Iterator[tuple[str, str]]:
    """What is to be said of a step in a line each: a name (may be empty) and a text."""
    yield Phrase("Status"), joined((step.status, f" ({step.reason})" if step.reason else ""), "")
    if step.by:
        yield Phrase("By"), step.by
    if step.choice:
        yield "", step.choice
    if step.started_at:
        yield Phrase("Started"), _took(step.started_at, step.seconds)
    if step.attempt > 1:
        yield Phrase("Attempts"), str(step.attempt)
    if step.passes > 1:
        yield Phrase("Passes"), str(step.passes)
    for text in step.besides:
        yield "", text
    if step.undo:
        yield Phrase("Undo"), step.undo


def _took(started_at: str, seconds: float | None) -> str:
    if seconds is None:
        return started_at
    return Phrase("{time}, took {duration}", time=started_at, duration=in_words(seconds))


def tried(attempt: Attempt) -> Phrase:
    """An attempt after which another one came, in a line."""
    begun, ended = _took(attempt.started_at, attempt.seconds), _with(attempt.status, attempt.reason)
    return Phrase("Attempt {number}, {begun}: {ended}", number=attempt.number, begun=begun, ended=ended)


def answers(step: Done) -> Iterator[tuple[Said, str]]:
    """Each answer, with the values that were recorded with it where other ones came later: those are the step's own."""
    last = max((said.seq for said in step.said if said.fields), default=0)
    for said in step.said:
        given = said.fields if said.seq < last else {}
        yield said, ", ".join(f"{name} = {value(one)}" for name, one in given.items())


def doers(step: Done) -> str:
    """Who did a step, and who confirmed it."""
    second = next((said.by for said in reversed(step.said) if said.outcome == "confirm"), "")
    if not (step.by and second):
        return step.by
    return Phrase("{person}, confirmed by {second}", person=step.by, second=second)


def answered(said: Said) -> str:
    """What a person answered, in a line, with the hash of what they were shown."""
    seen = seen_at(said)
    return Phrase("{what} (was shown {hash})", what=spoken(said), hash=seen) if seen else spoken(said)


def spoken(said: Said) -> Phrase:
    """What a person answered, in a line."""
    person: str = _for(said)
    if said.stated_by and said.entered:
        text = Phrase("{person} (as stated by {other} at {time})")
        person = Phrase(text, person=person, other=said.stated_by, time=said.entered)
    elif said.stated_by:
        person = Phrase("{person} (as stated by {other})", person=person, other=said.stated_by)
    return joined((said.at, " ", person, ": ", decided(said)), "")


def seen_at(said: Said) -> str:
    """The hash of what they were shown; what was shown at an approval stands in the register of approvals."""
    return "" if said.outcome in ("approve", "reject") else said.seen


def came(evidence: Evidence) -> Phrase:
    """How a file came to its step: when, and who attached it, or what it was taken from."""
    if evidence.taken_from:
        return Phrase("{time} taken from its {stream}:", time=evidence.at, stream=evidence.taken_from)
    return Phrase("{time} {person} attached", time=evidence.at, person=evidence.by)


def sized(evidence: Evidence) -> Phrase:
    """What is known of a file besides its name and its hash: its type and size."""
    size = Phrase("{number} bytes", number=evidence.size)
    return joined((evidence.type, size) if evidence.type else (size,), ", ")


def decided(said: Said) -> str:
    """What was decided, and why."""
    text = _with(said.words, said.reason)
    return Phrase("{what} (signed with the key {key})", what=text, key=said.signed) if said.signed else text


def _for(said: Said) -> str:
    return Phrase("{person} for {other}", person=said.by, other=said.for_) if said.for_ else said.by


def who(said: Said) -> str:
    """Who it was, for whom, and who typed it."""
    if not said.stated_by:
        return _for(said)
    return Phrase("{person} (as stated by {other})", person=_for(said), other=said.stated_by)


def value(given: Json) -> str:
    """A value in a line: texts as they are, a reading with its unit, a file by its name, a signature by who signed."""
    found = as_shown(given)
    return found if isinstance(found, str) else machine.line(found)


def recorded(step: Done) -> Iterator[tuple[str, str, str, str]]:
    """Each value that a step gave: its name, its title and what was asked for, where it is of a form, and itself."""
    for field in step.form:
        if field.name in step.outputs:
            yield field.name, field.title, expected(field), as_text(step.outputs[field.name])
    of_form = {field.name for field in step.form}
    for name, given in step.outputs.items():
        if name not in of_form:
            yield name, "", "", value(given)
