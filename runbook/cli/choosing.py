"""The process or the run that a command is about, when its name was left out: picked at a terminal, else refused."""

from __future__ import annotations

from collections.abc import Sequence

import click

from runbook import app
from runbook.cli.matching import Choice
from runbook.cli.questions import attended, is_plain
from runbook.errors import Misuse
from runbook.journal.store import RunRow

_MOST_RUNS = 200
"""The newest runs that are offered; of older ones the id has to be known."""


def chosen_process(
    workspace: app.Workspace, named: str | None, command: str, *, ask: bool = True, plain: bool = False
) -> str:
    """The process that was named, or that is picked: of all, or of the group when `GROUP/` was named."""
    if named and not named.endswith("/"):
        return named
    group = (named or "").rstrip("/")
    entries = app.list_processes(workspace)
    if group and group not in {entry["group"] for entry in entries}:
        from runbook.diagnostics import suggestion

        groups = {entry["group"] for entry in entries}
        raise Misuse(f"there is no process group `{group}`", suggestion(group, groups, "see `runbook list`"))
    if not (ask and attended()):
        listing = f"runbook list {group}".rstrip()
        raise Misuse("the process is not named", f"write `runbook {command} GROUP/PROCESS`; `{listing}` names them")
    choices = [Choice(entry["id"], entry["title"]) for entry in entries if group in ("", entry["group"])]
    if not choices:
        raise Misuse("there are no processes yet", "write the first one with `runbook new`")
    return _picked("Process", choices, plain)


def chosen_run(
    workspace: app.Workspace,
    named: str | None,
    command: str,
    *,
    only_open: bool = False,
    ask: bool = True,
    plain: bool = False,
) -> str:
    """The id of the run that was named, or that is picked; the only open one needs no picking without a terminal."""
    if named:
        return app.resolve(workspace, named)
    rows = []
    for row in app.runs(workspace):
        if not (only_open and row.ended_at):
            rows.append(row)
        if len(rows) == _MOST_RUNS:
            break
    if ask and attended():
        if not rows:
            raise Misuse("no run is open" if only_open else "there are no runs yet", "start one with `runbook run`")
        return _picked("Run", [_choice(row) for row in rows], plain)
    if only_open and len(rows) == 1:
        click.echo(f"Going on with {rows[0].run}, the only run that is open.", err=True)
        return rows[0].run
    raise Misuse("the run is not named", _runs(rows, command, only_open))


def _picked(question: str, choices: Sequence[Choice], plain: bool) -> str:
    from runbook.cli.picking import pick

    return pick(question, choices, is_plain(plain))


def _choice(row: RunRow) -> Choice:
    since = row.started_at[:16].replace("T", " ")
    return Choice(row.run, f"{row.status}, {row.process}, since {since} by {row.by}")


def _runs(rows: Sequence[RunRow], command: str, only_open: bool) -> str:
    """What to do about a run that was not named."""
    if not only_open:
        return f"write `runbook {command} RUN`; `last` is the newest one, `runbook runs` names them"
    if not rows:
        return "no run is open; `runbook runs` names those there have been"
    more = f" and {len(rows) - 5} more" if rows[5:] else ""
    return f"name one of those that are open: {', '.join(row.run for row in rows[:5])}{more}"
