"""A step uses a value of a step that is not surely over when it begins.

Why: the value would be missing on some ways through the process. Steps that run side by side, later steps, and
those after a `join: any` are not surely over. `finally` steps run also when the others never began.

Example:

    steps:
      - {id: report, title: Report, shell: 'echo {{ steps.measure.outputs.free }}'}
      - {id: measure, title: Measure, shell: df, outputs: {free: stdout}}

Instead: put the step that gives the value first, or name it in `needs`. In `finally`, and where ways meet
again, say what to take otherwise: `{{ steps.measure.outputs.free | default('unknown') }}`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Lookup, Subject

CODE = "RB214"
NAME = "out-of-order"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds values of steps that are not surely over before they are read."""
    for lookup in subject.lookups:
        path, reader = lookup.path, lookup.use.step
        if path[0] != "steps" or len(path) < 2 or reader is None:
            continue
        if path[1] in subject.home and reader in subject.home:
            yield from _found(subject, lookup, reader, path[1])


def _found(subject: Subject, lookup: Lookup, reader: str, source: str) -> Iterator[Finding]:
    if reader == source and "undo" in lookup.use.at:
        return  # the way back begins when the step is over
    if reader == source:
        help = f"write `outputs.{lookup.path[3]}`" if len(lookup.path) > 3 and lookup.use.extra else "use another step"
        yield lookup.found(f"`{reader}` uses a value of its own, before it is there", help)
        return
    here, there = _around(subject, reader), _around(subject, source)
    if here[-1][0] != there[-1][0]:
        yield from _across(lookup, here[-1][0], there[-1][0], reader, source)
        return
    inside = dict(there)
    list, own = next((name, id) for name, id in here if name in inside)
    other = inside[list]
    if own == other and ("repeat" in lookup.use.at or (here[-1] != there[-1] and _about(here, own))):
        return  # what its turns have given so far; or what is known of it where something is done about its failure
    if hidden := _hidden(subject, there, list):
        message = f"`{source}` is done once a turn of `{hidden}`, and seen inside of it only"
        yield lookup.found(message, f"use `steps.{hidden}.outputs`")
        return
    if not lookup.optional and _about(there, other):
        message = f"`{source}` may never have begun: it is done when something happens to `{other}`"
        yield lookup.found(message, "say what to take otherwise, with `| default(...)`")
        return
    if own == other:
        yield lookup.found(f"`{source}` is not over while `{reader}`, a step of it, is done", "use another step")
        return
    order = subject.orders.get(list)
    if order is None or order.surely(other, own) or (lookup.optional and not order.surely(own, other)):
        return
    if order.surely(own, other):
        message, help = f"`{source}` comes after `{reader}`", f"move `{other}` before `{own}`"
    else:
        message = f"`{source}` is not surely over before `{reader}`"
        help = f"add `{other}` to the `needs` of `{own}`, or give a value with `| default(...)`"
    yield lookup.found(message, help)


def _around(subject: Subject, id: str) -> list[tuple[str, str]]:
    """The list a step stands in and the step itself, then the section around it and its list, up to the top."""
    ways = [(subject.home[id], id)]
    while owner := subject.around(ways[-1][0]):
        ways.append((subject.home[owner], owner))
    return ways


def _hidden(subject: Subject, there: list[tuple[str, str]], upto: str) -> str:
    """The step with turns that the source is inside of, and whoever looks is not."""
    inside = there[: [name for name, _ in there].index(upto) + 1]
    with_turns = (id for name, id in inside[1:] if subject.steps[id].flow.body is not None)
    return next(with_turns, "")


def _about(ways: list[tuple[str, str]], id: str) -> bool:
    """True when the step is inside of what is done when something happens to the other."""
    return any(name.partition(":")[0] == id and ":" in name for name, _ in ways)


def _across(lookup: Lookup, here: str, there: str, reader: str, source: str) -> Iterator[Finding]:
    if there == ":checks":
        return
    if here in (":on_failure", ":on_cancel", ":finally"):
        if not lookup.optional and lookup.path[2:3] != ("status",):
            message = f"`{source}` may never have begun when `{reader}` runs: it is a step of `{here[1:]}`"
            yield lookup.found(message, "say what to take otherwise, with `| default(...)`")
        return
    message = f"`{source}` comes after `{reader}`: it is a step of `{there[1:]}`"
    yield lookup.found(message, f"use a value that is known in `{here[1:]}`")
