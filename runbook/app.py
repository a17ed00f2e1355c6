"""The verbs, one function each: the one place that chooses kinds, store and world.

Rule 1: heavy libraries are imported by the verb that needs them; looking at runs needs none.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from runbook.engine.identity import Actor, system_user
from runbook.errors import JournalDamaged, MachineRefuses, Misuse, Refused, RunbookError

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.diagnostics import Problem
    from runbook.engine.book import Book
    from runbook.engine.executor import Executor, Listener
    from runbook.journal.sqlite import Journal
    from runbook.journal.store import RunRow, WaitingRow
    from runbook.kind import Kinds
    from runbook.outcome import Json
    from runbook.reading.library import Library
    from runbook.run.commands import Answer, Attach, Command
    from runbook.run.events import Recorded
    from runbook.run.foresight import Foreseen
    from runbook.run.history import History
    from runbook.run.plan import Plan
    from runbook.run.state import RunState


@dataclass(frozen=True)
class Workspace:
    """One project on one machine, used by one person: where its files and its runs are."""

    start: Path
    project: Path | None = None
    """The project's folder, when it was named; otherwise it is looked for from `start` upwards."""
    home_folder: Path | None = None
    """Where runs are kept, when it was named; otherwise `.runbook` in the project."""
    actor: Actor = field(default_factory=system_user)

    @cached_property
    def root(self) -> Path:
        """The project's folder; `Misuse` when there is none."""
        from runbook.engine.files import find_root

        root = self.project or find_root(self.start)
        if root is None or not (root / "runbook.yaml").is_file():
            raise Misuse(
                f"there is no project in {self.project or self.start}: no `runbook.yaml`",
                "go to a project's folder, or name it with --project",
            )
        return root.resolve()

    @cached_property
    def home(self) -> Path:
        """Where runs are kept; `MachineRefuses` when others could change what is in it."""
        from runbook.engine.files import check_private

        home = (self.home_folder or self.root / ".runbook").absolute()
        check_private(home)
        return home

    @cached_property
    def kinds(self) -> Kinds:
        """The kinds of steps there are."""
        from runbook.kinds import builtin

        return builtin()

    @cached_property
    def journal(self) -> Journal:
        """The journal of runs."""
        from runbook.journal.sqlite import Journal

        path = self.home / "journal.db"
        if (self.home / "leases").exists() and path.exists() and not path.stat().st_size:
            raise JournalDamaged(
                f"the journal {path} is empty, and there were runs", "restore it from a backup; nothing was changed"
            )
        journal = Journal(path)
        self.keep_out_of_git()
        return journal

    def keep_out_of_git(self) -> None:
        """Runs that are kept in the project are none of its files."""
        from runbook.engine.files import keep_out_of_git

        if self.home_folder is None:
            keep_out_of_git(self.home)

    @cached_property
    def book(self) -> Book:
        """The book of runs."""
        from runbook.engine.book import Book

        return Book(self.journal, self.kinds)

    def existing_journal(self) -> Journal | None:
        """The journal of runs; None when nothing has ever run here, so that looking leaves no trace."""
        return self.journal if (self.home / "journal.db").exists() else None


# -- definitions ------------------------------------------------------------------------------------


def read_all(workspace: Workspace, keep: bool = False) -> Library:
    """The whole project as it stands in the files, with everything that is wrong in it.

    `keep` what was read of each process, for whoever is going to ask for all of them.
    """
    from runbook.engine import index
    from runbook.engine.cache import load, program, save
    from runbook.engine.files import project_files
    from runbook.reading.library import read_library

    stamps = index.stamp(workspace.root)
    files, unreadable = project_files(workspace.root)
    cache = load(workspace.home)
    library = read_library(files, workspace.kinds, cache, unreadable, keep)
    save(workspace.home, library.cache, cache)
    workspace.keep_out_of_git()
    if not unreadable:
        index.save(workspace.home, workspace.root, library.entries(), stamps, "" if library.diagnostics else program())
    return library


def faultless(workspace: Workspace) -> list[str] | None:
    """The processes there are, when not one file has changed since all were found faultless; else None."""
    from runbook.engine import index
    from runbook.engine.cache import program

    entries, judge = index.load(workspace.home, workspace.root)
    return [entry["id"] for entry in entries] if entries is not None and judge and judge == program() else None


def read_one(workspace: Workspace, process: str) -> Library:
    """One process and all it uses; `Misuse` when there is no such process."""
    from runbook.diagnostics import suggestion
    from runbook.engine.files import read_file
    from runbook.reading.library import read_closure

    library = read_closure(process, lambda path: read_file(workspace.root, path), workspace.kinds)
    if process not in library.project.processes and process not in library.broken:
        known = [entry["id"] for entry in list_processes(workspace)]
        raise Misuse(f"there is no process `{process}`", suggestion(process, known, "see `runbook list`"))
    return library


def list_processes(workspace: Workspace) -> list[dict[str, Any]]:
    """Every process of the project: id, group, title, owner, steps, automated."""
    from runbook.engine.index import load

    entries, _ = load(workspace.home, workspace.root)
    if entries is not None:
        return entries
    library = read_all(workspace)
    for file in library.sources:
        if file.startswith("processes") and (workspace.root / file).is_dir():
            raise MachineRefuses(f"the folder {workspace.root / file} can't be read", "check its permissions")
    return library.entries()


def list_groups(workspace: Workspace) -> list[str]:
    """Every process group that is described, also those without a process."""
    return sorted(path.parent.name for path in (workspace.root / "processes").glob("*/group.yaml"))


def explain(workspace: Workspace, code: str) -> Problem:
    """What a diagnostic's code means."""
    from runbook.diagnostics import suggestion
    from runbook.reading.catalogue import catalogue

    known = catalogue(workspace.kinds)
    by_rule = {problem.rule: problem for problem in known.values()}
    found = known.get(code.upper()) or by_rule.get(code)
    if found is None:
        raise Misuse(f"there is no diagnostic `{code}`", suggestion(code, [*known, *by_rule], "codes look like RB201"))
    return found


def now() -> str:
    """This instant, by the machine's clock."""
    import datetime

    from runbook.instants import instant

    return instant(datetime.datetime.now(datetime.UTC))


# -- runs -------------------------------------------------------------------------------------------


def begin(workspace: Workspace, library: Library, process: str, given: Mapping[str, Json], answers: Json = None) -> str:
    """Make a run of a process that was read and found good, and begin it: its id.

    `Misuse` for inputs, or answers (the data of an answers file), that can't be right: no run is made.
    """
    from runbook.inputs import checked_inputs
    from runbook.run.answers import answers_of

    inputs = checked_inputs(library.project.processes[process], given)
    bound = plan(workspace, library, process)
    if answers is not None:
        answers_of(answers, bound)
    book = workspace.book
    run = _new_id(book, process)
    book.begin(run, bound, inputs, str(workspace.root), workspace.actor)
    return run


def plan(workspace: Workspace, library: Library, process: str) -> Plan:
    """What a run of a process, which was read and found good, would be bound to."""
    from runbook.engine.plans import plan_of

    return plan_of(process, library.project.processes, workspace.kinds)


def foreseen(workspace: Workspace, plan: Plan, given: Mapping[str, Json]) -> Iterator[Foreseen]:
    """What a run of the plan would do; `Misuse` for inputs that can't be right. Nothing is written anywhere."""
    from runbook.inputs import checked_inputs
    from runbook.run.foresight import foresee

    return foresee(plan, checked_inputs(plan.process, given), workspace.actor.name, now())


def earlier_answers(
    workspace: Workspace, process: str, run: str
) -> tuple[Mapping[str, Json], dict[str, Mapping[str, Json]]]:
    """The inputs of an earlier run of the process, and what people answered there, by step."""
    before = state(workspace, resolve(workspace, run))
    if before.plan.root != process:
        raise Misuse(f"run {before.run} is one of {before.plan.root}", f"name a run of {process}")
    return before.scopes[""].inputs, {path: step.answers for path, step in before.steps.items() if step.answers}


def _new_id(book: Book, process: str) -> str:
    """`restore-drill-1122-k7qd`: readable, and free."""
    import datetime
    import secrets

    name = process.rpartition("/")[2][:40]
    day = datetime.datetime.now(datetime.UTC).strftime("%m%d")
    while True:
        run = f"{name}-{day}-{''.join(secrets.choice('abcdefghijkmnpqrstuvwxyz23456789') for _ in range(4))}"
        if book.store.row(run) is None:
            return run


def resolve(workspace: Workspace, name: str) -> str:
    """The id of the run that a full id, a unique beginning of one, or `last` names."""
    journal = workspace.existing_journal()
    if journal is not None and journal.row(name) is not None:
        return name
    if journal is not None and name == "last":
        newest = next(iter(journal.runs()), None)
        if newest is not None:
            return newest.run
    matching = journal.matching(name) if journal is not None and name else []
    if len(matching) == 1:
        return matching[0]
    if matching:
        raise Misuse(f"`{name}` could be {', '.join(matching[:5])}", "write more of the id")
    raise Misuse(f"there is no run `{name}`", "see `runbook runs`")


@dataclass(frozen=True, slots=True)
class Conduct:
    """How a run is carried out here: how many programs at once, and how long, in seconds, to stay for timers."""

    max_parallel: int = 8
    patience: float = float("inf")


def usual_parallel(workspace: Workspace) -> int:
    """How many programs the project lets a run have at once; 8 where it can't be read or does not say."""
    from runbook.engine.files import read_file
    from runbook.reading.layout import PROJECT
    from runbook.reading.tree import read_tree

    try:
        tree, _ = read_tree(PROJECT, read_file(workspace.root, PROJECT) or b"")
    except RunbookError:
        tree = None
    defaults = tree.data.get("defaults") if tree and isinstance(tree.data, dict) else None
    wanted = defaults.get("max_parallel") if isinstance(defaults, dict) else None
    return wanted if isinstance(wanted, int) and 1 <= wanted <= 64 else 8


def executor(workspace: Workspace, run: str, listener: Listener, conduct: Conduct, epoch: int) -> Executor:
    """The executor of a run that is held."""
    from runbook.engine.executor import Executor

    state = workspace.book.state(run)
    root = Path(state.root) if state.root else workspace.root
    return Executor(
        workspace.book, run, workspace.actor, epoch, workspace.home, root,
        conduct.max_parallel, listener, patience=conduct.patience,
    )  # fmt: skip


@contextmanager
def held(workspace: Workspace, run: str) -> Iterator[int]:
    """Hold the run while the block runs; the epoch of this holder. `Conflict` names who else holds it."""
    from runbook.engine.lease import hold

    with hold(workspace.home / "leases", run, workspace.actor):
        yield workspace.book.store.take(run)


def is_carried_out(workspace: Workspace, run: str) -> bool:
    """True when somebody carries the run out right now."""
    return bool(carried_out_by(workspace, run))


def carried_out_by(workspace: Workspace, run: str) -> str:
    """Who carries the run out right now; empty when nobody does."""
    from runbook.engine.lease import holder

    return holder(workspace.home / "leases", run)


def note_resumed(workspace: Workspace, run: str, epoch: int) -> list[Recorded]:
    """Record that somebody has taken the run up again; nothing for a run that has ended."""
    from runbook.run.commands import Resume

    overdue = _caught_up(workspace, run, epoch)
    if workspace.book.known(run).ended:
        return overdue
    return [*overdue, *workspace.book.advance(run, [Resume()], workspace.actor, epoch)]


def _caught_up(workspace: Workspace, run: str, epoch: int | None = None) -> list[Recorded]:
    """What time has brought about meanwhile, recorded for good: a missed deadline may even have ended the run."""
    return workspace.book.advance(run, [], workspace.actor, epoch)


def process_of(workspace: Workspace, run: str) -> Process:
    """The process that a run carries out, as it was when the run began."""
    return workspace.book.state(run).plan.process


def check_same_inputs(workspace: Workspace, run: str, given: Mapping[str, Json]) -> None:
    """Nothing when a run was started with these values; `Misuse` names the first that is another."""
    from runbook.inputs import checked_inputs
    from runbook.journal.codec import canonical

    inputs = workspace.book.state(run).scopes[""].inputs
    checked_inputs(process_of(workspace, run), {**inputs, **given})
    for name, value in given.items():
        if canonical(value) != canonical(inputs[name]):
            started = canonical(inputs[name])
            raise Misuse(f"run {run} was started with `{name}` = {started}", "leave the input out, or start a new run")


def state(workspace: Workspace, run: str) -> RunState:
    """A run as it stands, to be shown."""
    from runbook.engine.look import look

    return look(workspace.journal, run)


def events(workspace: Workspace, run: str, after: int = 0) -> Iterator[Recorded]:
    """What has happened in a run."""
    return workspace.journal.events(run, after)


def follow(workspace: Workspace, state: RunState, pause: float = 0.1) -> Iterator[Recorded]:
    """Every further event of a run, each applied to `state`, until the run has ended; looks every `pause` seconds."""
    import time

    from runbook.engine.look import understood

    seen: int | None = None
    while not state.ended:
        if (changes := workspace.journal.changes()) == seen:
            time.sleep(pause)
            continue
        seen = changes
        for recorded in list(workspace.journal.events(state.run, state.seq)):
            with understood(state.run):
                state.apply(recorded)
            yield recorded


def runs(workspace: Workspace) -> Iterator[RunRow]:
    """All runs, newest first."""
    journal = workspace.existing_journal()
    return journal.runs() if journal else iter(())


def history(workspace: Workspace, process: str, since: str = "") -> History:
    """What the runs of a process tell together; from the journal alone. `Misuse` when nobody knows the process."""
    from runbook.instants import between
    from runbook.run.history import PastRun
    from runbook.run.history import history as told

    rows = [row for row in runs(workspace) if row.process == process and row.started_at >= since]
    if not rows:
        from runbook.diagnostics import suggestion

        known = [entry["id"] for entry in list_processes(workspace)]
        if process not in known:
            raise Misuse(f"there is no process `{process}`", suggestion(process, known, "see `runbook list`"))

    def past(row: RunRow) -> PastRun:
        seconds = between(row.started_at, row.ended_at) if row.ended_at else None
        return PastRun(row.run, row.status, row.started_at, row.ended_at, row.by, seconds)

    return told(process, ((past(row), events(workspace, row.run)) for row in rows))


def inbox(workspace: Workspace) -> Iterator[WaitingRow]:
    """Every step that waits for people, oldest first."""
    journal = workspace.existing_journal()
    rows = journal.waiting() if journal else iter(())
    return (row for row in rows if row.about.get("for", "person") in ("person", "decision") or "known" in row.about)


def answer(workspace: Workspace, run: str, reply: Answer) -> list[Recorded]:
    """A person's reply to a step; who carries the run out, if anybody, sees it at once."""
    _caught_up(workspace, run)
    return workspace.book.advance(run, [tidy(reply)], workspace.actor)


def keep_evidence(workspace: Workspace, run: str, step: str, file: Path) -> Attach:
    """Keep a copy of a file as evidence of a step; the command that has it recorded."""
    from runbook.engine.evidence import keep

    if step not in workspace.book.state(run).steps:
        raise Misuse(f"run {run} has not reached a step `{step}`", f"see `runbook status {run}`")
    try:
        return keep(workspace.home, step, file)
    except OSError as error:
        raise MachineRefuses(f"{file} can't be kept: {error.strerror}", "check free space and permissions") from None


def say(workspace: Workspace, run: str, command: Command) -> list[Recorded]:
    """What a person says to a run: a move, a note, evidence, a hand-over; who carries it out sees it at once."""
    _caught_up(workspace, run)
    return workspace.book.advance(run, [command], workspace.actor)


def tidy(reply: Answer) -> Answer:
    """The reply without the white space around its texts: a blank reason is none, and a blank name nobody's."""
    if reply.stated_by and not reply.stated_by.strip():
        raise Misuse("the name of the person is blank", "name the person, or leave `--by` out")
    return replace(reply, reason=reply.reason.strip(), stated_by=reply.stated_by.strip())


def signal(workspace: Workspace, run: str, name: str) -> list[Recorded]:
    """A named signal for the steps that wait for it, now or later; `Misuse` when none ever will."""
    from runbook.diagnostics import suggestion
    from runbook.run.commands import Signal

    processes = workspace.book.state(run).plan.processes.values()
    waits = [step.spec.signal for process in processes for step in process.every_step() if step.kind == "wait"]
    known = sorted({signal for signal in waits if signal})
    if name not in known:
        listed = f"its signals are {', '.join(f'`{each}`' for each in known)}" if known else "it waits for none"
        raise Misuse(f"no step of run {run} waits for a signal `{name}`", suggestion(name, known, listed))
    _caught_up(workspace, run)
    return workspace.book.advance(run, [Signal(name)], workspace.actor)


def cancel(workspace: Workspace, run: str, reason: str) -> list[Recorded]:
    """Ask for the end of a run; who carries it out ends its programs and runs `finally`.

    Nothing when it was cancelled before; `Refused` when it ended otherwise.
    """
    from runbook.run.commands import Cancel

    _caught_up(workspace, run)
    if workspace.book.known(run).ended:
        status = workspace.book.known(run).status
        if status == "cancelled":
            return []
        raise Refused(f"run {run} has ended ({status})", "nothing was changed")
    commands: Sequence[Command] = [Cancel(reason.strip())]
    return workspace.book.advance(run, commands, workspace.actor)


def objections(workspace: Workspace, run: str) -> list[tuple[str, str]]:
    """The steps that are ready for the machine but not in this person's name, each with the reason."""
    from runbook.engine.executor import blocked

    return blocked(workspace.book.state(run), workspace.actor)


def here() -> Path:
    """The folder the command was called in; the root of all folders when that one has been removed."""
    try:
        return Path.cwd()
    except FileNotFoundError:
        return Path("/")


def default_home() -> Path | None:
    """The folder that RUNBOOK_HOME names."""
    named = os.environ.get("RUNBOOK_HOME")
    return Path(named) if named else None


# -- beginnings -------------------------------------------------------------------------------------


def starters() -> list[str]:
    """The libraries of processes that a new project can start with."""
    from runbook.engine.starting import starters as known

    return known()


def init(workspace: Workspace, folder: Path, title: str, owner: str, starter: str = "") -> list[str]:
    """Make a project in the folder, with a first process or with a starter's: the files written, none overwritten."""
    from runbook.engine.starting import new_project

    return new_project(folder, workspace.kinds, title, owner, starter)


def check_new(workspace: Workspace, id: str) -> None:
    """`Misuse` when there can't be a new process of that id: it is none, or it is taken."""
    from runbook.engine.starting import check_new as check

    check(workspace.root, id)


def owned(workspace: Workspace, group: str) -> bool:
    """True for a process group that is there already, so that its processes have an owner."""
    return (workspace.root / "processes" / group / "group.yaml").exists()


def new_process(
    workspace: Workspace, id: str, title: str, owner: str, steps: Sequence[str], template: str
) -> list[str]:
    """Add a process to the project, and its group when that is new: the files written, none overwritten."""
    from runbook.engine.starting import new_process as add

    return add(workspace.root, workspace.kinds, id, title, owner, steps, template)


def project_title(workspace: Workspace) -> str:
    """What the project is called; the name of its folder where its file does not say it."""
    from runbook.engine.files import read_file
    from runbook.reading.layout import PROJECT

    content = read_file(workspace.root, PROJECT) or b""
    for line in content.decode("utf-8", "replace").splitlines():
        word, colon, text = line.partition(":")
        if word == "title" and colon and text.strip()[:1].isalpha() and not set("#:") & set(text):
            return text.strip()  # the plain case, in which no library is needed to read it
    from runbook.reading.tree import read_tree

    tree, _ = read_tree(PROJECT, content)
    title = tree.data.get("title") if tree and isinstance(tree.data, dict) else None
    return (" ".join(title.split()) if isinstance(title, str) else "") or workspace.root.name
