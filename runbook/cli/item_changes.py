"""`runbook item assign`, `move`, `classify` and the like: who has an item, what it is, where it stands."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import complete_people, item_argument
from runbook.cli.item_saying import ask, override_option, reason_option
from runbook.cli.options import json_option, workspace
from runbook.cli.times import time_option
from runbook.listing import CLASSES
from runbook.operations import commands as c
from runbook.operations.item import RELATIONS
from runbook.operations.moving import DISPOSITIONS

_PERSON = click.argument("person", metavar="PERSON", shell_complete=complete_people)


@click.command(
    name="assign",
    epilog="\b\nExamples:\n  runbook item assign INC-41 me\n  runbook item assign INC-41 bo\n",
    help="Make one person accountable for an item; `me` is you. There is never more than one.",
)
@item_argument
@_PERSON
@override_option
@json_option
@workspace
def assign(item: str, person: str, override: str, as_json: bool, workspace: app.Workspace) -> None:
    """Make somebody accountable."""
    ask(workspace, item, as_json, c.Assign(app.someone(workspace, person), override))


@click.command(
    name="help",
    epilog="\b\nExamples:\n  runbook item help INC-41 me\n  runbook item help INC-41 bo --stop\n",
    help="Have somebody help with an item, or stop helping.",
)
@item_argument
@_PERSON
@click.option("--stop", is_flag=True, help="They do not help any more.")
@json_option
@workspace
def helping(item: str, person: str, stop: bool, as_json: bool, workspace: app.Workspace) -> None:
    """Help with an item."""
    ask(workspace, item, as_json, c.Help(app.someone(workspace, person), stop))


@click.command(
    name="hand-over",
    epilog="""\b
Examples:
  runbook item hand-over INC-41 bo --note "queue restarted, watch the disk"
  runbook item hand-over INC-41 bo --note "with the supplier" --not-ours --party Dell
""",
    help="Make somebody else accountable, with what they have to know. With --not-ours it is not in our control: the "
    "time until then counts as triage, and the requester is still owed updates.",
)
@item_argument
@_PERSON
@click.option("--note", metavar="TEXT", required=True, help="What the next one has to know.")
@click.option("not_ours", "--not-ours", is_flag=True, help="It is not in our control.")
@click.option("--party", metavar="WHO", default="", help="Whose it is then.")
@click.option("--disposition", type=click.Choice(DISPOSITIONS), help="What has come of it.")
@override_option
@json_option
@workspace
def hand_over(
    item: str, person: str, note: str, not_ours: bool, party: str, disposition: str | None, override: str,
    as_json: bool, workspace: app.Workspace,
) -> None:  # fmt: skip
    """Hand an item over."""
    came = "not_ours" if not_ours else disposition or ""
    ask(workspace, item, as_json, c.HandOver(app.someone(workspace, person), note, party, came, override))


@click.command(
    name="move",
    epilog="\b\nExamples:\n  runbook item move INC-41 doing\n  runbook item move INC-41 verify\n",
    help="Move an item to another column of its board. A hard limit refuses; a soft one is recorded.",
)
@item_argument
@click.argument("column", metavar="COLUMN")
@override_option
@json_option
@workspace
def move(item: str, column: str, override: str, as_json: bool, workspace: app.Workspace) -> None:
    """Move an item."""
    ask(workspace, item, as_json, c.Move(column, override))


@click.command(
    name="classify",
    epilog="""\b
Examples:
  runbook item classify INC-41 --severity critical --reason "all of the office"
  runbook item classify REQ-7 --class fixed_date
  runbook item classify INC-41 --process incidents/mail-down --retarget restart
  runbook item classify INC-41 --team infra --reason "the disks are full"
""",
    help="Say otherwise what an item is. Its clocks follow as its agreement says, or as --retarget does.",
)
@item_argument
@click.option("--severity", metavar="SEVERITY", help="How bad it is.")
@click.option("--impact", metavar="IMPACT", help="How much it hits.")
@click.option("--urgency", metavar="URGENCY", help="How soon it hurts.")
@click.option("--priority", type=click.Choice(("P1", "P2", "P3", "P4")), help="Instead of the severity's.")
@click.option("item_class", "--class", type=click.Choice(CLASSES), help="The class of service.")
@click.option("--service", metavar="SERVICE", help="The service it is about.")
@click.option("--process", metavar="GROUP/PROCESS", help="What deals with it.")
@click.option("--scope", type=click.Choice(("in", "out")), help="Whether the catalogue covers it.")
@click.option("--team", metavar="TEAM", help="Whose it is: it goes into the first column of their board.")
@click.option("--retarget", type=click.Choice(("restate", "restart", "keep")), help="How clocks follow.")
@reason_option("Why.")
@override_option
@json_option
@workspace
def classify(
    item: str, severity: str | None, impact: str | None, urgency: str | None, priority: str | None,
    item_class: str | None, service: str | None, process: str | None, scope: str | None, team: str | None,
    retarget: str | None, reason: str, override: str, as_json: bool, workspace: app.Workspace,
) -> None:  # fmt: skip
    """Say otherwise what an item is."""
    words = {
        "severity": severity, "impact": impact, "urgency": urgency, "priority": priority, "class": item_class,
        "service": service, "process": process, "scope": scope, "team": team,
    }  # fmt: skip
    changes = {name: value for name, value in words.items() if value is not None}
    ask(workspace, item, as_json, c.Classify(changes, reason, retarget or "", override))


@click.command(
    name="rank",
    epilog="""\b
Examples:
  runbook item rank INC-41 1 --reason "the board meets at noon" --until 1d
  runbook item rank INC-41 0 --reason "over"
""",
    help="Put an item before others by hand: 1 goes first. 0 lets the rule decide again, and so does its end.",
)
@item_argument
@click.argument("rank", metavar="PLACE", type=click.IntRange(0, 1000))
@reason_option("Why it goes first.", required=True)
@time_option("--until", help="Until when")
@json_option
@workspace
def rank(item: str, rank: int, reason: str, until: int, as_json: bool, workspace: app.Workspace) -> None:
    """Rank an item by hand."""
    ask(workspace, item, as_json, c.Rank(rank, reason, until))


@click.command(
    name="link",
    epilog="""\b
Examples:
  runbook item link INC-41 last
  runbook item link INC-41 PRB-2 --relation problem
  runbook item link CHG-9 INC-41 --relation caused_by
""",
    help="Link an item with a run, or with another item.",
)
@item_argument
@click.argument("other", metavar="RUN|ITEM")
@click.option("--relation", type=click.Choice(RELATIONS), help="`handles` for a run, else `relates`.")
@json_option
@workspace
def link(item: str, other: str, relation: str | None, as_json: bool, workspace: app.Workspace) -> None:
    """Link an item."""
    from runbook.operations.item import kind_of

    what = "item" if kind_of(other) else "run"
    id = other if what == "item" else app.resolve(workspace, other)
    ask(workspace, item, as_json, c.Connect(relation or ("relates" if what == "item" else "handles"), what, id))


COMMANDS = (assign, helping, hand_over, move, classify, rank, link)
"""The commands of this file."""
