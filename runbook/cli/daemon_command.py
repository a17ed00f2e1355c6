"""`runbook daemon`: keep runs going for as long as it runs."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import click

from runbook import app
from runbook.cli.keeping import Teller, leave, max_runs_option, stopped_by_signals
from runbook.cli.options import json_option, style, workspace
from runbook.views import items, machine, terminal
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.item import Item
    from runbook.run.events import Recorded
    from runbook.run.state import RunState


@click.command(
    epilog="""\b
Examples:
  runbook daemon
  runbook daemon --max-runs 8
  runbook --home /var/lib/runbook daemon --json
""",
    help="Keep runs going for as long as it runs: what `runbook tick` does once, at the instant it is due, and within "
    "a second of an answer or a signal from elsewhere."
    " Tickets and notices are carried out beside. One line a fact, the id of the run first; with --json an event "
    "a line.\n\n"
    "TERM or Ctrl-C: nothing new is started, what runs ends first, exit code 0. A second time: it leaves at once; the "
    "programs run on, and whoever takes the run up next adopts them. Only one daemon looks after the runs of one "
    "folder: another one ends with 5.",
)
@max_runs_option
@json_option
@workspace
def command(max_runs: int, as_json: bool, workspace: app.Workspace) -> None:
    """Keep runs going for as long as it runs."""
    teller, look = Teller(workspace, beside=as_json), style()

    def told(recorded: Recorded, state: RunState) -> None:
        seen = app.seen_now(workspace, state.run, recorded)
        if as_json:
            teller.voice.report(machine.line({"run": state.run, **machine.event(seen)}))
        else:
            teller.voice.say(*(f"{state.run}  {line}" for line in terminal.happened(seen, state, look)))

    def news(item: Item, recorded: Recorded) -> None:
        if as_json:
            teller.voice.report(machine.line({"item": item.id, **items.event_as_json(recorded)}))
        else:
            teller.voice.say(*(f"{item.id}  {line}" for line in items.logged([recorded], teller.zone())))

    def said(line: str) -> None:
        teller.voice.report(machine.line({"said": line})) if as_json else teller.voice.say(visible(line))

    workspace.journal  # noqa: B018  # made when it is missing, before anybody locks anything beside it
    with app.sole_daemon(workspace), app.courier(workspace, said, teller.warn):
        keeper = app.keeper(workspace, max_runs, teller.tell, told, teller.warn, news, said)
        try:
            with stopped_by_signals(keeper):
                teller.voice.say(f"Looking after the runs in {workspace.home}, process {os.getpid()}")
                keeper.keep(forever=True)
        except KeyboardInterrupt:
            teller.voice.say("Left. What runs goes on in the background, and is looked after by whoever comes next.")
            leave(0)
        teller.voice.say("Stopped.")
