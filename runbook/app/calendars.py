"""Calendars: shown, and public holidays written into their files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from runbook.app.worklists import operations
from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from pathlib import Path

    from runbook.operations.calendar import Calendar


_OFFICE = "operations/calendars/office.yaml"


@dataclass(frozen=True, slots=True)
class Synced:
    """A calendar's file before and after public holidays were written into it."""

    path: Path
    before: str
    after: str
    days: int
    version: str
    """The version of the library that they come from."""


def calendars(workspace: Workspace) -> dict[str, Calendar]:
    """All calendars of the department, by id."""
    from runbook.operations.calendars import calendars_of

    return calendars_of(operations(workspace).data)


def calendar(workspace: Workspace, id: str) -> Calendar:
    """One calendar; `Misuse` when there is none of that id."""
    from runbook.diagnostics import suggestion

    known = calendars(workspace)
    if id not in known:
        raise Misuse(f"there is no calendar `{id}`", suggestion(id, known, f"use one of {', '.join(sorted(known))}"))
    return known[id]


def department_zone(workspace: Workspace) -> str:
    """The time zone in which the department reads its clocks: that of its office calendar, whatever else is written."""
    from runbook.engine.files import read_file
    from runbook.operations.calendars import calendars_of
    from runbook.reading.office import zone_in

    try:
        content = read_file(workspace.root, _OFFICE)
    except Misuse:  # items can be looked at from anywhere
        content = None
    if content is not None and (quickly := zone_in(content)):
        return quickly
    return calendars_of(operations(workspace, _OFFICE).data)["office"].timezone


def sync_holidays(workspace: Workspace, id: str, region: str, years: str, replace: bool, language: str) -> Synced:
    """The file of a calendar as it would be with the public holidays of these years; nothing is written."""
    from runbook.engine.definitions import read_bounded
    from runbook.engine.public_holidays import public_holidays
    from runbook.operations.frozen_holidays import merged, region_of, with_holidays, years_of

    wanted, (country, part) = years_of(years), region_of(region)
    given = operations(workspace).data.get(f"operations/calendars/{id}.yaml")
    path = workspace.root / "operations" / "calendars" / f"{id}.yaml"
    if given is None:
        raise Misuse(f"there is no file operations/calendars/{id}.yaml", "write the calendar first, with its hours")
    frozen = given.get("public_holidays", {})
    if frozen and frozen["region"] != region and not replace:
        message = f"the calendar `{id}` has the holidays of {frozen['region']}"
        raise Misuse(message, f"add --replace to have those of {region} instead, for all years")
    found, version = public_holidays(country, part, wanted, language)
    before = read_bounded(path).decode("utf-8")
    kept = {} if replace else frozen.get("days", {})
    after = with_holidays(before, region, merged(kept, found, wanted))
    _check(id, after)
    return Synced(path, before, after, len(found), version)


def write_synced(synced: Synced) -> None:
    """Put the text into the file, if nobody has changed it meanwhile."""
    from runbook.engine.definitions import replace_text

    replace_text(synced.path, synced.before.encode(), synced.after)


def _check(id: str, text: str) -> None:
    """Nothing when the file can still be read with the block at its end."""
    from runbook.diagnostics import Severity
    from runbook.reading.department import read_department

    path = f"operations/calendars/{id}.yaml"
    for each in read_department({path: text.encode()}).found:
        if each.severity is Severity.ERROR:
            message = f"holidays can't be added to {path}: line {each.place.line} would be wrong: {each.message}"
            raise Misuse(message, "write the file as a mapping with a field a line, without braces around it")
