"""The files `operations/tests/sla/NAME.yaml`: items that nobody has opened, and what their clocks must say."""

from __future__ import annotations

import datetime
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.errors import Misuse
from runbook.operations.agreements import target_of
from runbook.operations.forms import EXPECTED, INSTANT
from runbook.operations.happened import FACTS
from runbook.operations.policy_tests import HAPPENS
from runbook.reading.operations.document import Document
from runbook.reading.schema_words import Schema, choice, closed, list_of, named, text, text_like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

BAD_TEST = Problem(
    "RB324",
    "bad-sla-test",
    """\
A test of service levels says what can't be: a time that is none, an event before the item was opened, a wait without
an end, or an expectation that no clock can meet.

    - {given: {severity: moderate, opened: "2026-02-30T18:00+01:00"}, expect: {resolve.due: soon}}

Write times with their zone (`2026-03-27T18:00+01:00`), durations as `3h` or `2h59m`, and `true` or `false`.
""",
)
_STATES = ("idle", "running", "paused", "stopped", "cancelled")


def schema() -> Schema:
    """The schema of such a file."""
    facts = {name: text(f"The {name} of the item.") for name in FACTS}
    time = text_like(INSTANT, "When, with its zone.")
    given = {**facts, "opened": {**time, "description": "When it was opened, with its zone."}}
    happening = {
        **facts,
        "at": time,
        "happens": choice(HAPPENS, "What happens."),
        "reason": text("Why it waits or is blocked, such as `requester`."),
        "party": text("Who has to act."),
        "until": {**time, "description": "When a wait ends at the latest, or what date was promised."},
        "retarget": choice(("restate", "restart", "keep"), "What `classified` does to the clocks."),
    }
    value = {
        "type": ["string", "boolean", "number", "null"],
        "description": "A time, a duration such as `3h`, a state, true or false.",
    }
    test = {
        "name": text("What it is about."),
        "given": closed(given, "The item.", ("opened",)),
        "then": list_of(closed(happening, "One event.", ("at", "happens")), "What happens to it, in order."),
        "at": {**time, "description": "When the clocks are looked at; right after the last event when left out."},
        "expect": named(EXPECTED, value, "What the clocks must say: `resolve.due`, `resolve.80%`, `respond.state`."),
    }
    items = list_of(closed(test, "One test.", ("given", "expect")), "The tests.")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Tests of service levels", **items}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with tests of the right shape."""
    for place, test in enumerate(tree.data):
        yield from _times(tree, place, test)
        for number, each in enumerate(test.get("then", ())):
            at = (place, "then", number)
            if each["happens"] in ("waiting", "promised") and "until" not in each:
                message = f"`{each['happens']}` has no end"
                yield found(BAD_TEST, message, "add `until`", tree.place(at))
            if each["happens"] in ("waiting", "blocked") and "reason" not in each:
                yield found(BAD_TEST, f"`{each['happens']}` has no reason", "add `reason`", tree.place(at))
        for name, wanted in test["expect"].items():
            if why := _impossible(name, wanted):
                yield found(BAD_TEST, why, "see `runbook explain RB324`", tree.place((place, "expect", name)))


def _times(tree: Tree, place: int, test: Mapping[str, Any]) -> Iterator[Diagnostic]:
    times: list[tuple[tuple[str | int, ...], str]] = [((place, "given", "opened"), test["given"]["opened"])]
    for number, each in enumerate(test.get("then", ())):
        times += [((place, "then", number, name), each[name]) for name in ("at", "until") if name in each]
    times += [((place, "at"), test["at"])] if "at" in test else []
    opened: datetime.datetime | None = None
    for path, written in times:
        time = _time(written)
        if time is None:
            yield found(BAD_TEST, f"there is no time `{written}`", "write a day that there is", tree.place(path))
        elif opened is not None and time < opened:
            message = f"{written} is before the item was opened"
            yield found(BAD_TEST, message, "write a later time", tree.place(path))
        opened = opened or time


def _impossible(name: str, wanted: Any) -> str:
    """Why no clock can say that; empty when one can."""
    what = name.rpartition(".")[2]
    if what == "state":
        return "" if wanted in _STATES else f"`{wanted}` is no state of a clock, which are {', '.join(_STATES)}"
    if what in ("breached", "met"):
        return "" if wanted in (True, False, None) else f"`{name}` is true or false"
    if what in ("elapsed", "remaining", "over_by"):
        try:
            target_of("0m" if wanted in (0, "0") else str(wanted).removeprefix("-"))
        except Misuse:
            return f"`{wanted}` is no duration such as `3h` or `2h59m`"
        return ""
    return "" if wanted in (None, "none") or _time(str(wanted)) is not None else f"`{wanted}` is no time"


def _time(text: str) -> datetime.datetime | None:
    try:
        time = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=datetime.UTC)


DOCUMENT = Document(
    name="sla-tests",
    pattern=r"operations/tests/sla/[a-z0-9][a-z0-9._-]*\.yaml",
    schema=schema,
    check=check,
    problems=(BAD_TEST,),
)
