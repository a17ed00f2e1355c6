"""What the commands about a work item share: have it asked, then say how the item stands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from runbook import app
from runbook.cli.options import echo, style
from runbook.operations.commands import Command
from runbook.operations.item import Item
from runbook.operations.seconds import seconds
from runbook.views import items, machine


def ask(workspace: app.Workspace, id: str, as_json: bool, *commands: Command) -> None:
    """Ask something of an item and print how it stands."""
    before = app.item(workspace, id)
    after = app.worklist(workspace).ask(id, *commands)
    tell(workspace, after, as_json, len(before.events))


def tell(workspace: app.Workspace, item: Item, as_json: bool, seen: int = 0) -> None:
    """Print how an item stands, and what is new in it."""
    if as_json:
        echo(machine.line(items.as_json(item)))
        return
    echo(items.logged(item.events[seen:], app.department_zone(workspace)))
    warn(item, seen)


def warn(item: Item, seen: int = 0) -> None:
    """Print the limits that an item has gone over with its newest events."""
    for recorded in item.events[seen:]:
        if recorded.event.type == "WipExceeded":
            data = recorded.event.data
            paint = style().paint(f"{data['scope']} has {data['count']} of {data['limit']}", "33")
            echo(f"over the limit: {paint}")


def show(workspace: app.Workspace, item: Item, as_json: bool) -> None:
    """Print an item whole."""
    if as_json:
        echo(machine.pretty(items.as_json(item)))
    else:
        echo(items.shown(item, seconds(app.now()), app.department_zone(workspace), style()))


def opened(workspace: app.Workspace, item: Item, as_json: bool) -> None:
    """Print an item that has just been opened."""
    show(workspace, item, as_json)
    if not as_json:
        warn(item)


def override_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--override`."""
    return click.option(
        "--override", metavar="REASON", default="", help="Go over a hard limit, for this reason; recorded."
    )(function)


def reason_option(help: str, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give the command `--reason`."""
    return click.option("--reason", metavar="TEXT", default="", required=required, help=help)
