"""What `answer`, `approve` and `reject` share: record the reply, then say how the run goes on."""

from __future__ import annotations

from runbook import app
from runbook.cli.options import echo, style
from runbook.errors import Misuse
from runbook.outcome import Json
from runbook.run.commands import Answer
from runbook.views import machine, terminal


def reply(workspace: app.Workspace, run: str, answer: Answer, as_json: bool) -> None:
    """Record a person's reply and print where the run stands."""
    run = app.resolve(workspace, run)
    events = app.answer(workspace, run, answer)
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.status(state)))
        return
    for recorded in events:
        echo(terminal.happened(recorded, state, style()))
    if not events:
        echo("This was answered in the same way before; nothing was changed.")
    elif not state.ended and not app.is_carried_out(workspace, run):
        echo(f"Go on with: runbook resume {run}")


def given_fields(pairs: tuple[str, ...]) -> dict[str, Json]:
    """The fields of `-f name=value` options."""
    fields: dict[str, Json] = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals:
            raise Misuse(f"`{pair}` is not NAME=VALUE", "write for example -f pressure=2.4")
        fields[name] = value
    return fields
