"""What `list`, `status` and `runbook` alone print: without click, so that both doors share it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable, Iterator
from typing import Any

from runbook import app
from runbook.views.style import Style


def style(stream: Any = None) -> Style:
    """Colour for a terminal, unless NO_COLOR or a dumb terminal says otherwise."""
    stream = stream or sys.stdout
    return Style(stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb")


def columns(stream: Any = None) -> int:
    """How wide to write: as wide as the terminal, or 100 columns where there is none."""
    named = os.environ.get("COLUMNS", "")
    if named.isdecimal() and int(named):
        return max(int(named), 40)
    try:
        return max(os.get_terminal_size((stream or sys.stdout).fileno()).columns, 40)
    except (OSError, ValueError, AttributeError):
        return 100


def fitting(lines: Iterable[str]) -> Iterator[str]:
    """Lines broken between words where the terminal is narrower; as they are for a program."""
    from runbook.views.lines import fitted

    width = columns() if sys.stdout.isatty() else 0
    for line in lines:
        yield from fitted(line, width) if width else [line]


def home(workspace: app.Workspace) -> Iterator[str]:
    """Where you are, and what you can do next."""
    from runbook.engine.files import find_root
    from runbook.views import home

    if workspace.project is None and find_root(workspace.start) is None:
        yield from home.nowhere(columns())
        return
    title = app.project_title(workspace)
    open_runs = [row for row in app.runs(workspace) if not row.ended_at]
    held = {row.run for row in open_runs[:20] if app.is_carried_out(workspace, row.run)}
    waiting = app.visible_inbox(workspace)
    items = app.open_count(workspace)
    yield from home.here(title, app.list_processes(workspace), open_runs, held, waiting, style(), columns(), items)


def listing(workspace: app.Workspace, group: str | None, as_json: bool) -> Iterator[str]:
    """The processes, or those of one group."""
    everything = app.list_processes(workspace)
    entries = [entry for entry in everything if group in (None, entry["group"])]
    if group is not None and not entries:
        from runbook.diagnostics import suggestion
        from runbook.errors import Misuse

        groups = {*(entry["group"] for entry in everything), *app.list_groups(workspace)}
        if group in groups:
            yield from ["[]"] if as_json else [f"The process group `{group}` has no processes yet."]
            return
        raise Misuse(f"there is no process group `{group}`", suggestion(group, groups, "see `runbook list`"))
    if as_json:
        import json

        yield json.dumps(entries, ensure_ascii=False, indent=2)
        return
    from runbook.views.visible import visible

    if not entries:
        yield "There are no processes yet: the first one goes into processes/GROUP/NAME.yaml."
    width = max((len(entry["id"]) for entry in entries), default=0)
    for entry in entries:
        share = f"{entry['automated']}/{entry['steps']} automated"
        if entry["listed_only"]:
            share = "listed only, steps not written yet"
        if entry["broken"]:
            share = "has errors, see `runbook validate`"
        line = f"{entry['id']:<{width}}  {visible(entry['title'])}  ({visible(entry['owner'] or 'no owner')}; {share})"
        yield from fitting([line])


def standing(workspace: app.Workspace, run: str, as_json: bool) -> Iterator[str]:
    """Where a run stands."""
    state = app.state(workspace, app.resolve(workspace, run))
    hidden = app.hidden_from_caller(workspace, state)
    if as_json:
        from runbook.views import machine

        yield machine.pretty(machine.status(state, hidden))
        return
    from runbook.views import status

    holder = "" if state.ended else app.carried_out_by(workspace, state.run)
    yield from status.status(state, style(), columns(), holder, app.rivals(workspace, state.run), app.now(), hidden)
    if state.status == "running" and not holder:
        yield "Nobody carries it out at the moment."
