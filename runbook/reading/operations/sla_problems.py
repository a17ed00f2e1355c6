"""What can be wrong with service levels that have the right shape."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.errors import Misuse
from runbook.operations.agreements import target_of, words
from runbook.operations.calendars import calendars_of

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree
    from runbook.source import Path

UNKNOWN_CALENDAR = Problem(
    "RB312",
    "unknown-calendar",
    """\
A target, or a rung, is counted by a calendar that there is not.

    respond: {in: 4h, calendar: ofice}

Name a file of `operations/calendars`, or `always` or `office`, which are there without any.
""",
)
UNCLEAR_TARGET = Problem(
    "RB313",
    "unclear-target",
    """\
A target is written in days or weeks, which mean different things to different people: 24 hours, or a working day.

    resolve: {in: 3d, calendar: office}

Write counted hours (`24h`), or business days, which end with the last close of the day (`3bd`).
""",
)
PAUSED_DAYS = Problem(
    "RB314",
    "paused-business-days",
    """\
A target in business days belongs to a clock that pauses. Whole days can't be paused by the minute.

    clocks: {resolve: {start: opened, stop: resolved, pause_on: waiting_requester}}
    targets: {minor: {resolve: {in: 3bd, calendar: office}}}

Write the target in hours, or let the clock run through.
""",
)
OVERLAP = Problem(
    "RB315",
    "overlapping-agreements",
    """\
Two agreements of one type are for the same items, so it would hang on their order which one holds.

    - {id: default, type: sla, match: {kind: incident}, ...}
    - {id: gold, type: sla, match: {kind: incident, service: shop}, ...}

Let `match` tell them apart: give both the same word (`service`) with different values, or different types.
""",
)
LONG_HOURS = Problem(
    "RB316",
    "days-in-short-hours",
    """\
A target of whole days' hours is counted by a calendar that is open for a small part of the day. 72 hours on a calendar
from nine to five are nine working days: what is opened on a Friday evening is due two weeks later.

    moderate: {resolve: {in: 72h, calendar: office}}

Count it by `calendar: always` if three days are meant, or write business days: `in: 3bd`.
""",
    Severity.ADVICE,
)
NO_EXAMPLES = Problem(
    "RB317",
    "severity-without-examples",
    """\
A severity has no examples, so everybody decides for themselves what it means.

    severities: {critical: {priority: P1}}

Write two or three: `examples: ["server down", "nobody can log in"]`. Whoever opens an item sees them.
""",
    Severity.WARNING,
)
UNKNOWN_WORD = Problem(
    "RB318",
    "unknown-in-agreement",
    """\
An agreement has targets for a severity or a clock that there is not, or two agreements are called the same.

    targets: {kritical: {resolve: {in: 24h}}}

Write the word as it stands under `severities`, or under `clocks`.
""",
)
NO_TARGET = Problem(
    "RB319",
    "severity-without-target",
    """\
An agreement says nothing for a severity that its items can have: they would have no clock at all.

    severities: {critical: {...}, minor: {...}}
    agreements: [{id: default, targets: {critical: {...}}}]

Write its targets, or limit the agreement with `match: {severity: [critical]}`.
""",
    Severity.WARNING,
)

_MOST_WEEKS = 522
"""Weeks that a target may take at most: ten years."""

PROBLEMS = (
    UNKNOWN_CALENDAR,
    UNCLEAR_TARGET,
    PAUSED_DAYS,
    OVERLAP,
    LONG_HOURS,
    NO_EXAMPLES,
    UNKNOWN_WORD,
    NO_TARGET,
)


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with the policy, given the calendars there are."""
    given: Mapping[str, Any] = tree.data
    severities: Mapping[str, Any] = given["severities"]
    for id, severity in severities.items():
        if not (severity or {}).get("examples"):
            help = "write two or three under `examples`"
            yield found(
                NO_EXAMPLES, f"the severity `{id}` has no examples", help, tree.place(("severities", id), key=True)
            )
    if (default := given.get("default_severity")) is not None:
        yield from _known(tree, ("default_severity",), "severity", default, severities)
    calendars = calendars_of(sound_calendars(data))
    written = {*calendars, *(_id(path) for path in data if path.startswith("operations/calendars/"))}
    for place, agreement in enumerate(given["agreements"]):
        yield from _agreement(tree, ("agreements", place), agreement, severities, calendars, written)
    yield from _together(tree, given["agreements"])


def sound_calendars(data: Mapping[str, Json]) -> dict[str, Json]:
    """The data without the calendars whose zone there is not, which are told of elsewhere."""
    from runbook.operations.zones import is_zone

    return {
        path: each
        for path, each in data.items()
        if not path.startswith("operations/calendars/") or is_zone(each["timezone"])
    }


def time_problem(tree: Tree, path: Path, text: str, whole_days: bool = True) -> Iterator[Diagnostic]:
    """What is wrong with a target's text; `whole_days` are business days, where they may stand."""
    try:
        seconds, days = target_of(text)
        if not seconds and not (days and whole_days):
            raise Misuse("it is no time at all", "write for example `4h`")
    except Misuse as error:
        unclear = re.fullmatch(r"[0-9]+\s*([dw]|days?|weeks?)", text)
        message = f"`{text[:40]}` could mean hours or working days" if unclear else f"`{text[:40]}` is not a target"
        help = "write counted hours (`72h`) or business days (`3bd`)" if unclear else error.help
        yield found(UNCLEAR_TARGET, message, help, tree.place(path))


def _agreement(
    tree: Tree,
    at: Path,
    agreement: Mapping[str, Any],
    severities: Mapping[str, Any],
    calendars: Mapping[str, Calendar],
    written: set[str],
) -> Iterator[Diagnostic]:
    matched = words(agreement.get("match", {}).get("severity", tuple(severities)))
    for severity in matched:
        if severity in severities and severity not in agreement["targets"]:
            message = f"`{agreement['id']}` has no targets for the severity `{severity}`"
            help = "write them, or limit the agreement with `match`"
            yield found(NO_TARGET, message, help, tree.place((*at, "targets"), key=True))
    if "restate_floor" in agreement:
        yield from time_problem(tree, (*at, "restate_floor"), agreement["restate_floor"], whole_days=False)
    if "within" in agreement.get("reopen", {}):
        yield from time_problem(tree, (*at, "reopen", "within"), agreement["reopen"]["within"])
    for severity, targets in agreement["targets"].items():
        yield from _known(tree, (*at, "targets", severity), "severity", severity, severities, key=True)
        for clock, target in targets.items():
            path = (*at, "targets", severity, clock)
            yield from _known(tree, path, "clock", clock, agreement["clocks"], key=True)
            yield from _target(tree, path, severity, clock, target, calendars, written)
            pauses = agreement["clocks"].get(clock, {}).get("pause_on")
            if pauses and target["in"].endswith("bd"):
                message = f"`{clock}` pauses, and its target for `{severity}` is in business days"
                help = "write the target in hours, or leave `pause_on` out"
                yield found(PAUSED_DAYS, message, help, tree.place((*path, "in")))


def _target(
    tree: Tree,
    path: Path,
    severity: str,
    clock: str,
    target: Mapping[str, Any],
    calendars: Mapping[str, Calendar],
    written: set[str],
) -> Iterator[Diagnostic]:
    problems = list(time_problem(tree, (*path, "in"), target["in"]))
    yield from problems
    name = target.get("calendar", "always")
    if name not in written:
        help = suggestion(name, written, f"write it as operations/calendars/{name}.yaml")
        yield found(UNKNOWN_CALENDAR, f"there is no calendar `{name}`", help, tree.place((*path, "calendar")))
    calendar = calendars.get(name)
    if problems or calendar is None:
        return
    seconds, _ = target_of(target["in"])
    week = calendar.counts_per_week()
    if week and seconds > week * _MOST_WEEKS:
        message = f"`{target['in']}` of `{name}` would take more than ten years"
        yield found(UNCLEAR_TARGET, message, "write a shorter target", tree.place((*path, "in")))
    if seconds and seconds % 86400 == 0 and 0 < week <= 84 * 3600:
        opened = sum(1 for day in calendar.weekly if day)
        days = seconds * opened / week
        message = f"`{target['in']}` of `{name}` are {days:g} working days, not {seconds // 86400}"
        help = f"count `{clock}` by `always` if {seconds // 3600} hours on the clock are meant, or write `Nbd`"
        yield found(LONG_HOURS, message, help, tree.place((*path, "in")))


def _together(tree: Tree, agreements: list[Mapping[str, Any]]) -> Iterator[Diagnostic]:
    for (_, one), (at, other) in combinations(enumerate(agreements), 2):
        if one["id"] == other["id"]:
            message = f"two agreements are called `{one['id']}`"
            yield found(UNKNOWN_WORD, message, "give one of them another id", tree.place(("agreements", at, "id")))
        elif one.get("type", "sla") == other.get("type", "sla") and _overlap(one, other):
            message = f"`{one['id']}` and `{other['id']}` are for the same items"
            help = "let a word of `match` have different values in each"
            yield found(OVERLAP, message, help, tree.place(("agreements", at, "id")))


def _overlap(one: Mapping[str, Any], other: Mapping[str, Any]) -> bool:
    """True when an item can fit both: no word that both ask for tells them apart."""
    left, right = one.get("match", {}), other.get("match", {})
    return all({*words(left[name])} & {*words(right[name])} for name in left.keys() & right.keys())


def _known(
    tree: Tree, path: Path, what: str, name: str, known: Mapping[str, Any], key: bool = False
) -> Iterator[Diagnostic]:
    if name not in known:
        help = suggestion(name, known, f"use one of {', '.join(known)}")
        yield found(UNKNOWN_WORD, f"there is no {what} `{name}`", help, tree.place(path, key=key))


def _id(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml")
