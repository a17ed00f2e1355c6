"""The facts at the head of a record, and the words about answers and steps, the same in Markdown and HTML."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from runbook.durations import in_words
from runbook.form import as_text, expected
from runbook.views import machine
from runbook.views.evidence import as_shown
from runbook.views.lines import minute, sentence
from runbook.views.record.model import Attempt, Done, Evidence, Record, Said

if TYPE_CHECKING:
    from runbook.outcome import Json


def facts(record: Record) -> Iterator[tuple[str, str, bool]]:
    """Each fact: its name, what it is, and whether that is set as code."""
    yield "Run", record.run, True
    yield "Process", record.process, True
    yield "Status", record.status + (f": {record.reason}" if record.reason else ""), False
    yield from course(record)
    for role, people in roles(record):
        yield role, people, False
    for name, hash in bound_to(record):
        yield name, hash, True


def course(record: Record) -> Iterator[tuple[str, str, bool]]:
    """When and how it went, the same as facts."""
    yield "Started", f"{record.started_at} by {named(record, record.started_by)}", False
    if record.origin:
        yield "Origin", record.origin, False
    if record.seconds is not None:
        yield "Ended", f"{record.ended_at}, after {in_words(record.seconds)}", False
    if manner := _manner(record):
        yield "Manner", manner, False
    if record.transcribed:
        yield "Form", f"SHA-256 {record.transcribed.get('sha256', '')}", False
    yield "Steps", f"{record.over} of {record.total} over", False
    if record.failures:
        yield "Failed", f"{', '.join(record.failures)}; dealt with", False


def roles(record: Record) -> Iterator[tuple[str, str]]:
    """Each role, and who acted in it."""
    for role, people in record.roles:
        yield role.capitalize(), ", ".join(named(record, person) for person in people)


def bound_to(record: Record) -> Iterator[tuple[str, str]]:
    """The hashes of what it went by: definitions, oldest first, and who there was."""
    for before in record.adopted:
        yield "Definition before", before
    yield "Definition", record.definition
    if record.organisation:
        yield "Organisation", record.organisation
    if record.project:
        yield "Project in", record.project


def named(record: Record, person: str) -> str:
    """A person by their id, and in full where that is known: `ana (Ana Silva)`."""
    name = record.names.get(person, "")
    return f"{person} ({name})" if name not in ("", person) else person


def _manner(record: Record) -> str:
    """How it was carried out, when that was not by the machine."""
    paper = record.transcribed
    if paper:
        at = minute(str(paper["at"]))
        name = paper.get("name", "")
        return f"Transcribed from paper by {paper['by']} at {at}, from {name}: nothing of it was executed."
    return "Instructions only: nothing of this run is executed." if record.instructions else ""


def about(step: Done) -> Iterator[tuple[str, str]]:
    """What is to be said of a step in a line each: a name (may be empty) and a text."""
    yield "Status", step.status + (f" ({step.reason})" if step.reason else "")
    if step.by:
        yield "By", step.by
    if step.choice:
        yield "", sentence(step.choice)
    if step.started_at:
        took = f", took {in_words(step.seconds)}" if step.seconds is not None else ""
        yield "Started", f"{step.started_at}{took}"
    if step.attempt > 1:
        yield "Attempts", str(step.attempt)
    if step.passes > 1:
        yield "Passes", str(step.passes)
    for text in step.besides:
        yield "", text
    if step.undo:
        yield "Undo", step.undo


def tried(attempt: Attempt) -> str:
    """An attempt after which another one came, in a line."""
    took = f", took {in_words(attempt.seconds)}" if attempt.seconds is not None else ""
    why = f": {attempt.reason}" if attempt.reason else ""
    return f"Attempt {attempt.number}, {attempt.started_at}{took}: {attempt.status}{why}"


def answers(step: Done) -> Iterator[tuple[Said, str]]:
    """Each answer, with the values that were recorded with it where other ones came later: those are the step's own."""
    last = max((said.seq for said in step.said if said.fields), default=0)
    for said in step.said:
        given = said.fields if said.seq < last else {}
        yield said, ", ".join(f"{name} = {value(one)}" for name, one in given.items())


def doers(step: Done) -> str:
    """Who did a step, and who confirmed it."""
    second = next((said.by for said in reversed(step.said) if said.outcome == "confirm"), "")
    return f"{step.by}, confirmed by {second}" if step.by and second else step.by


def answered(said: Said) -> str:
    """What a person answered, in a line, with the hash of what they were shown."""
    seen = seen_at(said)
    return spoken(said) + (f" (was shown {seen})" if seen else "")


def spoken(said: Said) -> str:
    """What a person answered, in a line."""
    entered = f" at {said.entered}" if said.entered else ""
    stated = f" (as stated by {said.stated_by}{entered})" if said.stated_by else ""
    for_ = f" for {said.for_}" if said.for_ else ""
    reason = f": {said.reason}" if said.reason else ""
    return f"{said.at} {said.by}{for_}{stated}: {said.words}{reason}{_signed(said)}"


def seen_at(said: Said) -> str:
    """The hash of what they were shown; what was shown at an approval stands in the register of approvals."""
    return "" if said.outcome in ("approve", "reject") else said.seen


def _signed(said: Said) -> str:
    return f" (signed with the key {said.signed})" if said.signed else ""


def came(evidence: Evidence) -> str:
    """How a file came to its step: when, and who attached it, or what it was taken from."""
    how = f"taken from its {evidence.taken_from}:" if evidence.taken_from else f"{evidence.by} attached"
    return f"{evidence.at} {how}"


def sized(evidence: Evidence) -> str:
    """What is known of a file besides its name and its hash: its type and size."""
    return ", ".join(text for text in (evidence.type, f"{evidence.size} bytes") if text)


def decided(said: Said) -> str:
    """What was decided, and why."""
    return said.words + (f": {said.reason}" if said.reason else "") + _signed(said)


def who(said: Said) -> str:
    """Who it was, for whom, and who typed it."""
    for_ = f" for {said.for_}" if said.for_ else ""
    return f"{said.by}{for_}" + (f" (as stated by {said.stated_by})" if said.stated_by else "")


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
