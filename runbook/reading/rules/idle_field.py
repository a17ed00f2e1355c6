"""A field stands where it has no effect.

Why: a reader takes it at its word, and nothing comes of it. Some fields need another one beside them, some exclude
each other, and some are about programs, sections or processes only.

Example:

    - id: deploy
      title: Deploy
      foreach: {items: [web-1, web-2], pause: 5m}
      shell: ./deploy {{ item }}

Instead: leave the field out, or write what it belongs to: `batch: 1` beside this `pause`.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.definition import Step
from runbook.graph import gotos, partial
from runbook.reading.rule import Finding, Subject

CODE = "RB251"
NAME = "idle-field"
DISPENSABLE = True

_FIELDS = frozenset(
    (
        "foreach",
        "repeat",
        "join",
        "max_passes",
        "grace",
        "concurrency",
        "due",
        "on_failure",
        "cancels",
        "before",
        "process",
        "wait",
        "decision",
        "performer",
    )
)


def check(subject: Subject) -> Iterator[Finding]:
    """Finds fields that do nothing where they stand."""
    targets = {goto for step in subject.every for goto in gotos(step)}
    for step in subject.every:
        given = subject.given(step)
        if _FIELDS.isdisjoint(given):
            continue
        for at, message, help in (
            *_turns(given),
            *_flow(subject, step, given, targets),
            *_kinds(step, given),
            *_who(subject, step, given),
        ):
            yield Finding((*step.at, *at), message, help, key=True)


Found = Iterator[tuple[tuple[str, ...], str, str]]


def _turns(given: Mapping[str, Any]) -> Found:
    foreach, repeat = given.get("foreach"), given.get("repeat")
    if foreach is not None and repeat is not None:
        help = "put the repeated step into a section, and the `foreach` at the section"
        yield ("repeat",), "`repeat` and `foreach` exclude each other", help
    if isinstance(foreach, dict):
        if "pause" in foreach and "batch" not in foreach:
            yield ("foreach", "pause"), "`pause` has no effect without `batch`", "add `batch`, or leave it out"
        if "rest" in foreach and "count" not in foreach:
            yield ("foreach", "rest"), "`rest` has no effect without `count`", "add `count`, or leave it out"
        batch = foreach.get("batch")
        if batch and foreach.get("max_parallel", batch) > batch:
            message = f"`max_parallel` has no effect above {batch}, the `batch`"
            yield ("foreach", "max_parallel"), message, f"write at most {batch}, or leave it out for all of a batch"
    if repeat is not None and ("while" in repeat) == ("until" in repeat):
        both = "`while` and `until` exclude each other" if "while" in repeat else "`repeat` has no end"
        yield ("repeat",), both, "write one of `while` and `until`"


def _flow(subject: Subject, step: Step, given: Mapping[str, Any], targets: set[str]) -> Found:
    join = given.get("join")
    if isinstance(join, dict) and join.get("rest") == "cancel" and not partial(step):
        yield ("join", "rest"), "`rest` has no effect where all is waited for", "wait for fewer, or leave it out"
    if "max_passes" in given and step.id not in targets:
        yield ("max_passes",), f"no `goto` leads to `{step.id}`, so it is begun once", "leave it out"
    order = subject.orders.get(subject.home[step.id])
    for id in step.flow.before:
        if order and id in order.places and order.surely(step.id, id):
            message = f"`before` has no effect: `{id}` begins when `{step.id}` is over anyway"
            yield ("before",), message, f"leave `{id}` out"
    for id in step.flow.cancels:
        if _surely_over(subject, id, step.id):
            message = f"`cancels` has no effect: `{id}` is over when `{step.id}` begins"
            yield ("cancels",), message, f"leave `{id}` out"
    if "grace" in given and not subject.kinds[step.kind].acts:
        yield ("grace",), f"`grace` does nothing beside `{step.kind}`: no program runs here", "leave it out"
    if "concurrency" in given and step.kind not in ("section", "process"):
        help = "put the step into a section, and the `concurrency` at the section"
        yield ("concurrency",), f"`concurrency` does nothing beside `{step.kind}`", help
    elif "concurrency" in given and step.flow.body is not None:
        help = "put it at a section inside of it, or around it"
        yield ("concurrency",), "`concurrency` has no effect at a step with turns", help
    handling = given.get("on_failure")
    if isinstance(handling, dict) and "goto" in handling and "then" in handling:
        yield ("on_failure", "then"), "`then` has no effect beside `goto`", "leave one of them out"
    if isinstance(handling, dict) and not handling:
        yield ("on_failure",), "`on_failure` says nothing", "write what happens, or leave it out"
    if "due" in given and step.kind in ("set", "end"):
        yield ("due",), f"`due` does nothing beside `{step.kind}`, which takes no time", "leave it out"


def _who(subject: Subject, step: Step, given: Mapping[str, Any]) -> Found:
    kind = subject.kinds[step.kind]
    if "performer" not in given:
        return
    if step.kind != "approval" and (kind.answer or kind.acts):  # a program is a person's too, in a run of instructions
        return
    why = "it is decided, not claimed" if step.kind == "approval" else "nobody does it"
    for field in ("allocate", "claimed_first"):
        if given["performer"].get(field):
            message = f"`{field}` does nothing beside `{step.kind}`: {why}"
            yield ("performer", field), message, "leave it out"


def _surely_over(subject: Subject, earlier: str, later: str) -> bool:
    """True when a step of the same list, or of one around it, is over whenever the later one begins."""
    around = later
    while subject.home.get(earlier) != subject.home[around]:
        around = subject.around(subject.home[around])
        if not around:
            return False
    order = subject.orders.get(subject.home[around])
    return order is not None and order.surely(earlier, around)


def _kinds(step: Step, given: Mapping[str, Any]) -> Found:
    if step.kind == "wait" and isinstance(given["wait"], dict) and "kept" in given["wait"] and not step.spec.signal:
        yield ("wait", "kept"), "`kept` has no effect without `signal`", "leave it out"
    if step.kind == "decision" and step.spec.automatic:
        for option in step.spec.options:
            if option.signal or option.after is not None:
                message = f"`{option.id}` is never picked: other options have a `when`, so the machine decides at once"
                yield ("decision",), message, "put the wait into a decision of its own"
    if step.kind == "process" and step.spec.detached and step.flow.concurrency:
        yield ("concurrency",), "`concurrency` has no effect: nobody waits for the process", "put it into the process"
