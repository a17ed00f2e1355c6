"""`runbook hand-over`: leave a run to somebody else, or see what they have to know."""

from __future__ import annotations

import sys

import click

from runbook import app
from runbook.cli.arguments import complete_people, run_argument
from runbook.cli.options import columns, echo, json_option, style, workspace
from runbook.cli.replies import say
from runbook.errors import Misuse
from runbook.run.commands import HandOver
from runbook.views.machine import pretty

_WIDEST = 100
"""Columns beyond which lines are no pleasure to read."""


@click.command(
    epilog="""\b
Examples:
  runbook hand-over last
  runbook hand-over last > report.md
  runbook hand-over last --to maria --text 'Two hosts are done, web3 is next'
""",
    help="Without --to, print the shift report of a run: what has to be known first, what waits for whom and since "
    "when, what comes next, what was done since the run was last handed over, doubts, deviations and notes.\n\n"
    "With --to, leave the run to somebody else, with what they should know. Whoever resumes it is shown that and the "
    "report first; until then it stands in the status, and always in the record.",
)
@run_argument
@click.option(
    "--to",
    default="",
    metavar="PERSON",
    shell_complete=complete_people,
    help="Who goes on; without it the report is printed.",
)
@click.option("--text", default="", help="What they should know.")
@json_option
@workspace
def command(run: str, to: str, text: str, as_json: bool, workspace: app.Workspace) -> None:
    """Leave a run to somebody else, or print the report."""
    if to.strip():
        say(workspace, run, HandOver(to, text), as_json)
        return
    if text:
        raise Misuse("nobody is named to hand the run over to", "add --to PERSON; `runbook note` is for everybody")
    _print(workspace, app.resolve(workspace, run), as_json)


def _print(workspace: app.Workspace, run: str, as_json: bool) -> None:
    from runbook.views import shift_report
    from runbook.views.markdown_terminal import lines

    state, events = workspace.book.state(run), list(app.events(workspace, run))
    hidden = app.hidden_from_caller(workspace, state)
    if as_json:
        echo(pretty(shift_report.as_json(state, events, app.now(), hidden)))
        return
    report = shift_report.as_markdown(state, events, app.now(), hidden).rstrip("\n")
    echo(lines(report, min(columns(), _WIDEST), style().colour) if sys.stdout.isatty() else report)
