"""How the department's work flows: measures, forecasts, people's time, and the plan of a week."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from runbook.app.rota import department_events, department_log
from runbook.app.workspace import Workspace
from runbook.errors import Misuse, Refused

if TYPE_CHECKING:
    from runbook.operations.board import Board
    from runbook.operations.capacity_report import CapacityReport
    from runbook.operations.flow_report import FlowReport
    from runbook.operations.item import Item
    from runbook.operations.load import Load
    from runbook.operations.oncall import Schedule
    from runbook.operations.projects import ProjectReport
    from runbook.operations.scene import Scene
    from runbook.operations.week_plan import WeekPlan
    from runbook.run.events import Recorded
    from runbook.views.forecast import Forecast

_DAY = 86400
_MOST_DAYS = 1100
_HISTORY = 400
"""Days after which an item that has ended says nothing about today."""


def scene(workspace: Workspace, team: str = "", days: int = _HISTORY) -> Scene:
    """The department, or one team of it, as it is now, with what has ended within so many days."""
    from runbook.app.worklists import operations
    from runbook.diagnostics import suggestion
    from runbook.operations.scene import scene_of
    from runbook.operations.seconds import seconds

    if not 0 < days <= _MOST_DAYS:
        raise Misuse(f"{days} days can't be looked back", f"ask for 1 to {_MOST_DAYS}")
    known = operations(workspace)
    teams = {*known.organisation.teams, *(team for each in known.organisation.people.values() for team in each.teams)}
    if team and team not in teams:
        raise Misuse(f"there is no team `{team}`", suggestion(team, teams, "see `operations/teams.yaml`"))
    now = seconds(workspace.clock())
    return scene_of(known, _items(workspace, now - days * _DAY), department_events(workspace), now, team)


def board_flow(workspace: Workspace, team: str = "", board: str = "", days: int = 90) -> FlowReport:
    """How the work of one board has flowed for so many days."""
    from runbook.operations.flow_report import flow_report
    from runbook.operations.local_time import midnights
    from runbook.operations.passages import touched

    found = scene(workspace, team, max(days, _HISTORY))
    chosen = _board(found, board)
    courses = found.on(chosen)
    bounds = midnights(found.now - (days - 1) * _DAY, found.now + 1, found.zone)
    times = touched(courses, found.all_hours(found.began(), found.now), found.now)
    return flow_report(chosen, found.zone, courses, bounds, found.now, times)


def forecast(
    workspace: Workspace, items: int | None, ahead: int | None, team: str = "", kind: str = "", days: int = 90
) -> Forecast:
    """In how many days so many items will be done, or how many in so many days.

    It is about all that are open when neither is said.
    """
    from runbook.operations.flow import throughput
    from runbook.operations.forecast import days_for, items_within, shift
    from runbook.operations.local_time import midnights
    from runbook.views.forecast import Forecast

    found = scene(workspace, team, days)
    courses = [each for each in found.courses if not kind or each.item.kind == kind]
    since = max(found.now - days * _DAY, min((each.item.opened_at for each in courses), default=found.now))
    bounds = midnights(since, found.now, found.zone)[:-1]
    samples = throughput([each.passage for each in courses], bounds)
    changed = shift(samples)
    warning = changed.text() if changed else ""
    if ahead is not None:
        return Forecast(None, ahead, items_within(ahead, samples, (50, 85, 95)), samples, found.now, warning)
    asked = sum(each.item.is_open for each in courses) if items is None else items
    return Forecast(asked, None, days_for(asked, samples), samples, found.now, warning)


def project(workspace: Workspace, id: str) -> ProjectReport:
    """How a small project stands, with what it has cost, and when it is likely to end."""
    from runbook.app.worklists import item
    from runbook.operations.flow import throughput
    from runbook.operations.local_time import midnights
    from runbook.operations.passages import touched
    from runbook.operations.projects import project_report

    wanted = item(workspace, id)
    found = scene(workspace)
    began = max(found.now - 90 * _DAY, found.began())
    bounds = midnights(began, found.now, found.zone)[:-1]
    samples = throughput([each.passage for each in found.courses], bounds) if len(bounds) > 1 else ()
    times = touched(found.courses, found.all_hours(found.began(), found.now), found.now)
    items = [each.item for each in found.courses]
    return project_report(wanted, items, times, found.rules.daily_hours, samples, found.now)


def capacity_weeks(workspace: Workspace, team: str = "", weeks: int = 12) -> CapacityReport:
    """The weeks of a team as they were, and how much to commit to."""
    return weeks_of(workspace, scene(workspace, team), weeks)


def weeks_of(workspace: Workspace, found: Scene, weeks: int = 12) -> CapacityReport:
    """The weeks of a scene as they were, and how much to commit to."""
    from runbook.app.worklists import operations
    from runbook.operations.capacity_report import capacity_report
    from runbook.operations.oncall import hours_of

    return capacity_report(found, _schedules(workspace, found), weeks, hours_of(operations(workspace).data))


def loads(workspace: Workspace, team: str = "", week: str = "") -> tuple[str, tuple[Load, ...]]:
    """A week by its name, and what everybody has on their plate in it."""
    from runbook.app.worklists import operations
    from runbook.operations import week_plan
    from runbook.operations.local_time import week_name
    from runbook.operations.oncall import hours_of

    found = scene(workspace, team)
    if not found.people:
        raise Misuse("nobody is described in this project", "describe people in `operations/people`")
    span = _week(found, week)
    hours = hours_of(operations(workspace).data)
    schedules, drag = _schedules(workspace, found), found.rules.oncall_drag
    if drag is None:  # nobody has said how much: what the weeks that were tell counts
        drag = weeks_of(workspace, found).taken if schedules else 0
    told = week_plan.loads(found, span, schedules, hours, drag)
    return week_name(span[0], found.zone), told


def plan_week(workspace: Workspace, team: str = "", week: str = "") -> WeekPlan:
    """What fits into a week, in the order in which it is to be done."""
    from runbook.operations.local_time import week_name
    from runbook.operations.week_plan import week_plan

    found = scene(workspace, team)
    span = _week(found, week)
    commit = weeks_of(workspace, found).commit
    return week_plan(found, _in_order(workspace, found), span, week_name(span[0], found.zone), commit)


def commit_week(workspace: Workspace, items: Sequence[str] = (), team: str = "", week: str = "") -> Recorded:
    """Commit to the plan of a week: to these items, or to all that fits."""
    from runbook.operations.plans import Plan, commit, plans_in

    proposed = plan_week(workspace, team, week)
    days = {each.item.id: each.days for each in proposed.proposals}
    chosen = tuple(dict.fromkeys(items)) or tuple(each.item.id for each in proposed.proposals if each.fits)
    if proposed.over:
        raise Refused(f"the week {proposed.week} is over", "plan this week, or the next one with `--week next`")
    plan = Plan(proposed.week, team, chosen, round(sum(days.get(item, 0.0) for item in chosen), 2))
    return department_log(workspace).record(lambda events, now: commit(plan, days, plans_in(events)))


def _in_order(workspace: Workspace, found: Scene) -> list[Item]:
    """The open items of a scene in the order in which they are to be done."""
    from runbook.app.boards import in_order
    from runbook.app.worklists import worklist
    from runbook.operations.flow import usual_cycles

    if not found.open_items():
        return []
    usual = usual_cycles((each.passage for each in found.courses), found.now)
    return [place.item for place in in_order(worklist(workspace), found.open_items(), found.now, usual.get)]


def _items(workspace: Workspace, since: int) -> list[Item]:
    """The open items, and all in which something has happened since then."""
    if workspace.existing_journal() is None:
        return []
    from runbook.operations.item import item_of
    from runbook.operations.seconds import instant_of

    streams = workspace.journal.streams
    found = dict(streams.open())
    found |= dict(streams.all(instant_of(since)))
    return [item_of(id, events) for id, events in found.items()]


def _board(found: Scene, id: str) -> Board:
    from runbook.diagnostics import suggestion

    if id and id not in found.boards:
        raise Misuse(f"there is no board `{id}`", suggestion(id, found.boards, f"use one of {', '.join(found.boards)}"))
    return found.board(id)


def _week(found: Scene, name: str) -> tuple[int, int]:
    """A week by its name: `2026-W14`, `this` or `next`."""
    from runbook.operations.local_time import week_named, week_of

    this = week_of(found.now, found.zone)
    if name in ("", "this"):
        return this
    return week_of(this[1], found.zone) if name == "next" else week_named(name, found.zone)


def _schedules(workspace: Workspace, found: Scene) -> list[Schedule]:
    from runbook.app.worklists import operations
    from runbook.operations.oncall import schedules_of
    from runbook.operations.rota import with_events

    return [with_events(each, found.events) for each in schedules_of(operations(workspace).data)]
