"""People's time on a screen and for programs: weeks as they were, what is on everybody's plate, the plan of a week."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from runbook.operations.capacity import Capacity, Week
from runbook.operations.seconds import instant_of
from runbook.views.lines import columns, fitted
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.operations.capacity_report import CapacityReport, PastWeek
    from runbook.operations.load import Load
    from runbook.operations.plans import Proposal
    from runbook.operations.week_plan import WeekPlan
    from runbook.run.events import Recorded
    from runbook.views.style import Style


def weeks(report: CapacityReport, rules: Capacity, by_person: bool, style: Style) -> Iterator[str]:
    """The weeks, a line each, and what to commit to."""
    yield style.bold("week      planned  reactive  can work  days each     share  interrupted  plan")
    for week in (*report.weeks, report.current):
        yield _week(week, rules, style, unfinished=week is report.current)
        for person, each in week.people.items() if by_person else ():
            yield f"  {visible(person):<8}{_numbers(each, week.room[person], rules)}"
    yield ""
    yield from _on_call(report, rules)
    if report.commit is None:
        known = sum(week.planned for week in report.weeks)
        told = f"{known} week{'' if known == 1 else 's'} had a plan"
        yield f"{told}, and it takes {rules.fewest_weeks} to say what to commit to."
    else:
        kept = 100 - rules.commit_percentile
        yield f"Commit to {report.commit:.1f} days of planned work each: that was kept in {kept} % of the weeks."


def _on_call(report: CapacityReport, rules: Capacity) -> Iterator[str]:
    """What being on call is taken to take, and where that is known from."""
    if rules.oncall_drag is not None:
        told = f"; {report.drag} % were measured" if report.drag is not None else ""
        yield f"Being on call takes {report.taken} % of the hours in it, by `oncall_drag`{told}."
    elif report.drag is not None:
        yield f"Being on call takes {report.drag} % of the hours in it, as measured."


def _week(week: PastWeek, rules: Capacity, style: Style, unfinished: bool) -> str:
    whole = week.whole
    plan = f"{whole.completed} of {whole.committed}" if week.planned else "none"
    met = whole.met(rules)
    verdict = "so far" if unfinished else style.paint("met" if met else "missed", "32" if met else "31")
    return f"{week.name}{_numbers(whole, sum(week.room.values(), Fraction()), rules)}  {plan:<8} {verdict}"


def _numbers(week: Week, room: Fraction, rules: Capacity) -> str:
    planned, reactive, all = (f"{float(each / 3600):.1f} h" for each in (week.planned, week.reactive, room))
    share = f"{week.reactive_share * 100:.0f} %"
    return f"  {planned:>7}  {reactive:>8}  {all:>8}  {week.days(rules):>9.1f}  {share:>8}  {week.interruptions:>11}"


def weeks_as_json(report: CapacityReport, rules: Capacity) -> dict[str, Any]:
    """The weeks for programs."""
    return {
        "target_days": rules.target_days,
        "commit_days": report.commit,
        "oncall_drag_percent": report.drag,
        "oncall_drag_used_percent": report.taken,
        "weeks": [_week_as_json(week, rules) for week in report.weeks],
        "current": _week_as_json(report.current, rules),
    }


def _week_as_json(week: PastWeek, rules: Capacity) -> dict[str, Any]:
    return {
        "week": week.name,
        "from": instant_of(week.span[0]),
        **_as_json(week.whole, sum(week.room.values(), Fraction()), rules),
        "people_counted": week.whole.people,
        "planned": week.planned,
        "committed": week.whole.committed,
        "completed": week.whole.completed,
        "met": week.whole.met(rules),
        "people": {person: _as_json(each, week.room[person], rules) for person, each in week.people.items()},
    }


def _as_json(week: Week, room: Fraction, rules: Capacity) -> dict[str, Any]:
    return {
        "capacity_hours": round(float(room / 3600), 2),
        "planned_hours": round(float(week.planned / 3600), 2),
        "reactive_hours": round(float(week.reactive / 3600), 2),
        "planned_days": round(week.days(rules), 2),
        "reactive_share": round(week.reactive_share, 4),
        "interruptions": week.interruptions,
    }


def loads(week: str, found: Sequence[Load], style: Style, width: int) -> Iterator[str]:
    """What everybody has on their plate, a line each."""
    room = max((columns(visible(each.person)) for each in found), default=0)
    yield style.bold(
        f"{week}: {'':<{max(0, room - len(week) - 2)}}work in progress, hours committed to, on call".rstrip()
    )
    for each in found:
        name = visible(each.person)
        wip = f"{each.wip}/{each.limit}" if each.limit else str(each.wip)
        wip = style.paint(wip, "31") if "wip" in each.over else wip
        hours = f"{each.committed:.1f} h of {each.capacity:.1f} h"
        hours = style.paint(hours, "31") if "hours" in each.over else hours
        words = [wip, hours]
        words += [f"on call now ({', '.join(each.on_call_now)})"] if each.on_call_now else []
        words += [f"on call {each.on_call:.0f} h in 4 weeks ({each.on_call_share * 100:.0f} %)"] if each.on_call else []
        words += ["away"] if each.away else []
        words += [style.paint("too much", "31")] if each.over else []
        line = f"{name}{' ' * (room - columns(name))}  {', '.join(words)}"
        yield from fitted(f"{line}: {' '.join(each.items)}" if each.items else line, width, room + 2)


def load_as_json(each: Load) -> dict[str, Any]:
    """One person's plate for programs."""
    return {
        "person": each.person,
        "wip": each.wip,
        "limit": each.limit or None,
        "items": list(each.items),
        "committed_hours": round(each.committed, 2),
        "capacity_hours": round(each.capacity, 2),
        "on_call_now": list(each.on_call_now),
        "on_call_hours": round(each.on_call, 2),
        "on_call_share": round(each.on_call_share, 4),
        "away": each.away,
        "over": list(each.over),
    }


def plan(told: WeekPlan, style: Style, width: int) -> Iterator[str]:
    """What fits into a week, or was committed to for it."""
    whose = f" of {told.team}" if told.team else ""
    why = "kept in earlier weeks" if told.learned else "the target, as too few weeks had a plan"
    yield style.bold(f"{told.week}{whose}: room for {told.room:.1f} days")
    yield from fitted(f"  {told.each:.1f} days each ({why}), {told.present:.1f} people", width)
    if told.plan is not None:
        yield f"  committed to {told.plan.days:g} days: {' '.join(told.plan.items)}"
    for each in told.proposals:
        sign = "+" if each.fits else "-"
        why_not = f"  [{each.why_not}]" if each.why_not else ""
        yield from fitted(
            f"  {sign} {each.item.id}  {each.item.priority}  {each.days:.1f} d  {visible(each.item.title)}{why_not}",
            width,
        )
    if not told.proposals:
        yield "  nothing is open"


def plan_as_json(told: WeekPlan) -> dict[str, Any]:
    """The same for programs."""
    return {
        "week": told.week,
        "team": told.team or None,
        "days_each": told.each,
        "learned": told.learned,
        "people": round(told.present, 2),
        "room_days": round(told.room, 2),
        "items": [_proposal(each) for each in told.proposals],
        "committed": {"items": list(told.plan.items), "days": told.plan.days} if told.plan else None,
    }


def _proposal(each: Proposal) -> dict[str, Any]:
    return {"item": each.item.id, "days": round(each.days, 2), "fits": each.fits, "why_not": each.why_not or None}


def committed(event: Recorded) -> str:
    """That a plan was committed to."""
    data = event.event.data
    return f"{data['week']}: committed to {data['days']:g} days: {' '.join(data['items'])}"
