"""The plan of a week: what fits into it, and that it is made once."""

from __future__ import annotations

import pytest

from runbook.errors import Refused
from runbook.operations.item import Block, Item
from runbook.operations.plans import Plan, commit, completed, planned_in, plans_in, propose, usual_hours
from runbook.run.events import Recorded

PLAN = Plan("2026-W14", "infra", ("REQ-1", "CHG-2"), 3.5)


def events(*plans: Plan) -> list[Recorded]:
    return [Recorded(at, "", "", commit(plan, plan.items, {})) for at, plan in enumerate(plans)]


def test_ops_2_6_a_plan_is_what_was_committed_to() -> None:
    plans = plans_in(events(PLAN, Plan("2026-W14", "", ("INC-1",), 1.0), Plan("2026-W15", "infra", ("REQ-9",), 2)))

    assert plans["2026-W14", "infra"] == PLAN
    assert planned_in(plans, "2026-W14") == {"REQ-1", "CHG-2", "INC-1"}
    assert planned_in(plans, "2026-W16") is None
    assert completed(PLAN, {"CHG-2", "INC-7"}) == 1


@pytest.mark.parametrize(
    ("plan", "words"),
    [
        (PLAN, "the week 2026-W14 of infra has a plan"),
        (Plan("2026-W15", "", (), 0), "without items"),
        (Plan("2026-W15", "", ("REQ-1", "REQ-9"), 1), "REQ-9 is no open item"),
    ],
)
def test_ops_2_6_a_plan_is_made_once_and_of_open_items(plan: Plan, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        commit(plan, ("REQ-1", "CHG-2"), plans_in(events(PLAN)))

    assert caught.value.help


def test_items_are_proposed_in_their_order_while_there_is_room() -> None:
    stuck = Item("REQ-2", blocked=Block("supplier", "", "", 0, 0, ""))
    ordered = [Item("REQ-1"), stuck, Item("INC-3", item_class="expedite"), Item("PRJ-4"), Item("REQ-5")]
    hours = {"REQ-1": 4, "REQ-2": 4, "INC-3": 4, "PRJ-4": 16, "REQ-5": 4}

    found = propose(ordered, hours, 1.0, 8)

    assert [(each.item.id, each.days, each.why_not) for each in found] == [
        ("REQ-1", 0.5, ""), ("REQ-2", 0.5, "blocked"), ("INC-3", 0.5, "expedited"),
        ("PRJ-4", 2.0, "no room"), ("REQ-5", 0.5, ""),
    ]  # fmt: skip


def test_how_long_an_item_takes_is_guessed_until_five_of_its_kind_are_finished() -> None:
    assert usual_hours({"request": [1, 2, 9, 0, 0]}, "request", 4) == 4
    assert usual_hours({"request": [9, 1, 2, 3, 30]}, "request", 4) == 3
    assert usual_hours({}, "request", 4) == 4
