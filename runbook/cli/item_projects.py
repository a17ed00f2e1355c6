"""`runbook item milestone`, `budget`, `promise`, `time`, `ack` and `snooze`: dates, days and escalations of an item."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import item_argument
from runbook.cli.item_saying import ask, reason_option
from runbook.cli.options import json_option, workspace
from runbook.cli.times import time_option
from runbook.durations import duration
from runbook.operations import commands as c


@click.command(
    name="milestone",
    epilog='\b\nExamples:\n  runbook item milestone PRJ-3 "Racks moved" --due 2026-12-01\n',
    help="Set a milestone of a project, or another date for one.",
)
@item_argument
@click.argument("title", metavar="TITLE")
@time_option("--due", help="When it is promised", required=True)
@json_option
@workspace
def milestone(item: str, title: str, due: int, as_json: bool, workspace: app.Workspace) -> None:
    """Set a milestone."""
    ask(workspace, item, as_json, c.SetMilestone(title, due))


@click.command(
    name="budget",
    epilog="\b\nExamples:\n  runbook item budget PRJ-3 12\n",
    help="Set how many days a project may cost.",
)
@item_argument
@click.argument("days", metavar="DAYS", type=click.FloatRange(0, min_open=True))
@json_option
@workspace
def budget(item: str, days: float, as_json: bool, workspace: app.Workspace) -> None:
    """Set a budget."""
    ask(workspace, item, as_json, c.SetBudget(days))


@click.command(
    name="promise",
    epilog='\b\nExamples:\n  runbook item promise REQ-7 --due 2026-12-01 --reason "agreed with olga"\n',
    help="Promise a date for an item. It takes the place of the service level's; no pause moves it.",
)
@item_argument
@time_option("--due", help="When", required=True)
@reason_option("Why.")
@json_option
@workspace
def promise(item: str, due: int, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Promise a date."""
    ask(workspace, item, as_json, c.CommitDue(due, reason))


@click.command(
    name="time",
    epilog='\b\nExamples:\n  runbook item time REQ-7 --set 3h --reason "worked from the train"\n',
    help="Correct how long was worked on an item, where what was worked out from its columns is wrong.",
)
@item_argument
@click.option("length", "--set", metavar="DURATION", required=True, help="How long it was, such as 3h.")
@reason_option("Why.", required=True)
@json_option
@workspace
def time(item: str, length: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Correct the time of an item."""
    ask(workspace, item, as_json, c.CorrectTime(int(duration(length)), reason))


@click.command(
    name="ack",
    epilog="\b\nExamples:\n  runbook item ack INC-41 oncall\n",
    help="Take notice of an escalation. Those who can act are not called again; management still hears of it when the "
    "item stays unresolved.",
)
@item_argument
@click.argument("rung", metavar="RUNG")
@json_option
@workspace
def ack(item: str, rung: str, as_json: bool, workspace: app.Workspace) -> None:
    """Acknowledge an escalation."""
    ask(workspace, item, as_json, c.Acknowledge(rung))


@click.command(
    name="snooze",
    epilog='\b\nExamples:\n  runbook item snooze INC-41 --until 2h --reason "the part arrives at noon"\n',
    help="Hold the escalations of an item back until a time.",
)
@item_argument
@time_option("--until", help="Until when", required=True)
@reason_option("Why.", required=True)
@json_option
@workspace
def snooze(item: str, until: int, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Hold escalations back."""
    ask(workspace, item, as_json, c.Snooze(until, reason))


COMMANDS = (milestone, budget, promise, time, ack, snooze)
"""The commands of this file."""
