"""One step of many runs, done in one go: each run is answered by itself, and refused by itself."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.app.replies import answer
from runbook.app.signing import signed
from runbook.app.waiting import mine
from runbook.app.workspace import Workspace
from runbook.errors import Conflict, Misuse, Refused, RunbookError
from runbook.views.pile import Piled

if TYPE_CHECKING:
    from runbook.journal.store import WaitingRow
    from runbook.outcome import Json
    from runbook.run.commands import Answer


def pile(workspace: Workspace, process: str, step: str) -> list[WaitingRow]:
    """Every run of the process in which that step waits for who calls, in the order in which it should be taken.

    A step that is done in turns is named with its number or, for all of its turns, without one.
    """
    from runbook.app.carrying import check_known

    check_known(workspace, process)
    rows = [row for row in mine(workspace) if row.process == process and step in _names(workspace, row)]
    if not rows:
        _check_step(workspace, process, step)
    return rows


def answers_by_run(rows: list[WaitingRow], data: Json) -> dict[tuple[str, str], Answer]:
    """The answers of a file, a mapping of run to answer, by run and step; `Misuse` for what can't be one."""
    from runbook.diagnostics import suggestion
    from runbook.run.answers import answer_of

    if not isinstance(data, Mapping) or not data:
        help = "write `RUN: {fields: {...}}`, or `RUN: done`"
        raise Misuse("the answers of a pile are a mapping of run to answer", help)
    runs = [row.run for row in rows]
    found: dict[tuple[str, str], Answer] = {}
    for run, value in data.items():
        if run not in runs:
            listed = f"it waits in {', '.join(runs[:5])}" if runs else "it waits in no run"
            message = f"in the run `{run}` of the answers that step does not wait for you"
            raise Misuse(message, suggestion(str(run), runs, listed))
        for row in rows:
            if row.run == run:
                found[row.run, row.step] = answer_of(row.step, value)
    return found


def answer_one(
    workspace: Workspace, row: WaitingRow, reply: Answer, key: Path | None = None, folder: Path | None = None
) -> Piled:
    """What came of one answer of a pile; a refusal is told, and stops no other."""
    try:
        answer(workspace, row.run, signed(workspace, row.run, reply, key), folder)
    except (Refused, Conflict, Misuse) as error:
        return Piled(row.run, row.step, "refused", str(error), error.help)
    return Piled(row.run, row.step, "answered")


def _names(workspace: Workspace, row: WaitingRow) -> set[str]:
    from runbook.run.answers import written_at
    from runbook.run.events import without_turns

    found = workspace.book.state(row.run).steps.get(row.step)
    return {row.step, without_turns(row.step), *((written_at(found),) if found else ())}


def _check_step(workspace: Workspace, process: str, step: str) -> None:
    """Nothing for a step that the process has today; where it can't be read any more, for any."""
    from runbook.app.definitions import plan, read_one
    from runbook.diagnostics import suggestion
    from runbook.run.paths import step_at

    try:
        bound = plan(workspace, read_one(workspace, process), process)
    except RunbookError:
        return
    if step_at(bound, step) is None:
        known = (path for path, _ in bound.every_path())
        listed = f"its steps are listed by `runbook show {process}`"
        raise Misuse(f"{process} has no step `{step}`", suggestion(step, known, listed))


__all__ = ["answer_one", "answers_by_run", "pile"]
