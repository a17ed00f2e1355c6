"""`runbook doctor`: whether what should come by itself does come."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.cli.sla_times import window_of
from runbook.durations import in_words
from runbook.operations.seconds import instant_of
from runbook.operations.wall import NAMED, local
from runbook.views import machine
from runbook.views.visible import visible


@click.group(
    name="doctor",
    help="Check that what should come by itself does come.",
    epilog="""\b
Examples:
  runbook doctor escalations
  runbook doctor escalations --heartbeat https://watch.example/ping/42
""",
)
def command() -> None:
    """Check that what should come by itself does come."""


@command.command(
    name="escalations",
    epilog="""\b
Examples:
  runbook doctor escalations
  runbook doctor escalations --grace 10m --json
  runbook doctor escalations --heartbeat https://watch.example/ping/42
""",
    help="Work out for every open item which rungs, thresholds and ends of waits were due, and compare them with what "
    "was recorded: what is missing says that no daemon looks after the items. Rungs that have reached nobody, and "
    "grave items without a ladder, are shown as well.\n\n"
    "With --heartbeat an address is called when nothing is missing, for a watcher that raises the alarm when the call "
    "stays out. Exit code 1: something is missing.",
)
@click.option(
    "--grace",
    metavar="DURATION",
    default="5m",
    show_default=True,
    help="How late something may be without being missed.",
)
@click.option("--heartbeat", metavar="URL", default="", help="Call this address when nothing is missing.")
@json_option
@workspace
def escalations(grace: str, heartbeat: str, as_json: bool, workspace: app.Workspace) -> None:
    """Compare what was due with what was recorded."""
    count, found = app.audit_escalations(workspace, window_of(grace))
    late = any(each.late for each in found)
    beaten = app.heartbeat(heartbeat) if heartbeat and not late else None
    if as_json:
        told = [
            {"item": each.item, "sort": each.sort, "what": each.what, "since": instant_of(each.since),
             "overdueSeconds": each.overdue, "missing": each.late}
            for each in found
        ]  # fmt: skip
        echo(machine.pretty({"open": count, "found": told, "healthy": not late, "heartbeat": beaten}))
    else:
        paint, zone = style().paint, app.department_zone(workspace)
        for each in found:
            sort = paint(f"missing {each.sort}" if each.late else each.sort, "31" if each.late else "33")
            since = f"since {local(each.since, zone, NAMED)}, {in_words(each.overdue)}"
            echo(f"{each.item}  {sort}: {visible(each.what)}, {since}")
        missing = sum(each.late for each in found)
        counted = f"{count} open item{'s' if count != 1 else ''}"
        echo(f"{counted}: {f'{missing} missing; start `runbook daemon`' if missing else 'nothing is missing'}")
        if beaten is not None:
            echo(f"The watcher has answered {beaten}.")
    finish(1 if late else 0)
