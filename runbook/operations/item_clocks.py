"""The clocks of a work item: its events turned into marks by what has been agreed, and the marks into clocks.

Rule 10: a change of what an item is restates its clocks, restarts or keeps them, as the event or the agreement says.
Rule 15: the clocks of all types of agreement run side by side; the smallest due date governs the item.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from runbook.operations.agreements import TYPES, Agreement, ClockRule, Policy
from runbook.operations.clock import Clock, Mark, What, run_clock
from runbook.operations.cycle import Goal
from runbook.operations.happened import Moment, Standstill, moments_of, second_of
from runbook.operations.terms import Earlier, Terms, unknown

if TYPE_CHECKING:
    from runbook.operations.calendar import Calendar
    from runbook.run.events import Recorded

_DATED = ("ItemOpened", "DueCommitted")
"""The events that may commit to a date."""

T = TypeVar("T")

RESPOND, RESOLVE, UPDATE = "respond", "resolve", "update"
"""The clocks with a meaning of their own."""


class Timeline(NamedTuple):
    """All that concerns one clock of an item."""

    type: str
    name: str
    agreement: Agreement | None
    """The one that holds at the end."""
    marks: tuple[Mark, ...]
    escalates: bool


class _Basis(NamedTuple):
    """What a clock is judged by from one moment on."""

    terms: Terms
    agreement: Agreement | None
    severity: str

    def rule(self, clock: str) -> ClockRule | None:
        return self.agreement.clocks.get(clock) if self.agreement else None

    def goal(self, clock: str) -> Goal | None:
        return self.terms.goal(self.agreement, self.severity, clock)


def clocks_of(
    events: Sequence[Recorded],
    policy: Policy,
    calendars: Mapping[str, Calendar],
    now: int,
    earlier: Earlier = unknown,
) -> tuple[Clock, ...]:
    """All clocks of an item that have ever started, at an instant.

    `policy` and `calendars` are those it is judged by now; `earlier` knows those it was judged by before.
    """
    return clocks_at(moments_of(events), Terms(policy, calendars), now, earlier)


def clocks_at(moments: Sequence[Moment], terms: Terms, now: int, earlier: Earlier = unknown) -> tuple[Clock, ...]:
    """All clocks that have ever started, by what has happened to an item, at an instant."""
    found: dict[tuple[str, str], Clock] = {}
    timelines = timelines_of(moments, terms, earlier)
    for line in sorted(timelines, key=lambda line: line.name == UPDATE):
        not_before = answered_at = None
        if line.name == UPDATE and (respond := found.get((line.type, RESPOND))):
            first = respond.cycles[0]
            not_before, answered_at = first.due() or respond.if_resumed, first.ended_at
        clock = run_clock(
            line.name,
            line.marks,
            now,
            type=line.type,
            agreement=line.agreement.id if line.agreement else "",
            warn_at=line.agreement.warn_at if line.agreement else (),
            escalates=line.escalates,
            not_before=not_before,
            answered_at=answered_at,
        )
        if any(cycle.goal for cycle in clock.cycles):
            found[line.type, line.name] = clock
    return tuple(found[line.type, line.name] for line in timelines if (line.type, line.name) in found)


def governing(clocks: Iterable[Clock]) -> Clock | None:
    """The clock that is due first; one that is paused only when none runs. None when all have stopped."""
    return first_due(clocks)[0]


def first_due(clocks: Iterable[Clock]) -> tuple[Clock | None, int | None]:
    """The clock that governs an item, and by when it must stop."""
    open = [clock for clock in clocks if clock.open and clock.goal]
    running = [(due, at, clock) for at, clock in enumerate(open) if (due := clock.due) is not None]
    if running:
        due, _, clock = min(running)
        return clock, due
    return next(iter(open), None), None


def timelines_of(moments: Sequence[Moment], terms: Terms, earlier: Earlier = unknown) -> tuple[Timeline, ...]:
    """What has happened to an item, clock by clock."""
    if not moments:
        return ()
    found = []
    held = _held(moments, terms, earlier)
    agreed = {type for each in _changing(held) for type in each.policy.types}
    for type in (each for each in TYPES if each in agreed):
        bases, changes = _bases(type, moments, held)
        distinct = _changing(bases)
        names = dict.fromkeys(name for basis in distinct if basis.agreement for name in basis.agreement.clocks)
        for name in names:
            marks = tuple(_marks(type, name, moments, bases, changes))
            last = next((each.agreement for each in reversed(distinct) if each.rule(name)), None)
            found.append(Timeline(type, name, last, marks, _escalates(last, moments[0].at)))
    return tuple(found)


def _changing(values: Sequence[T]) -> list[T]:
    """What holds at one moment after the other, without what held before as well."""
    return [value for value, before in zip(values, (None, *values), strict=False) if value is not before]


def _escalates(agreement: Agreement | None, opened: int) -> bool:
    return agreement is None or opened >= (second_of(agreement.effective_from) or 0)


def _held(moments: Sequence[Moment], terms: Terms, earlier: Earlier) -> list[Terms]:
    """The terms that hold at each moment."""
    named = [(at, str(each.data["policies"])) for at, each in enumerate(moments) if each.data.get("policies")]
    held = [terms] * len(moments)
    for (at, hash), (until, _) in pairwise(named):
        held[at:until] = [earlier(hash) or terms] * (until - at)
    return held


def _bases(type: str, moments: Sequence[Moment], held: Sequence[Terms]) -> tuple[list[_Basis], Mapping[int, str]]:
    """What holds at each moment, and at which of them it changed, and how."""
    bases: list[_Basis] = []
    changes: dict[int, str] = {}
    before: tuple[Terms, Mapping[str, str]] | None = None
    for at, (moment, terms) in enumerate(zip(moments, held, strict=True)):
        if before is not None and before[0] is terms and before[1] is moment.facts:
            bases.append(bases[-1])
            continue
        before = terms, moment.facts
        new = _Basis(terms, terms.policy.agreement(type, moment.facts), terms.policy.severity(moment.facts))
        if bases and new != bases[-1]:
            mode = _mode(type, moment, bases[-1], new)
            if mode == "keep":
                new = bases[-1]
            else:
                changes[at] = mode
        bases.append(new)
    return bases, changes


def _mode(type: str, moment: Moment, before: _Basis, after: _Basis) -> str:
    if moment.event == "PolicyRestated" or before.agreement is None or after.agreement is None:
        return "restate"
    if type == "ola" and before.agreement.id != after.agreement.id:
        return "restart"
    return str(moment.data.get("retarget") or after.agreement.on_retarget)


def _marks(
    type: str, name: str, moments: Sequence[Moment], bases: Sequence[_Basis], changes: Mapping[int, str]
) -> list[Mark]:
    """The marks of one clock, in the order of the moments."""
    marks: list[Mark] = []
    seen = _Seen()
    still: Sequence[Standstill] = ()
    rules = _rules(type, name, bases, changes)
    may_commit = name == RESOLVE and type == "sla"
    for at, (moment, rule) in enumerate(zip(moments, rules, strict=True)):
        heard = rule is not None and not moment.words.isdisjoint(rule.heard)
        if not heard and moment.still is still and at not in changes and not (may_commit and moment.event in _DATED):
            continue  # a note, a move between columns: nothing that this clock is about
        still, basis, received = moment.still, bases[at], False
        if at in changes:
            received = type == "ola" and bases[at - 1].agreement != basis.agreement
            if basis.rule(name) is None and bases[at - 1].rule(name):
                marks.append(Mark(moment.at, What.STOP if type == "ola" else What.CANCEL, moment.seq * 2))
                seen = _Seen()
            elif basis.agreement:
                floor = basis.agreement.restate_floor
                marks.append(Mark(moment.at, What.RETARGET, moment.seq * 2, basis.goal(name), changes[at], floor))
        if rule is None:
            continue
        if heard or received:
            marks += _by_words(moment, rule, basis, seen, received)
        if still or seen.paused:
            marks += _pausing(moment, rule, seen)
        if may_commit and (due := _committed(moment)):
            marks.append(Mark(moment.at, What.COMMIT, moment.seq * 2, due=due))
    return marks


def _rules(type: str, name: str, bases: Sequence[_Basis], changes: Mapping[int, str]) -> list[ClockRule | None]:
    """The rule that judges each moment: what is restated is judged by the new one from the beginning of its cycle."""
    rules: list[ClockRule | None] = []
    for _, same in groupby(bases, id):
        run = list(same)
        rules += [run[0].rule(name)] * len(run)
    if not changes:
        return rules
    begun = 0
    for at, mode in sorted(changes.items()):
        if mode == "restart" or rules[at] is None or (type == "ola" and rules[at - 1] is None):
            begun = at
        else:
            rules[begun:at] = [rules[at]] * (at - begun)
    return rules


@dataclass(slots=True)
class _Seen:
    """What has been said of a clock so far."""

    under_way: bool = False
    paused: bool = False
    resolved: bool = False
    """True when it was the end of the work that stopped it, so that a reopening starts it again."""


def _by_words(moment: Moment, rule: ClockRule, basis: _Basis, seen: _Seen, received: bool) -> list[Mark]:
    """The marks by what is said of the item."""
    words, at, seq = moment.words, moment.at, moment.seq * 2
    marks: list[Mark] = []
    if "cancelled" in words:
        seen.under_way = False
        marks.append(Mark(at, What.CANCEL, seq))
    if seen.under_way:
        ends = "closed" in words or ("resolved" in words and "closed" not in rule.stop)
        if ends or not words.isdisjoint(rule.stop):
            seen.under_way, seen.paused = False, False
            seen.resolved = ends and words.isdisjoint({*rule.stop} - {"resolved", "closed"})
            marks.append(Mark(at, What.STOP, seq))
    if not words.isdisjoint(rule.restart_on):
        marks.append(Mark(at, What.RESTART, seq, basis.goal(rule.name)))
    if received or not words.isdisjoint(rule.start):
        seen.under_way, seen.paused = True, False
        why = words.intersection(rule.start)
        reason = ", ".join(sorted(why)) if len(why) != 1 else next(iter(why))
        marks.append(Mark(at, What.START, seq, basis.goal(rule.name), reason=reason))
    if "reopened" in words and seen.resolved and not seen.under_way:
        seen.under_way, seen.paused = True, False
        mode = basis.agreement.reopen.mode if basis.agreement else "continue"
        reason = str(moment.data.get("reason", ""))
        marks.append(Mark(at, What.REOPEN, seq, basis.goal(rule.name), mode, reason=reason))
    return marks


def _pausing(moment: Moment, rule: ClockRule, seen: _Seen) -> list[Mark]:
    """A mark after those of the same event when the item begins or ceases to stand still."""
    why = next((each for each in moment.still if not each.names.isdisjoint(rule.pause_on)), None)
    if (why is not None) == seen.paused:
        return []
    seen.paused = why is not None
    what = What.PAUSE if why else What.RESUME
    reason = f"{why.sort}_{why.reason}" if why else ""
    return [Mark(moment.at, what, moment.seq * 2 + 1, reason=reason, party=why.party if why else "")]


def _committed(moment: Moment) -> int | None:
    return second_of(moment.data.get("due")) if moment.event in _DATED else None
