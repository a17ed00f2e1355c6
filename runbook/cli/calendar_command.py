"""`runbook calendar`: when the department is open, and the public holidays in it."""

from __future__ import annotations

import datetime
import difflib

import click

from runbook import app
from runbook.cli.options import echo, json_option, style, workspace
from runbook.errors import Misuse
from runbook.views import calendars, machine


@click.group(
    name="calendar",
    help="The calendars that service levels are counted by: look at one, and write public holidays into it.",
    epilog="""\b
Examples:
  runbook calendar show office
  runbook calendar show office --week
  runbook calendar sync DE-BY 2026..2028
""",
)
def command() -> None:
    """The calendars of the department."""


@command.command(
    name="show",
    epilog="""\b
Examples:
  runbook calendar show office
  runbook calendar show office --week
  runbook calendar show office --week --from 2026-03-30 --json
""",
    help="Show a calendar: its hours, and the days that differ. With --week, the seven days from today on, with what "
    "is counted of each, and why not more.",
)
@click.argument("calendar")
@click.option("as_week", "--week", is_flag=True, help="Seven days, one by one.")
@click.option("first", "--from", metavar="DAY", default="", help="The first of these days (2026-03-30); today.")
@json_option
@workspace
def show(calendar: str, as_week: bool, first: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show a calendar."""
    found = app.calendar(workspace, calendar)
    day = _day(first or app.now()[:10])
    if as_json:
        echo(machine.pretty(calendars.week_as_json(found, day) if as_week or first else calendars.as_json(found)))
    elif as_week or first:
        echo(calendars.week(found, day, style()))
    else:
        echo(calendars.shown(found, day.isoformat(), style()))


@command.command(
    name="sync",
    epilog="""\b
Examples:
  runbook calendar sync DE-BY 2026..2028
  runbook calendar sync US-NY 2027 --calendar new-york --dry-run
""",
    help="Write the public holidays of a country (DE), or of a part of it (DE-BY), into the file of a calendar, and "
    "show what changes. They are frozen there: what is counted never asks a library, and git shows how they changed. "
    "Days of other years stay as they are, as does everything that was written by hand.\n\n"
    "Needs the extra `holidays`.",
)
@click.argument("region")
@click.argument("years")
@click.option("--calendar", metavar="CALENDAR", default="office", show_default=True, help="The calendar.")
@click.option("--language", metavar="LANGUAGE", default="", help="The names in that language; the country's own.")
@click.option("--replace", is_flag=True, help="Take the place of the holidays of another region, in all years.")
@click.option("--dry-run", is_flag=True, help="Show what would change, and write nothing.")
@json_option
@workspace
def sync(
    region: str,
    years: str,
    calendar: str,
    language: str,
    replace: bool,
    dry_run: bool,
    as_json: bool,
    workspace: app.Workspace,
) -> None:
    """Write public holidays into a calendar."""
    synced = app.sync_holidays(workspace, calendar, region, years, replace, language)
    changed = synced.before != synced.after
    if changed and not dry_run:
        app.write_synced(synced)
    if as_json:
        told = {"calendar": calendar, "region": region, "days": synced.days, "library": f"holidays {synced.version}"}
        echo(machine.line({**told, "changed": changed, "written": changed and not dry_run}))
        return
    name = f"operations/calendars/{calendar}.yaml"
    before, after = synced.before.splitlines(), synced.after.splitlines()
    echo(difflib.unified_diff(before, after, name, name, lineterm=""))
    done = "as it was" if not changed else "would change" if dry_run else "written"
    echo(f"{name}: {synced.days} public holidays of {region}, {done}")


def _day(text: str) -> datetime.date:
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        raise Misuse(f"`{text}` is no day", "write it like 2026-03-30") from None
    if not 1901 <= day.year <= 9000:
        raise Misuse(f"`{text}` is too far away", "use a day between 1901 and 9000")
    return day
