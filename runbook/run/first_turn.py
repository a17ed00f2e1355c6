"""What the first turn of a step would see that is done again and again, or for each of many; and how often it comes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from runbook.clauses import Foreach
from runbook.definition import Step
from runbook.durations import in_words
from runbook.errors import ExpressionError, Misuse
from runbook.outcome import Json
from runbook.run.knowing import Knowledge, Where, used_under
from runbook.run.turns import too_few
from runbook.run.values import Names

NO_ITEM = "for no item: it is over at once"
_MOST_HOSTS = 30
"""How many hosts are named."""


def first_turn(known: Knowledge, where: Where, step: Step) -> tuple[Where, str, str]:
    """What the first turn of a step sees, how often the step comes, and what would go wrong for sure."""
    flow, scope, path = step.flow, where.scope, where.scope.prefix + step.id
    if flow.foreach is None and flow.repeat is None:
        return where, "", ""
    if flow.repeat:
        every = f"until `{flow.repeat.condition.source}`"
        if flow.repeat.first:
            every = f"as long as `{flow.repeat.condition.source}` holds"
        names: dict[str, Json] = {"turn": 1, "last": {}}
        return replace(where, scope=scope.inward(f"{path}.1/", names)), f"again and again {every}", ""
    assert flow.foreach is not None
    later = {**where.later, flow.foreach.name: path}
    unsure = replace(where, scope=scope.inward(f"{path}.1/", {"turn": 1}), later=later)
    items: Json = None
    if not known.hangs(where, used_under(where, step, "foreach")):
        try:
            items = Names(known.state, scope).value(flow.foreach.items)
            if isinstance(items, Mapping):
                items = known.state.organisation.inventory.members(items)
        except (ExpressionError, Misuse) as error:
            return unsure, "", str(error)
        if not isinstance(items, list):
            return unsure, "", "`items` is not a list"
        if short := too_few(flow.foreach, items):
            return unsure, "", short
    if items:
        inward = scope.inward(f"{path}.1/", {"turn": 1, flow.foreach.name: items[0]})
        return replace(where, scope=inward), f"{_those(items, flow.foreach)}{_paced(flow.foreach)}", ""
    turns = f"once for each item{_paced(flow.foreach)}" if items is None else NO_ITEM
    return unsure, turns, ""


def _those(items: Sequence[Json], foreach: Foreach) -> str:
    """What it is done for: `for 2 hosts: web1, web2`."""
    if not isinstance(foreach.items, Mapping):
        return f"for {len(items)} item{'s' if items[1:] else ''}, the first of them `{items[0]}`"
    more = f" and {len(items) - _MOST_HOSTS} more" if len(items) > _MOST_HOSTS else ""
    named = ", ".join(f"`{item}`" for item in items[:_MOST_HOSTS])
    batches = f", {-(-len(items) // foreach.batch)} batches" if foreach.batch else ""
    return f"for {len(items)} host{'s' if items[1:] else ''}{batches}: {named}{more}"


def _paced(foreach: Foreach) -> str:
    """How its turns follow each other, and how many may fail: `; in batches of 2 with a pause of 1 s`."""
    pause = f" with a pause of {in_words(foreach.pause)}" if foreach.pause else ""
    words = [f"in batches of {foreach.batch}{pause}"] if foreach.batch else []
    if foreach.max_parallel not in (1, foreach.batch):
        words.append(f"{foreach.max_parallel} at a time")
    if foreach.max_failures:
        words.append(f"at most {foreach.max_failures} may fail")
    return "".join(f"; {each}" for each in words)
