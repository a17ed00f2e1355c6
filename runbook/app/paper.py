"""Processes on paper: printed as a checklist or an empty form, and a form that was filled in made into a run."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.carrying import authors_of, new_id
from runbook.app.definitions import plan as plan_of
from runbook.app.definitions import read_one
from runbook.app.sharing import check_project
from runbook.app.workspace import Workspace, now
from runbook.errors import Conflict, JournalDamaged, MachineRefuses, Misuse, Refused

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.reading.library import Library
    from runbook.run.commands import Attach
    from runbook.run.plan import Plan
    from runbook.transcript import Transcript
    from runbook.views.language import Language
    from runbook.views.sheet import Sheet

LARGEST_FORM = 16 * 1024 * 1024
"""Bytes one filled-in form may have."""


def known_inputs(library: Library, process: str, given: Mapping[str, Json]) -> dict[str, Json]:
    """The inputs that are known on paper: those that are given, and the usual values; `Misuse` for one that is off."""
    from runbook.diagnostics import suggestion
    from runbook.inputs import described, flaw

    inputs = library.project.processes[process].inputs
    for name, value in given.items():
        if name not in inputs:
            listed = ", ".join(f"`{known}`" for known in inputs) or "none"
            raise Misuse(f"`{name}` is not an input of {process}", suggestion(name, inputs, f"its inputs are {listed}"))
        if problem := flaw(inputs[name].schema, value):
            raise Misuse(f"input `{name}` of {process} {problem}", f"give {described(inputs[name])}")
    usual = {name: each.default for name, each in inputs.items() if not each.required}
    return {**usual, **given}


def sheet(
    workspace: Workspace, library: Library, process: str, given: Mapping[str, Json], language: Language | None = None
) -> tuple[Sheet, str]:
    """The rows of a process for paper, in English unless another `language` is given, and its definition's hash."""
    from runbook.engine.plans import stored
    from runbook.journal.codec import content_hash
    from runbook.views.language import ENGLISH
    from runbook.views.sheet import sheet as rows

    bound = plan_of(workspace, library, process)
    return rows(bound, known_inputs(library, process, given), language or ENGLISH), content_hash(stored(bound))


def checklist(
    workspace: Workspace, library: Library, process: str, given: Mapping[str, Json], language: Language | None = None
) -> str:
    """The checklist of a process as HTML, in English unless another `language` is given."""
    from runbook import __version__
    from runbook.views.checklist import Printed
    from runbook.views.checklist import checklist as written

    rows, definition = sheet(workspace, library, process, given, language)
    at = f"{now()[:16].replace('T', ' ')} UTC"
    return written(rows, Printed(definition, workspace.actor.name, at, __version__))


def as_pdf(html: str) -> bytes:
    """The checklist as PDF; `Misuse` says what is not installed."""
    from runbook.engine.pdf import as_pdf as drawn

    return drawn(html)


def blank_form(workspace: Workspace, library: Library, process: str, given: Mapping[str, Json], as_csv: bool) -> str:
    """The empty form of a process, as CSV or YAML."""
    from runbook.views import blank_form as form

    rows, definition = sheet(workspace, library, process, given)
    return form.as_csv(rows, definition) if as_csv else form.as_yaml(rows, definition)


def transcribe(workspace: Workspace, file: Path, scans: Sequence[tuple[str, str, Path]] = ()) -> str:
    """Make a run of a form that was filled in from paper: its id. When the form is refused, there is none.

    The form and the scans are kept as evidence of the run; of a scan that names a step and a piece, of that step.
    """
    from runbook.engine.transcribing import earlier, enter
    from runbook.reading.transcript import read_transcript
    from runbook.run.commands import Begin
    from runbook.run.transcribing import transcribed

    check_project(workspace, _root(workspace))
    content = _content(file)
    sha256 = hashlib.sha256(content).hexdigest()
    form = read_transcript(file.name, content)
    plan = _plan(workspace, form)
    journal = workspace.existing_journal()
    if journal and (before := earlier(journal, plan.root, sha256)):
        raise Conflict(f"{file.name} was transcribed before: it is run {before}", f"see `runbook record {before}`")
    run = new_id(workspace.book, plan.root)
    people: dict[str, Json] = {}
    if form.roles:
        people["roles"] = {role: list(each) for role, each in form.roles.items()}
    if authors := authors_of(workspace, plan):
        people["authors"] = authors
    known = workspace.book.who(_root(workspace))
    me = known.organisation.person_of(workspace.actor.name)
    about = {
        "instructions": True,
        "transcribed": {"name": file.name, "sha256": sha256},
        "by": form.started_by,
        **({"stated_by": me} if form.started_by != me else {}),
    }
    begin = Begin(run, _inputs(plan, form), form.definition, "", about=about, organisation=known.hash, people=people)
    told = partial(
        transcribed,
        plan,
        begin,
        form,
        by=workspace.actor.name,
        now=now(),
        where=workspace.actor.where,
        organisation=known.organisation,
    )
    if not any(step for step, *_ in scans):
        told(())  # a form that is refused leaves nothing behind, so its files are kept after that
    state, events = told(_evidence(workspace, file, sha256, scans))
    enter(workspace.book.store, run, plan, state, events, known)
    return run


def _root(workspace: Workspace) -> str:
    """The project that says who there is; empty outside of one."""
    try:
        return str(workspace.root)
    except Misuse:
        return ""


def _content(file: Path) -> bytes:
    try:
        with file.open("rb") as stream:
            content = stream.read(LARGEST_FORM + 1)
    except OSError as error:
        raise Misuse(f"the form {file} can't be read: {error.strerror}", "check the path") from None
    if len(content) > LARGEST_FORM:
        raise Misuse(f"the form {file} has more than {LARGEST_FORM // 2**20} MiB", "name the form, not a scan of it")
    return content


def _plan(workspace: Workspace, form: Transcript) -> Plan:
    """What the form was printed from: the process as it is, or as a run of it was; `Refused` when neither is it."""
    from runbook.engine.plans import stored
    from runbook.journal.codec import content_hash
    from runbook.run.transcribing import check_form

    try:
        library = read_one(workspace, form.process)
        today = None if library.broken else plan_of(workspace, library, form.process)
    except Misuse:
        today = None  # the process has gone, or this is no project: the journal may have what it was
    if today is not None and content_hash(stored(today)) == form.definition:
        return today
    journal = workspace.existing_journal()
    try:
        known = journal is not None and bool(journal.definition(form.definition))
    except JournalDamaged:
        known = False  # no run was ever bound to it
    if not known:
        raise Refused(
            f"{form.name}:{form.lines['definition']}: the definition {form.definition[:12]} that the form was printed"
            f" from is not that of {form.process} today, and no run has it",
            "bring that version of the process back, then try again",
        )
    plan = workspace.book.plan(form.definition)
    check_form(plan, form)
    return plan


def _inputs(plan: Plan, form: Transcript) -> dict[str, Json]:
    from runbook.inputs import checked_inputs, from_text

    given = dict(form.inputs)
    if form.as_text:
        given = {name: from_text(plan.process, name, str(value)) for name, value in given.items()}
    try:
        return checked_inputs(plan.process, given)
    except Misuse as error:
        name = next((name for name in (*given, *plan.process.inputs) if f"`{name}`" in str(error)), "")
        line = form.lines.get(f"input {name}", form.lines.get("inputs", 1))
        raise Misuse(f"{form.name}:{line}: {error}", "write what the paper says") from None


def _evidence(workspace: Workspace, form: Path, sha256: str, scans: Sequence[tuple[str, str, Path]]) -> list[Attach]:
    """Keep the form and the scans; the commands that have them recorded, the form first."""
    from runbook.engine.evidence import keep
    from runbook.run.commands import Attach

    try:
        kept = [(step, id, keep(workspace.home, each)) for step, id, each in (("", "", form), *scans)]
    except OSError as error:
        raise MachineRefuses(f"the evidence can't be kept: {error.strerror}", "check free space") from None
    if kept[0][-1].sha256 != sha256:
        raise Conflict(f"{form} was changed meanwhile", "try again")
    return [Attach(step, each.name, each.sha256, each.size, each.type, id) for step, id, each in kept]
