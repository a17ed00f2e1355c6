"""What commands share that say something to a run: have it recorded, then say how the run goes on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from runbook import app
from runbook.cli.options import echo, style
from runbook.errors import Misuse
from runbook.form import LONGEST_ANSWER
from runbook.outcome import Json
from runbook.run.commands import Answer, Command, Work
from runbook.run.events import Recorded
from runbook.views import machine, terminal


def reply(workspace: app.Workspace, run: str, answer: Answer, as_json: bool, goes_on: bool = False) -> None:
    """Record a person's reply and print where the run stands; `goes_on`: it is taken up here right after it."""
    run = app.resolve(workspace, run)
    tell(workspace, run, app.answer(workspace, run, answer), as_json, goes_on=goes_on)


def say(
    workspace: app.Workspace, run: str, said: Command | Sequence[Command], as_json: bool, elsewhere: str = ""
) -> None:
    """Record what somebody says to a run and print where it stands; `elsewhere`: what its holder makes of it."""
    run = app.resolve(workspace, run)
    commands = said if isinstance(said, Sequence) else (said,)
    tell(workspace, run, app.say(workspace, run, *commands), as_json, elsewhere)


def take(workspace: app.Workspace, run: str, command: Work, as_json: bool) -> None:
    """Record who takes a step on, or how it stands with them, and print where the run stands."""
    run = app.resolve(workspace, run)
    tell(workspace, run, app.work(workspace, run, command), as_json)


def tell(
    workspace: app.Workspace,
    run: str,
    events: Sequence[Recorded],
    as_json: bool,
    elsewhere: str = "",
    goes_on: bool = False,
) -> None:
    """Print what has just happened in a run, and how it goes on."""
    state = app.state(workspace, run)
    if as_json:
        echo(machine.line(machine.status(state, app.hidden_from_caller(workspace, state))))
        return
    for recorded in app.seen(workspace, state, events):
        echo(terminal.happened(recorded, state, style()))
    if not events:
        echo("This was said before; nothing was changed.")
    elif state.ended:
        echo(terminal.ending(state, style(), app.hidden_from_caller(workspace, state)))
    elif goes_on:
        return
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


def given_files(workspace: app.Workspace, run: str, step: str, given: Mapping[str, Json]) -> dict[str, Json]:
    """The same with the paths of files: a file of a form is written `-f photo=@gauge.jpg`, so that none is meant."""
    found = dict(given)
    for name in app.file_fields(workspace, run, step):
        if value := found.get(name):
            if not value.startswith("@"):
                raise Misuse(f"`{name}` is a file, and `{value}` is a text", f"write -f {name}=@{value}")
            found[name] = value[1:]
    return found


def pasted(path: str) -> str:
    """What a program wrote, from the file it was kept in; `Misuse` when that can't be read as text."""
    try:
        with Path(path).open("rb") as stream:
            content = stream.read(4 * LONGEST_ANSWER + 1)
        if len(content) > 4 * LONGEST_ANSWER:
            raise Misuse(f"{path} is too long to be pasted", "paste the part that matters, and attach the file")
        return content.decode("utf-8")
    except OSError as error:
        raise Misuse(f"{path} can't be read: {error.strerror}", "check the path") from None
    except UnicodeDecodeError:
        raise Misuse(f"{path} is not UTF-8 text", "attach it as a file, and paste the part that matters") from None
