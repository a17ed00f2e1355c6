"""`runbook new`: add a process to the project."""

from __future__ import annotations

from collections.abc import Iterator

import click

from runbook import app
from runbook.cli.arguments import complete_new
from runbook.cli.options import echo, json_option, workspace
from runbook.cli.questions import attended
from runbook.cli.written import told
from runbook.errors import Misuse
from runbook.views.machine import pretty
from runbook.views.starting import LISTED, TEMPLATES, as_title

_TEMPLATES = {"manual": "people do every step", "mixed": "the machine does it, or people by hand"}


@click.command(
    epilog="""\b
Examples:
  runbook new                                    # asks for everything
  runbook new servers/patch-server --owner platform
  runbook new backup/rotate-backups --listed     # only into the catalogue, no steps yet
  runbook new servers/patch-server --steps 'Take a snapshot' --steps 'Install the updates' --from-template mixed
""",
    help="Add a process to the project: a file that is valid at once, to be filled in. Its group is made when it is "
    "new.\n\nAt a terminal you are asked for what no option says.",
)
@click.argument("process", metavar="[GROUP/PROCESS]", required=False, shell_complete=complete_new)
@click.option("--title", metavar="TEXT", default="", help="What the process does, in a few words.")
@click.option("--owner", metavar="TEAM", default="", help="The team that answers for it; the group's when left out.")
@click.option("steps", "--steps", metavar="TITLE", multiple=True, help="A step; once for each, in order.")
@click.option(
    "--from-template",
    "template",
    type=click.Choice(TEMPLATES),
    default=None,
    help="manual: people do every step (so when left out); mixed: the machine does it, or people by hand.",
)
@click.option("--listed", is_flag=True, help="List it only: a title and an owner; its steps are written later.")
@json_option
@workspace
def command(
    process: str | None,
    title: str,
    owner: str,
    steps: tuple[str, ...],
    template: str | None,
    listed: bool,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Add a process to the project."""
    if process:
        app.check_new(workspace, process)
    for text in (*([title] if title else []), *steps):
        _plain(text)
    if listed and (steps or template):
        raise Misuse("a process that is only listed has no steps", "leave out --listed, or --steps and --from-template")
    template = LISTED if listed else template
    if attended(as_json):
        process, title, owner, steps, template = _asked(workspace, process, title, owner, steps, template)
    elif not process:
        raise Misuse("the process is not named", "write `runbook new GROUP/PROCESS`")
    files = app.new_process(workspace, process, title, owner, steps, template or TEMPLATES[0])
    if as_json:
        echo(pretty(files))
    else:
        run = f"runbook maturity {process}" if listed else f"runbook run {process}"
        commands = [f"runbook validate processes/{process}.yaml", f"runbook show {process}", run]
        echo(told(f"The process {process} was added:", files, commands))


def _asked(
    workspace: app.Workspace, process: str | None, title: str, owner: str, steps: tuple[str, ...], template: str | None
) -> tuple[str, str, str, tuple[str, ...], str]:
    """What the options say, and what the person here adds."""
    from runbook.cli.questions import choice, line

    def free(text: str) -> str:
        app.check_new(workspace, text)
        return text

    process = process or line("Group and name of the process, such as servers/patch-server", check=free)
    group, _, name = process.partition("/")
    usual = as_title(name) if template == LISTED else ""  # an inventory is quick: nothing is asked that need not be
    title = title or usual or line("What it does, in a few words", as_title(name), _plain)
    if not owner and not app.owned(workspace, group):
        owner = line(f"The team that owns the new group `{group}`")
    if not template:
        template = choice("Who does the steps", _TEMPLATES, TEMPLATES[0])
    if not steps and template != LISTED:
        steps = tuple(_asked_steps())
    return process, title, owner, steps, template


def _plain(text: str) -> str:
    """A title as it was given; `Misuse` when it can't be one."""
    if not text.strip():
        raise Misuse("a title is empty", "say it in a few words")
    if "{{" in text:
        raise Misuse(f"`{text}` is no title: nothing is filled in there", "say it in words")
    return text


def _asked_steps() -> Iterator[str]:
    from runbook.cli.questions import optional

    click.echo("The steps, one a line; an empty line ends them.")
    number = 1
    while title := optional(f"Step {number}", _plain):
        yield title
        number += 1
