"""Checked data to what makes a step more than one thing done once: joins, turns, failures, deadlines, locks.

Most runs have none of it, so that looking at one does not load the clauses it is made of.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runbook.definition import HANDLERS, Flow, OnFailure, Step
from runbook.phrases import Phrase

if TYPE_CHECKING:
    from runbook.clauses import Concurrency, Due, Foreach, Repeat
    from runbook.reading.build import Texts

PARTS = {"checks": "C", "steps": "", "on_cancel": "X", "finally": "F"}
"""The lists of steps of a process that stand under a field of their own, each with what their numbers begin with."""
_JOINS: Mapping[Any, int | None] = {"all": None, "any": 1}
_THEN: Mapping[str, OnFailure] = {each.value: each for each in OnFailure}


@dataclass(frozen=True, slots=True)
class Handling:
    """What `on_failure` says: steps, what follows, and the step that the run goes on with."""

    do: tuple[Step, ...] = ()
    then: OnFailure | None = None
    goto: str = ""


def join_count(given: Any) -> int | None:
    """How many of a step's needs must be over; None for all."""
    count = given["count"] if isinstance(given, dict) else given
    return _JOINS.get(count, count)


def build_flow(given: Mapping[str, Any], texts: Texts) -> tuple[Flow, OnFailure | None]:
    """What these fields of a step say, and what follows on its failure; None when that was left open."""
    get = given.get
    join, handling = get("join"), _failure(get("on_failure"), texts.below("on_failure"))
    retry, due = get("retry", {}), _due(get("due"), texts.below("due"))
    do = {
        "on_failure": handling.do,
        "on_cancel": _steps(given, "on_cancel", texts, "on_cancel"),
        "before_retry": _steps(retry, "before", texts.below("retry"), "before_retry"),
        "due": due[1],
    }
    flow = Flow(
        foreach=_foreach(given["foreach"], texts.below("foreach")) if "foreach" in given else None,
        repeat=_repeat(given["repeat"], texts.below("repeat")) if "repeat" in given else None,
        rest_cancelled=isinstance(join, dict) and join.get("rest") == "cancel",
        goto=handling.goto,
        do={name: steps for name, steps in do.items() if steps},
        cancels=tuple(get("cancels", ())),
        before=tuple(get("before", ())),
        due=due[0],
        concurrency=build_concurrency(given["concurrency"], texts.below("concurrency"))
        if "concurrency" in given
        else None,
        max_passes=get("max_passes", 100),
        grace=texts.duration(given["grace"], "grace") if "grace" in given else None,
    )
    return flow, handling.then


FLOW_FIELDS = frozenset(
    ("join", "foreach", "repeat", "on_failure", "on_cancel", "retry", "due", "cancels", "before", "concurrency",
     "max_passes", "grace")
)  # fmt: skip
"""The fields that `build_flow` reads."""


def with_body(step: Step) -> Step:
    """The step with what one of its turns carries out: the same, but for what is decided once for all turns."""
    flow, decides = step.flow, step.kind == "approval"  # each turn has its own deadline, and its own emergency
    once = Flow(
        do={name: steps for name, steps in flow.do.items() if name in ("before_retry", "review")},
        due=flow.due if decides else None,
        grace=flow.grace,
    )
    body = replace(step, needs=(), join=None, when=None, on_failure=None, critical=True, flow=once)
    return replace(
        step, undo=None, irreversible=False, flow=replace(flow, body=body, due=None if decides else flow.due)
    )


def process_failure(given: Any, texts: Texts) -> Handling:
    """What the `on_failure` of a process says."""
    if isinstance(given, str):
        return Handling(then=_THEN[given])
    if isinstance(given, list):
        return Handling(texts.steps(given))
    given = given or {}
    return Handling(texts.steps(given["do"], "do") if "do" in given else (), _THEN[given.get("then", "stop")])


def _failure(given: Any, texts: Texts) -> Handling:
    if isinstance(given, str):
        return Handling(then=_THEN[given])
    if given is None:
        return Handling()
    below = texts.numbered(HANDLERS["on_failure"])
    if isinstance(given, list):
        return Handling(below.steps(given), OnFailure.STOP)
    goto = given.get("goto", "")
    then = OnFailure.GOTO if goto else _THEN[given.get("then", "stop")]
    return Handling(below.steps(given["do"], "do") if "do" in given else (), then, goto)


def approval_flow(given: Mapping[str, Any], flow: Flow, texts: Texts) -> Flow:
    """What an approval has besides: who may decide as well after its deadline, and who looks at an emergency."""
    said = given["approval"]
    if not isinstance(said, dict):
        return flow
    if said.get("on_timeout") == "escalate" and "deadline" in said:
        from runbook.clauses import Due

        due = Due(texts.duration(said["deadline"], "approval", "deadline"), said.get("escalate_to", ""))
        flow = replace(flow, due=due)
    if "emergency" in said:
        kept = {name: said[name] for name in ("role", "roles", "order", "quorum", "not") if name in said}
        review = {
            "id": f"{given['id']}-review",
            "title": Phrase("Look at the emergency approval of {step}", step=given["id"]),
            "approval": {**kept, "deadline": said["emergency"]["within"]},
        }
        steps = texts.numbered(HANDLERS["review"]).steps([review])
        at = getattr(texts, "at", ())
        flow = replace(flow, do={**flow.do, "review": tuple(replace(each, at=at) for each in steps)})
    return flow


def _steps(given: Mapping[str, Any], field: str, texts: Texts, handler: str) -> tuple[Step, ...]:
    return texts.numbered(HANDLERS[handler]).steps(given[field], field) if field in given else ()


def _due(given: Any, texts: Texts) -> tuple[Due | None, tuple[Step, ...]]:
    if given is None:
        return None, ()
    from runbook.clauses import Due

    if not isinstance(given, dict):
        return Due(texts.duration(given)), ()
    return Due(texts.duration(given["after"], "after"), given.get("offer_to", "")), _steps(given, "do", texts, "due")


def _foreach(given: Any, texts: Texts) -> Foreach:
    from runbook.clauses import Foreach

    whole = given if isinstance(given, dict) else {"items": given}
    at = ("items",) if isinstance(given, dict) else ()
    batch: int = whole.get("batch", 0)
    return Foreach(
        items=texts.values(whole["items"], *at),
        name=whole.get("as", "item"),
        max_parallel=whole.get("max_parallel", batch or 1),
        batch=batch,
        pause=texts.duration(whole["pause"], "pause") if "pause" in whole else 0.0,
        max_failures=whole.get("max_failures", 0),
        count=whole.get("count"),
        rest_cancelled=whole.get("rest") == "cancel",
    )


def _repeat(given: Mapping[str, Any], texts: Texts) -> Repeat:
    from runbook.clauses import Repeat

    word = "while" if "while" in given else "until"
    return Repeat(
        condition=texts.condition(given.get(word, False), word),
        first=word == "while",
        every=texts.duration(given["every"], "every") if "every" in given else 0.0,
        at_most=given.get("at_most", 100),
    )


def build_concurrency(given: Any, texts: Texts) -> Concurrency:
    """What only so many may be inside of at the same time."""
    from runbook.clauses import Concurrency

    if isinstance(given, str):
        return Concurrency(texts.template(given))
    return Concurrency(texts.template(given["key"], "key"), given.get("limit", 1))
