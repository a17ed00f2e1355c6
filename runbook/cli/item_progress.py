"""`runbook item block`, `wait`, `resolve` and the like: what keeps an item from going on, and how it ends."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import item_argument
from runbook.cli.item_saying import ask, override_option, reason_option
from runbook.cli.options import json_option, workspace
from runbook.cli.times import time_option
from runbook.operations import commands as c
from runbook.operations.moving import DISPOSITIONS

_TEXT = click.argument("text", metavar="TEXT")


@click.command(
    name="block",
    epilog="""\b
Examples:
  runbook item block CHG-7 supplier --party Dell --check 1d
  runbook item block CHG-7 dependency --item CHG-6
""",
    help="Flag an item as blocked; it stays in its column. With --item the flag comes off when that item ends.",
)
@item_argument
@click.argument("reason", metavar="REASON")
@click.option("--party", metavar="WHO", default="", help="Who can unblock it.")
@click.option("--note", metavar="TEXT", default="", help="What is missing.")
@click.option("other", "--item", metavar="ITEM", default="", help="The item it waits for.")
@time_option("--check", help="When to look again")
@json_option
@workspace
def block(
    item: str, reason: str, party: str, note: str, other: str, check: int, as_json: bool, workspace: app.Workspace
) -> None:
    """Flag an item as blocked."""
    ask(workspace, item, as_json, c.Hinder(reason, party, note, check, other))


@click.command(
    name="unblock",
    epilog="\b\nExamples:\n  runbook item unblock CHG-7\n",
    help="Take the flag off: the item can go on.",
)
@item_argument
@json_option
@workspace
def unblock(item: str, as_json: bool, workspace: app.Workspace) -> None:
    """Take the flag off."""
    ask(workspace, item, as_json, c.Unblock())


@click.command(
    name="flag",
    epilog="""\b
Examples:
  runbook item flag CHG-9 "nobody has tried the way back"
  runbook item flag CHG-9 "the supplier has no spare part" --severity major
""",
    help="Flag a concern: a worry that is no block yet. It has to be answered before the item can be resolved.",
)
@item_argument
@_TEXT
@click.option("--severity", metavar="SEVERITY", default="", help="How bad it would be.")
@json_option
@workspace
def flag(item: str, text: str, severity: str, as_json: bool, workspace: app.Workspace) -> None:
    """Flag a concern."""
    ask(workspace, item, as_json, c.RaiseConcern(text, severity))


@click.command(
    name="answer",
    epilog="""\b
Examples:
  runbook item answer CHG-9 c1 act --note "tried it on the spare host"
  runbook item answer CHG-9 c1 accept
""",
    help="Answer a concern: accept it, act on it, or escalate it.",
)
@item_argument
@click.argument("concern", metavar="CONCERN")
@click.argument("answer", type=click.Choice(("accept", "act", "escalate")))
@click.option("--note", metavar="TEXT", default="", help="What is done about it.")
@json_option
@workspace
def answer(item: str, concern: str, answer: str, note: str, as_json: bool, workspace: app.Workspace) -> None:
    """Answer a concern."""
    ask(workspace, item, as_json, c.AnswerConcern(concern, answer, note))


@click.command(
    name="wait",
    epilog="""\b
Examples:
  runbook item wait INC-41 --reason waiting_requester --party olga --resume-by 2d
""",
    help="Let the clocks that may stand still, while somebody else has to act: for a reason, for somebody, and until a "
    "time at the latest, at which they run again by themselves.",
)
@item_argument
@reason_option("Why, such as waiting_requester.")
@click.option("--party", metavar="WHO", default="", help="Who has to act.")
@time_option("--resume-by", help="When the clocks run again at the latest")
@json_option
@workspace
def wait(item: str, reason: str, party: str, resume_by: int, as_json: bool, workspace: app.Workspace) -> None:
    """Let the clocks stand still."""
    ask(workspace, item, as_json, c.Await(reason, party, resume_by))


@click.command(
    name="resume",
    epilog="\b\nExamples:\n  runbook item resume INC-41\n",
    help="Let the clocks run again.",
)
@item_argument
@json_option
@workspace
def resume(item: str, as_json: bool, workspace: app.Workspace) -> None:
    """Let the clocks run again."""
    ask(workspace, item, as_json, c.Proceed())


@click.command(
    name="respond",
    epilog="\b\nExamples:\n  runbook item respond INC-41 --how phone\n",
    help="Record that a person has answered the requester for the first time.",
)
@item_argument
@click.option("--how", metavar="TEXT", default="", help="How, such as phone.")
@json_option
@workspace
def respond(item: str, how: str, as_json: bool, workspace: app.Workspace) -> None:
    """Record the first response."""
    ask(workspace, item, as_json, c.Respond(how))


@click.command(
    name="update",
    epilog='\b\nExamples:\n  runbook item update INC-41 "The supplier is on site" --to olga\n',
    help="Record what the requester was told. It is the first response, where there was none.",
)
@item_argument
@_TEXT
@click.option("--to", metavar="WHO", default="", help="Who was told.")
@json_option
@workspace
def update(item: str, text: str, to: str, as_json: bool, workspace: app.Workspace) -> None:
    """Record an update."""
    ask(workspace, item, as_json, c.SendUpdate(text, to))


@click.command(
    name="note",
    epilog='\b\nExamples:\n  runbook item note INC-41 "the log is full of timeouts"\n',
    help="Note something about an item, at any time.",
)
@item_argument
@_TEXT
@json_option
@workspace
def note(item: str, text: str, as_json: bool, workspace: app.Workspace) -> None:
    """Note something."""
    ask(workspace, item, as_json, c.AddNote(text))


@click.command(
    name="attach",
    epilog="\b\nExamples:\n  runbook item attach INC-41 mail.log\n",
    help="Keep a copy of a file as evidence of an item.",
)
@item_argument
@click.argument("file", metavar="FILE", type=click.Path(path_type=Path))
@json_option
@workspace
def attach(item: str, file: Path, as_json: bool, workspace: app.Workspace) -> None:
    """Attach a file."""
    app.item(workspace, item)
    ask(workspace, item, as_json, app.attachment(workspace, file))


@click.command(
    name="resolve",
    epilog="""\b
Examples:
  runbook item resolve INC-41 "Restarted the queue" --proof "test mail arrived at 10:12"
  runbook item resolve REQ-7 "Account made" --run last
  runbook item resolve INC-42 "Same as INC-41" --proof INC-41 --disposition duplicate
""",
    help="The work is done. It takes a proof: a text, an attached file, or the run that did it. A concern that nobody "
    "has answered, or a column that asks for another person's eyes, is in the way.",
)
@item_argument
@_TEXT
@click.option("--proof", metavar="TEXT", default="", help="How one can tell that it is done.")
@click.option("--run", metavar="RUN", default="", help="The run that did it.")
@click.option("--cause", metavar="TEXT", default="", help="What it came of, in few words, so that alike ones are seen.")
@click.option("--disposition", type=click.Choice(DISPOSITIONS), help="What has come of it.")
@json_option
@workspace
def resolve(
    item: str, text: str, proof: str, run: str, cause: str, disposition: str | None, as_json: bool,
    workspace: app.Workspace,
) -> None:  # fmt: skip
    """Resolve an item."""
    did = [c.Connect("handles", "run", app.resolve(workspace, run))] if run else []
    ask(workspace, item, as_json, *did, c.Resolve(text, proof, disposition or "", cause))


@click.command(
    name="reopen",
    epilog='\b\nExamples:\n  runbook item reopen INC-41 "mail is down again"\n',
    help="It was not done after all. Its clocks go on as its agreement says; limits hold as for any other way in.",
)
@item_argument
@_TEXT
@override_option
@json_option
@workspace
def reopen(item: str, text: str, override: str, as_json: bool, workspace: app.Workspace) -> None:
    """Reopen an item."""
    ask(workspace, item, as_json, c.Reopen(text, override))


@click.command(
    name="close",
    epilog="\b\nExamples:\n  runbook item close INC-41\n",
    help="Close a resolved item: the requester agrees.",
)
@item_argument
@json_option
@workspace
def close(item: str, as_json: bool, workspace: app.Workspace) -> None:
    """Close an item."""
    ask(workspace, item, as_json, c.Close())


@click.command(
    name="cancel",
    epilog='\b\nExamples:\n  runbook item cancel REQ-7 --reason "not needed any more"\n',
    help="Cancel an item: nobody is going to do it.",
)
@item_argument
@reason_option("Why.", required=True)
@json_option
@workspace
def cancel(item: str, reason: str, as_json: bool, workspace: app.Workspace) -> None:
    """Cancel an item."""
    ask(workspace, item, as_json, c.Withdraw(reason))


COMMANDS = (
    block, unblock, flag, answer, wait, resume, respond, update, note, attach, resolve, reopen, close, cancel,
)  # fmt: skip
"""The commands of this file."""
