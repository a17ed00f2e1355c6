"""`runbook add`: more items for a step that is done for each of them."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import open_run_argument, turning_argument
from runbook.cli.options import json_option, workspace
from runbook.cli.replies import say
from runbook.outcome import Json
from runbook.run.commands import AddItems


@click.command(
    epilog="""\b
Examples:
  runbook add last deploy web-9 web-10
  runbook add last deploy '{"host": "web-9", "port": 8080}' --reason 'It was ordered this morning'
""",
    help="Have a step with `foreach` done for more items while it is under way. An item is JSON where it can be read "
    "as JSON (a number, a mapping, a text in quotes), and else the text as it stands. Refused when the step is over.",
)
@open_run_argument
@turning_argument
@click.argument("items", metavar="ITEM...", nargs=-1, required=True)
@click.option("--reason", default="", help="Why; kept in the record.")
@json_option
@workspace
def command(run: str, step: str, items: tuple[str, ...], reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Have a step done for more items."""
    found = [_item(each) for each in items]
    say(workspace, run, AddItems(step, found, reason), as_json, "Who carries the run out goes on with them.")


def _item(typed: str) -> Json:
    """What was meant: JSON where it is JSON that a journal can keep, and else the text."""
    from runbook.inputs import halved, json_or_text

    found = json_or_text(typed)
    return typed if halved(found) else found
