"""Runs: made, found, held and carried out, looked at."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.definitions import list_groups, list_processes, plan
from runbook.app.replies import caught_up
from runbook.app.seeing import seen, seen_of_past
from runbook.app.sharing import check_project
from runbook.app.workspace import Workspace
from runbook.errors import Misuse, RunbookError

if TYPE_CHECKING:
    from runbook.definition import Process
    from runbook.engine.book import Book
    from runbook.engine.executor import Executor, Listener
    from runbook.journal.store import RunRow
    from runbook.outcome import Json
    from runbook.reading.library import Library
    from runbook.run.events import Recorded
    from runbook.run.history import History
    from runbook.run.plan import Plan
    from runbook.run.state import RunState

_GLANCE = 0.1
"""Seconds between two looks at a run that goes on elsewhere."""


def begin(
    workspace: Workspace,
    library: Library,
    process: str,
    given: Mapping[str, Json],
    answers: Json = None,
    roles: Mapping[str, Sequence[str]] | None = None,
    instructions: bool = False,
) -> str:
    """Make a run of a process that was read and found good, and begin it: its id. `instructions`: nothing is executed.

    `roles` names who plays them. `Misuse` for inputs, or answers (the data of an answers file), that can't be right: no
    run is made.
    """
    from runbook.inputs import checked_inputs
    from runbook.run.answers import answers_of

    check_project(workspace, str(workspace.root))
    inputs = checked_inputs(library.project.processes[process], given)
    bound = plan(workspace, library, process)
    if answers is not None:
        answers_of(answers, bound)
    book = workspace.book
    run = new_id(book, process)
    people: dict[str, Json] = {"roles": {name: list(each) for name, each in roles.items()}} if roles else {}
    if authors := authors_of(workspace, bound):
        people["authors"] = authors
    about = {"instructions": True} if instructions else None
    book.begin(run, bound, inputs, str(workspace.root), workspace.actor, about=about, people=people)
    return run


def authors_of(workspace: Workspace, plan: Plan) -> list[str]:
    """Who wrote the processes of a plan, where an approval keeps them out; empty where none does."""
    steps = (step for process in plan.processes.values() for step in process.every_step())
    if not any("author" in step.excludes for step in steps):
        return []
    from runbook.engine.authors import authors
    from runbook.engine.register import Register

    known = Register().of(str(workspace.root)).organisation
    files = [process.file for process in plan.processes.values()]
    return authors(workspace.root, files, known, known.person_of(workspace.actor.name))


def new_id(book: Book, process: str) -> str:
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


def take_over(workspace: Workspace, name: str) -> str:
    """End whoever holds the run of that id, or beginning of one: who it was; empty when nobody does.

    The journal is not asked: a holder that stands still in a transaction keeps it locked.
    """
    from runbook.engine.lease import take_over

    folder = workspace.home / "leases"
    known = [path.stem for path in folder.glob("*.lock") if path.stem.startswith(name)]
    run = known[0] if len(known) == 1 else name if name in known else resolve(workspace, name)
    return take_over(folder, run)


def note_taken_over(workspace: Workspace, run: str, epoch: int, who: str) -> list[Recorded]:
    """Record whose process was ended, so that somebody else could go on; nothing for a run that has ended."""
    from runbook.run.commands import Note

    if workspace.book.state(run).ended:
        return []
    return workspace.book.advance(run, [Note(f"Took over from {who}; that process was ended")], workspace.actor, epoch)


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

    overdue = caught_up(workspace, run, epoch)
    if workspace.book.known(run).ended:
        return overdue
    return [*overdue, *workspace.book.advance(run, [Resume()], workspace.actor, epoch)]


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


def earlier_answers(
    workspace: Workspace, process: str, run: str
) -> tuple[Mapping[str, Json], dict[str, Mapping[str, Json]]]:
    """The inputs of an earlier run of the process, and what people answered there, by step."""
    before = state(workspace, resolve(workspace, run))
    if before.plan.root != process:
        raise Misuse(f"run {before.run} is one of {before.plan.root}", f"name a run of {process}")
    return before.scopes[""].inputs, {path: step.answers for path, step in before.steps.items() if step.answers}


def state(workspace: Workspace, run: str) -> RunState:
    """A run as it stands, to be shown."""
    from runbook.engine.look import look

    return look(workspace.journal, run)


def events(workspace: Workspace, run: str, after: int = 0) -> Iterator[Recorded]:
    """What has happened in a run, as far as it is for who calls."""
    return seen(workspace, state(workspace, run), workspace.journal.events(run, after))


def all_events(workspace: Workspace, run: str) -> list[Recorded]:
    """All that has happened in a run; for who has been found to be entitled to that."""
    return list(workspace.journal.events(run))


def follow(workspace: Workspace, state: RunState, patience: float | None = None) -> Iterator[Recorded | None]:
    """Every further event of a run, each applied to `state` and told as far as it is for who calls, until the end.

    With `patience`, None after so many seconds without one, then after twice as many, and so on.
    """
    import time

    from runbook.engine.look import understood

    looked: int | None = None
    since, quiet = time.monotonic(), patience
    while not state.ended:
        if (changes := workspace.journal.changes()) == looked:
            if quiet is not None and time.monotonic() - since >= quiet:
                since, quiet = time.monotonic(), 2 * quiet
                yield None
            time.sleep(_GLANCE)
            continue
        looked = changes
        for recorded in list(workspace.journal.events(state.run, state.seq)):
            with understood(state.run):
                state.apply(recorded)
            since, quiet = time.monotonic(), patience
            yield from seen(workspace, state, (recorded,))


def runs(workspace: Workspace) -> Iterator[RunRow]:
    """All runs, newest first."""
    journal = workspace.existing_journal()
    return journal.runs() if journal else iter(())


def check_known(workspace: Workspace, process: str | None = None, group: str | None = None) -> None:
    """`Misuse` for a process, or a process group, that has no run and that nobody has written.

    The project is looked at only for what has no run, so that runs are found from outside of it as well.
    """
    ran = {row.process for row in runs(workspace)}
    if process is not None and process not in ran:
        _check_among("process", process, ran | {entry["id"] for entry in list_processes(workspace)})
    ran_of = {id.partition("/")[0] for id in ran}
    if group is not None and group not in ran_of:
        _check_among("process group", group, ran_of | set(list_groups(workspace)))


def _check_among(what: str, word: str, known: set[str]) -> None:
    from runbook.diagnostics import suggestion

    if word not in known:
        raise Misuse(f"there is no {what} `{word}`", suggestion(word, known, "see `runbook list`"))


def history(workspace: Workspace, process: str, since: str = "") -> History:
    """What the runs of a process tell together; from the journal alone. `Misuse` when nobody knows the process."""
    from runbook.app.using import past_run
    from runbook.run.history import history as told

    rows = [row for row in runs(workspace) if row.process == process and row.started_at >= since]
    if not rows:
        check_known(workspace, process)

    return told(process, ((past_run(row), told_of) for row, told_of in seen_of_past(workspace, rows)))


def objections(workspace: Workspace, run: str) -> list[tuple[str, str]]:
    """The steps that are ready for the machine but not in this person's name, each with the reason."""
    from runbook.engine.executor import blocked

    return blocked(workspace.book.state(run), workspace.actor)
