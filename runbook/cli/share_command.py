"""`runbook share`: let a group of people use one folder of runs."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, json_option, workspace
from runbook.views.machine import pretty
from runbook.views.visible import visible


@click.command(
    epilog="""\b
Examples:
  runbook share operations
  runbook --home /srv/runs share operations
  runbook --home /srv/runs --project /srv/backup share operations              # for one more project
  runbook --home /srv/runs share operations --no-longer-for /srv/backup
""",
    help="Share the folder of runs with a system group, by its name or number: every member, each with a login of "
    "their own, begins, answers and takes up runs in it. Nobody else can look into it.\n\n"
    "It is shared for the project at hand: runs of any other one, a member's own copy too, are neither begun in it nor "
    "migrated by it. Who owns the folder allows one more by sharing it once more from there.\n\n"
    "Members of the group can change what is in the folder, the journal too, as its owner could before: each event is "
    "chained to the one before it, which shows that. Drafts of answers stay with who types them.",
)
@click.argument("group", metavar="GROUP")
@click.option(
    "no_longer",
    "--no-longer-for",
    metavar="DIR",
    type=click.Path(path_type=Path),
    multiple=True,
    help="A project that no more runs are begun of; several of them.",
)
@json_option
@workspace
def command(group: str, no_longer: tuple[Path, ...], as_json: bool, workspace: app.Workspace) -> None:
    """Share the folder of runs."""
    shared = app.share(workspace, group, no_longer)
    if as_json:
        about = {"home": str(shared.home), "group": shared.group, "projects": list(shared.projects)}
        about["closed"] = [str(path) for path in shared.closed]
        echo(pretty(about))
        return
    echo(f"The runs in {visible(str(shared.home))} are shared with the group {visible(shared.group)}.")
    echo(f"They are those of the project in {', '.join(map(visible, shared.projects)) or 'no folder'}.")
    for path in shared.closed:
        echo(f"Its members can't get there yet: {visible(str(path))} is closed to them (`chmod +x` opens the way).")
