"""What commands share that say something to a run: have it recorded, then say how the run goes on."""

from __future__ import annotations

from collections.abc import Sequence

from runbook import app
from runbook.cli.options import echo, style
from runbook.errors import Misuse
from runbook.outcome import Json
from runbook.run.commands import Answer, Command, Work
from runbook.run.events import Recorded
from runbook.views import machine, terminal


def reply(workspace: app.Workspace, run: str, answer: Answer, as_json: bool) -> None:
    """Record a person's reply and print where the run stands."""
    run = app.resolve(workspace, run)
    tell(workspace, run, app.answer(workspace, run, answer), as_json)


def say(workspace: app.Workspace, run: str, command: Command, as_json: bool, elsewhere: str = "") -> None:
    """Record what somebody says to a run and print where it stands; `elsewhere`: what its holder makes of it."""
    run = app.resolve(workspace, run)
    tell(workspace, run, app.say(workspace, run, command), as_json, elsewhere)


def take(workspace: app.Workspace, run: str, command: Work, as_json: bool) -> None:
    """Record who takes a step on, or how it stands with them, and print where the run stands."""
    run = app.resolve(workspace, run)
    tell(workspace, run, app.work(workspace, run, command), as_json)


def tell(workspace: app.Workspace, run: str, events: Sequence[Recorded], as_json: bool, elsewhere: str = "") -> None:
    """Print what has just happened in a run, and how it goes on."""
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.status(state)))
        return
    for recorded in events:
        echo(terminal.happened(recorded, state, style()))
    if not events:
        echo("This was said before; nothing was changed.")
    elif state.ended:
        echo(terminal.ending(state, style()))
    elif not app.is_carried_out(workspace, run):
        echo(f"Go on with: runbook resume {run}")
    elif elsewhere:
        echo(elsewhere)


def given_fields(pairs: tuple[str, ...]) -> dict[str, Json]:
    """The fields of `-f name=value` options."""
    fields: dict[str, Json] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Misuse(f"`{pair}` is not NAME=VALUE", "write for example -f pressure=2.4")
        fields[name] = value
    return fields
