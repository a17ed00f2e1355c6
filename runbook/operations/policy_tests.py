"""Tests of service levels: an item that nobody has opened, what happens to it, and what its clocks must say then.

Rule 1: they are judged by the same code as real items are; there is no second reckoning.
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from runbook.operations.agreements import target_of
from runbook.operations.clock import Clock
from runbook.operations.cycle import as_target
from runbook.operations.department import each_in
from runbook.operations.happened import FACTS
from runbook.operations.item_clocks import clocks_of
from runbook.operations.seconds import instant_of, seconds
from runbook.operations.waking import label
from runbook.run.events import Event, Recorded

if TYPE_CHECKING:
    from runbook.operations.terms import Terms
    from runbook.outcome import Json

HAPPENS: Mapping[str, str] = {
    "first_response": "FirstResponse",
    "update_sent": "UpdateSent",
    "owned": "ItemAssigned",
    "handed_over": "ItemHandedOver",
    "started": "ItemMoved",
    "classified": "ItemClassified",
    "waiting": "ItemWaiting",
    "resumed": "ItemResumed",
    "blocked": "ItemBlocked",
    "unblocked": "ItemUnblocked",
    "promised": "DueCommitted",
    "resolved": "ItemResolved",
    "reopened": "ItemReopened",
    "closed": "ItemClosed",
    "cancelled": "ItemCancelled",
}
"""What can happen in a test, each with the event that it stands for."""


@dataclass(frozen=True, slots=True)
class Difference:
    """What a clock should have said, and what it said."""

    name: str
    wanted: str
    got: str


@dataclass(frozen=True, slots=True)
class Tried:
    """One test with what was not as expected."""

    path: str
    number: int
    title: str
    differences: tuple[Difference, ...] = ()


def tests_of(data: Mapping[str, Json]) -> Iterator[tuple[str, int, Mapping[str, Any]]]:
    """The tests in the data of the files below `operations`: path, number in the file, and the test."""
    for id, tests in each_in(data, "tests/sla"):
        for number, test in enumerate(tests, 1):
            yield f"operations/tests/sla/{id}.yaml", number, test


def try_out(path: str, number: int, test: Mapping[str, Any], terms: Terms) -> Tried:
    """One test, tried."""
    events = list(events_of(test))
    now = _second(test["at"]) if "at" in test else max(seconds(each.at) for each in events)
    clocks = {label(clock): clock for clock in clocks_of(events, terms.policy, terms.calendars, now)}
    found = []
    for name, wanted in test["expect"].items():
        clock, _, what = name.rpartition(".")
        want, got = _both(wanted, clocks.get(clock), what)
        if want != got:
            found.append(Difference(name, want, got))
    given = test["given"]
    usual = f"{given.get('severity', given.get('priority', 'an item'))} opened {given['opened']}"
    return Tried(path, number, test.get("name", usual), tuple(found))


def events_of(test: Mapping[str, Any]) -> Iterator[Recorded]:
    """What happens in a test, as the events of an item."""
    given = test["given"]
    data = {"kind": "incident", "title": "a test", **{name: given[name] for name in FACTS if name in given}}
    yield Recorded(1, instant_of(_second(given["opened"])), "", Event("ItemOpened", data=data))
    for seq, each in enumerate(test.get("then", ()), 2):
        yield Recorded(seq, instant_of(_second(each["at"])), "", Event(HAPPENS[each["happens"]], data=_data(each)))


def _data(each: Mapping[str, Any]) -> dict[str, Any]:
    happens, reason = each["happens"], each.get("reason", "")
    data: dict[str, Any] = {name: each[name] for name in (*FACTS, "retarget") if name in each}
    if happens in ("waiting", "blocked"):
        data |= {"reason": reason, "party": each.get("party", "somebody")}
        data |= {"resume_by": instant_of(_second(each["until"]))} if "until" in each else {}
    if happens == "promised":
        data["due"] = instant_of(_second(each["until"]))
    if happens in ("owned", "handed_over"):
        data["to"] = f"team:{each['team']}" if "team" in each else "somebody"
    return {**data, "state": "active"} if happens == "started" else data


def _both(wanted: Any, clock: Clock | None, what: str) -> tuple[str, str]:
    """What was wanted and what came, in the same words; times in the zone that the wanted one has."""
    if clock is None:
        return _told(wanted), "no such clock"
    match what:
        case "state":
            return _told(wanted), clock.state.value
        case "breached" | "met":
            return _told(wanted), _told(getattr(clock, what))
        case "elapsed" | "remaining" | "over_by":
            sign = "-" if (got := getattr(clock, what)) < 0 else ""
            return _length(wanted), sign + as_target(abs(got))
    at = clock.due if what == "due" else clock.threshold(int(what.removesuffix("%")))
    if wanted is None or wanted == "none":
        return "none", "none" if at is None else instant_of(at)
    time = _time(str(wanted))
    return time.isoformat(), "none" if at is None else datetime.datetime.fromtimestamp(at, time.tzinfo).isoformat()


def _told(value: Any) -> str:
    return "none" if value is None else str(value).lower()


def _length(wanted: Any) -> str:
    text = str(wanted)
    sign, text = ("-", text[1:]) if text.startswith("-") else ("", text)
    return "0m" if text in ("0", "0m", "0h") else sign + as_target(target_of(text)[0])


def _time(text: str) -> datetime.datetime:
    time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)


def _second(text: str) -> int:
    return int(_time(text).timestamp() // 1)
