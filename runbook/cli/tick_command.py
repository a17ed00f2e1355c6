"""`runbook tick`: take up every run that may go on by itself, once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import click

from runbook import app
from runbook.cli.keeping import Teller, leave, max_runs_option, stopped_by_signals
from runbook.cli.options import echo, finish, json_option, workspace
from runbook.cli.session import INTERRUPTED
from runbook.views import items, machine, passages
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.engine.unattended import Passage
    from runbook.operations.item import Item
    from runbook.run.events import Recorded


@click.command(
    epilog="""\b
Examples:
  runbook tick
  runbook tick --max-runs 1
  runbook tick --json
  * * * * * cd /srv/operations && runbook tick -q     # a line of a crontab
""",
    help="Take up every run that may go on by itself: its time has come, its programs are ready, or those that ran "
    "when its holder died have ended. Each is carried out until only people, a signal or a later time is left, and is "
    "let go. Nobody is asked. A run that waits for people is not touched, and one that somebody holds is left to them; "
    "so any number of ticks may overlap.\n\n"
    "Programs are started in your name: a step whose role you may not play stays ready, and is named. What is due "
    "about tickets and notices is carried out as well.\n\n"
    "Exit code 0: all went well, also when there was nothing to do; 1: a run failed, or could not be carried on. What "
    "is wrong with one run is told on standard error and stops no other.",
)
@max_runs_option
@click.option("-q", "--quiet", is_flag=True, help="Tell only of trouble: for cron, which mails what is written.")
@json_option
@workspace
def command(max_runs: int, quiet: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Take up every run that may go on by itself, once."""
    teller, found = Teller(workspace, beside=as_json, quiet=quiet or as_json), list[dict[str, Any]]()

    def reported(passage: Passage) -> None:
        teller.tell(passage)
        if passage.moved or passage.objections or passage.error:
            row = passage.row
            hidden = app.hidden_from_caller(workspace, passage.state) if passage.state else ()
            found.append(
                passages.as_json(row.run, row.process, passage.state, passage.objections, passage.error, hidden)
            )

    def news(item: Item, recorded: Recorded) -> None:
        found.append({"item": item.id, **items.event_as_json(recorded)})
        if not (quiet or as_json):
            echo(f"{item.id}  {line}" for line in items.logged([recorded], teller.zone()))

    def said(line: str) -> None:
        found.append({"said": line})
        if not (quiet or as_json):
            echo(visible(line))

    stopped = False
    if workspace.existing_journal():
        keeper = app.keeper(workspace, max_runs, reported, warned=teller.warn, news=news, said=said)
        try:
            with stopped_by_signals(keeper) as come:
                keeper.keep(forever=False)
                stopped = come()
        except KeyboardInterrupt:
            leave(INTERRUPTED)
        if not stopped:
            carried = app.carry_along(workspace)
            found.extend({"said": each} for each in carried.done)
            teller.carried(carried.done, carried.troubles)
    if as_json:
        echo(machine.pretty(found))
    if teller.bug:
        raise teller.bug
    finish(INTERRUPTED if stopped else 1 if teller.trouble else 0)
