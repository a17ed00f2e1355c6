"""Where you are and what you can do next: what `runbook` says when it is asked nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from runbook.journal.store import RunRow, WaitingRow
from runbook.views.awaited import reply
from runbook.views.lines import wrapped
from runbook.views.style import Style
from runbook.views.visible import visible

_MOST = 8
"""Runs, and waiting steps, that are named; of more there is only the number."""


def nowhere(width: int) -> Iterator[str]:
    """What to do where there is no project."""
    yield from wrapped("There is no project here: no folder from here upwards has a `runbook.yaml`.", width)
    yield ""
    yield from _commands(
        {
            "runbook init": "begin a project here",
            "runbook init DIR --starter it-operations": "begin one with a whole library of processes",
            "runbook --project DIR": "look at a project elsewhere",
            "runbook --help": "all commands",
        },
        width,
    )


def here(
    title: str,
    processes: Sequence[dict[str, Any]],
    open_runs: Sequence[RunRow],
    held: Collection[str],
    waiting: Sequence[WaitingRow],
    style: Style,
    width: int,
    items: int = 0,
) -> Iterator[str]:
    """The project, the runs that are open, what waits for people, how many items are open, and the ways on."""
    groups = len({entry["group"] for entry in processes})
    broken = sum(1 for entry in processes if entry["broken"])
    yield style.bold(visible(title))
    yield (f"{_counted(len(processes), 'process', 'processes')} in {_counted(groups, 'group', 'groups')}") + (
        f", {broken} with errors: runbook validate" if broken else ""
    )
    yield ""
    if open_runs:
        yield style.bold("Open runs")
        for row in open_runs[:_MOST]:
            yield from _run(row, row.run in held, style, width)
        yield from _more(len(open_runs), "runbook runs --open")
    else:
        yield "No run is open."
    if waiting:
        yield ""
        yield style.bold("Waiting for people")
        for each in waiting[:_MOST]:
            yield from _waiting(each, width)
        yield from _more(len(waiting), "runbook inbox")
    if items:
        yield ""
        yield f"{_counted(items, 'open item', 'open items')}: runbook board"
    yield ""
    yield style.bold("What you can do")
    ways = {"runbook new": "write the first process"}
    if processes:
        ways = {"runbook run": "pick a process and run it", "runbook list": "see the processes"}
    ways |= {"runbook runs": "see the runs there have been", "runbook --help": "all commands"}
    yield from _commands(ways, width)


def _run(row: RunRow, held: bool, style: Style, width: int) -> Iterator[str]:
    yield f"  {style.state(row.status, 8)} {row.run}"
    since = row.started_at[:16].replace("T", " ")
    now = ", carried out now" if held else ""
    yield from wrapped(f"{row.process}, since {since} by {visible(row.by)}{now}", width, "    ")
    yield f"    runbook {'status' if held else 'resume'} {row.run}"


def _waiting(row: WaitingRow, width: int) -> Iterator[str]:
    about = row.about
    role = f", for {about['role']}" if about.get("role") else ""
    due = f", until {row.due}" if row.due else ""
    what = " is in doubt" if "for" not in about else " has failed" if about["for"] == "decision" else ""
    title = visible(str(about.get("title", row.step)))
    yield from wrapped(f"{row.step}: {title}{what} ({row.process}{role}{due})", width, "  ", "    ")
    yield f"    {reply(row.run, row.step, about)}"


def _more(count: int, command: str) -> Iterator[str]:
    if count > _MOST:
        yield f"  and {count - _MOST} more: {command}"


def _commands(ways: dict[str, str], width: int) -> Iterator[str]:
    longest = max(map(len, ways))
    for command, what in ways.items():
        if 2 + longest + 2 + max(map(len, ways.values())) <= width:
            yield f"  {command:<{longest}}  {what}"
        else:
            yield f"  {command}"
            yield from wrapped(what, width, "      ")


def _counted(number: int, one: str, several: str) -> str:
    return f"{number} {one if number == 1 else several}"
