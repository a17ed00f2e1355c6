"""`runbook diff`: what changed between two versions of a process, in words."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.options import echo, finish, json_option, style, workspace
from runbook.errors import Misuse


@click.command(
    epilog="""\b
Examples:
  runbook diff old.yaml processes/backup/restore-file.yaml
  runbook diff HEAD~1:processes/backup/restore-file.yaml processes/backup/restore-file.yaml
  runbook diff backup/restore-file --from v1.2
  runbook diff backup/restore-file --from v1.2 --to v1.3 --json
  runbook diff last                 # what the newest run goes by, against today's files
""",
    help="Tell what changed between two versions of a process, in words: steps that are new, gone or moved, and each "
    "field with both values. Gates that became weaker come first: an approval that fewer have to give, a check that is "
    "gone, a limit that is wider.\n\n"
    "BEFORE and AFTER are files, REV:PATH of git (the path from where you are), processes of the project, or runs, "
    "which mean the definition a run goes by. A run alone is compared with today's. Exit code 0; with --exit-code 1 "
    "when there is a difference.",
)
@click.argument("before", metavar="BEFORE")
@click.argument("after", metavar="[AFTER]", required=False)
@click.option("since", "--from", metavar="REV", default="", help="The process as it was in this revision of git.")
@click.option(
    "until", "--to", metavar="REV", default="", help="With --from: the revision to compare with; today's files."
)
@click.option("--exit-code", is_flag=True, help="End with 1 when there is a difference.")
@json_option
@workspace
def command(
    before: str, after: str | None, since: str, until: str, exit_code: bool, as_json: bool, workspace: app.Workspace
) -> None:
    """Tell what changed between two versions of a process."""
    from runbook.views import difference, machine

    one, other = _versions(workspace, before, after, since, until)
    found = [each for pair in app.pairs(one, other) for each in difference.of_pair(*pair)]
    if as_json:
        echo(machine.pretty(difference.as_json(one.name, other.name, found)))
    else:
        echo(difference.as_lines(one.name, other.name, found, style()))
    finish(1 if found and exit_code else 0)


def _versions(
    workspace: app.Workspace, before: str, after: str | None, since: str, until: str
) -> tuple[app.Version, app.Version]:
    if until and not since:
        raise Misuse("--to goes with --from", "name the older revision with --from")
    if since:
        if after:
            raise Misuse("--from compares one process with itself", "leave the second one out")
        newer = app.version(workspace, before, until) if until else app.today(workspace, before)
        return app.version(workspace, before, since), newer
    one = app.version(workspace, before)
    if after:
        return one, app.version(workspace, after)
    if not one.name.startswith("run "):
        raise Misuse(f"`{before}` is compared with nothing", "name a second version, or a revision with --from")
    return one, app.today(workspace, one.root)
