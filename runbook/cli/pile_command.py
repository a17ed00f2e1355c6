"""`runbook pile`: do one step of many runs in one go."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import click

from runbook import app
from runbook.cli.arguments import process_argument_needed, process_step_argument
from runbook.cli.options import columns, echo, finish, json_option, workspace
from runbook.cli.questions import attended, is_plain
from runbook.cli.replies import given_fields, given_files
from runbook.cli.session import WAITING, read_data
from runbook.errors import Misuse
from runbook.journal.store import WaitingRow
from runbook.outcome import Json
from runbook.run.answers import OUTCOMES
from runbook.run.commands import Answer
from runbook.views import machine
from runbook.views import pile as view
from runbook.views.pile import Piled

_REFUSED = 1


@click.command(
    epilog="""\b
Examples:
  runbook pile access/new-account create-account
  runbook pile access/new-account create-account done -f system=mail
  runbook pile access/new-account create-account --answers accounts.yaml
""",
    help="Do one step of many runs in one go: in every run of the process in which the step waits for you, the most "
    "urgent first.\n\n"
    "At a terminal you are asked at each of them, with its form. With an ANSWER (done, failed or skipped), -f or "
    "--choose the same is said in all of them; a file with --answers has an answer for each run, by its id. Each one "
    "is an answer of its own: what one run refuses stops no other, and is told at the end.",
)
@process_argument_needed
@process_step_argument
@click.argument("outcome", metavar="[ANSWER]", type=click.Choice(OUTCOMES[:3]), required=False)
@click.option("fields", "-f", "--field", metavar="NAME=VALUE", multiple=True, help="A field of the form, in all runs.")
@click.option("--choose", metavar="OPTION", default="", help="The way of a decision, in all runs.")
@click.option("--reason", default="", help="Why; required for everything but done.")
@click.option("--answers", metavar="FILE", help="A YAML file with an answer for each run, by the id of the run.")
@click.option(
    "--key", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="The ssh key to sign with."
)
@click.option("--plain", is_flag=True, help="Plain lines, nothing redrawn: for screen readers (RUNBOOK_PLAIN).")
@json_option
@workspace
def command(
    process: str,
    step: str,
    outcome: str | None,
    fields: tuple[str, ...],
    choose: str,
    reason: str,
    answers: str | None,
    key: Path | None,
    plain: bool,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Do one step of many runs in one go."""
    said = outcome or fields or choose
    if choose and (outcome or fields):
        raise Misuse("an answer has an outcome or a choice, not both", "leave one of them out")
    if answers and (said or reason):
        raise Misuse("the answers are in the file, or the same for all: not both", "leave one of them out")
    if not (said or answers) and not attended(as_json):
        raise Misuse("nobody can be asked here", "give an answer for all, or a file with --answers")
    if not (said or answers) and (key or reason):
        raise Misuse("you are asked at each of them", "leave out --key and --reason")
    given = given_fields(fields)
    data = read_data(answers, "answers") if answers else None
    rows = app.pile(workspace, process, step)
    if not (said or answers):
        found = _asked(workspace, rows, plain)
    elif answers:
        found = _from_file(workspace, rows, data, Path(answers).absolute().parent, key)
    else:
        found = [_for_all(workspace, row, outcome or "done", given, choose, reason, key) for row in rows]
    _tell(workspace, process, step, found, as_json)


def _asked(workspace: app.Workspace, rows: list[WaitingRow], plain: bool) -> list[Piled]:
    if not rows:
        return []
    from runbook.cli.loop.piled import walk_through

    return list(walk_through(workspace, rows, is_plain(plain)))


def _from_file(
    workspace: app.Workspace, rows: list[WaitingRow], data: Json, folder: Path, key: Path | None
) -> list[Piled]:
    replies = app.answers_by_run(rows, data)
    return [
        app.answer_one(workspace, row, replies[row.run, row.step], key, folder)
        if (row.run, row.step) in replies
        else Piled(row.run, row.step, "left")
        for row in rows
    ]


def _for_all(
    workspace: app.Workspace,
    row: WaitingRow,
    outcome: str,
    given: dict[str, Json],
    choose: str,
    reason: str,
    key: Path | None,
) -> Piled:
    fields = given_files(workspace, row.run, row.step, given)
    reply = Answer(row.step, "choose" if choose else outcome, fields, choose, reason)
    return app.answer_one(workspace, row, reply, key)


def _tell(workspace: app.Workspace, process: str, step: str, found: list[Piled], as_json: bool) -> None:
    if as_json:
        echo(machine.line(view.as_json(process, step, found)))
    elif not found:
        echo("Nothing of that waits for you.")
    else:
        for each in found:
            if each.outcome == "refused":
                echo(view.refusal(each, columns()))
        echo(view.summary(found, _open(workspace, found)))
    outcomes = {each.outcome for each in found}
    finish(_REFUSED if "refused" in outcomes else WAITING if "left" in outcomes else 0)


def _open(workspace: app.Workspace, found: Iterable[Piled]) -> int:
    """How many runs have something to do for the machine, and nobody who carries them out."""
    runs = {each.run for each in found if each.outcome == "answered"}
    states = (app.state(workspace, run) for run in runs)
    return sum(bool(state.ready) and not app.is_carried_out(workspace, state.run) for state in states)
