"""What may be asked of a work item, and what becomes of it; and that every way in meets the same limits."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook.errors import Refused
from runbook.listing import KINDS_OF_WORK, usual_demand
from runbook.operations import commands as c
from runbook.operations.board import DEFAULT, ClassLimit, boards_of
from runbook.operations.decide import decide, freed
from runbook.operations.facts import Facts
from runbook.operations.happened import moments_of
from runbook.operations.item import EVENTS, PREFIXES, Item, item_of
from runbook.operations.seconds import instant_of, seconds
from runbook.organisation import organisation_of
from runbook.run.events import Recorded

NOW = seconds("2026-03-30T09:00:00.000Z")
PEOPLE = organisation_of({"people": {"ana": {"roles": ["lead"]}, "bo": {}, "cy": {}}})


def facts(*others, by="ana", **more):
    return Facts(NOW, by, lambda: others, organisation=PEOPLE, **more)


class Told:
    """An item that things are asked of, one after the other."""

    def __init__(self, command=None, known=None):
        self.facts = known or facts()
        self.item = Item("INC-1")
        self.events = []
        self.ask(command or c.Open("incident", "Mail is down", severity="critical"))

    def ask(self, *commands, **more):
        for command in commands:
            known = replace(self.facts, **more)
            found = decide(self.item if self.events else None, command, known)
            first = len(self.events) + 1
            self.events += [
                Recorded(seq, instant_of(known.now), known.by, each) for seq, each in enumerate(found, first)
            ]
            self.item = item_of("INC-1", self.events)
        return self.item

    def types(self):
        return [each.event.type for each in self.events]


def refused(told, command, what, **more):
    before = len(told.events)
    with pytest.raises(Refused, match=what):
        told.ask(command, **more)
    assert len(told.events) == before


def test_an_item_goes_from_its_beginning_to_its_end():
    told = Told()
    told.ask(c.Assign("bo"), c.Move("ready"), now=NOW + 10)
    told.ask(c.Move("doing"), now=NOW + 20)
    told.ask(c.SendUpdate("we look at it"), now=NOW + 30)
    told.ask(c.Resolve("restarted", "a mail came"), now=NOW + 40)
    item = told.ask(c.Close(), now=NOW + 50)

    assert (item.status, item.column, item.state) == ("closed", "done", "finished")
    assert (item.opened_at, item.committed_at, item.started_at) == (NOW, NOW + 10, NOW + 20)
    assert (item.first_response_at, item.resolved_at, item.closed_at) == (NOW + 30, NOW + 40, NOW + 50)
    assert (item.priority, item.severity, item.demand) == ("P1", "critical", "reactive")
    assert {*told.types()} <= EVENTS


def test_a_word_nobody_knows_is_refused_with_the_nearest_one():
    with pytest.raises(Refused, match="there is no severity `criticl`") as error:
        Told(c.Open("incident", "x", severity="criticl"))
    assert error.value.help == "did you mean `critical`?"
    refused(Told(), c.Classify({"severity": "worst"}), "there is no severity `worst`")
    refused(Told(), c.Move("nowhere"), "there is no column `nowhere`")
    refused(Told(), c.Assign("dora"), "there is nobody called `dora`")


def test_nothing_is_resolved_without_a_proof():
    told = Told()
    refused(told, c.Resolve("restarted"), "nothing proves that INC-1 is done")
    told.ask(c.Connect("handles", "run", "r1"))
    assert told.ask(c.Resolve("restarted")).status == "resolved"


def test_a_file_is_a_proof():
    told = Told()
    told.ask(c.AttachFile("log", "a" * 64, 3))
    assert told.ask(c.Resolve("restarted")).status == "resolved"


def test_nothing_is_resolved_by_moving_it_into_the_last_column():
    refused(Told(), c.Move("done"), "has to be resolved")


def test_a_concern_has_to_be_answered_before_the_end():
    told = Told()
    told.ask(c.RaiseConcern("nobody tried the way back"))
    refused(told, c.Resolve("done", "proof"), "the concern c1 of INC-1 is not answered")
    refused(told, c.AnswerConcern("c2", "accept"), "no concern `c2`")
    refused(told, c.AnswerConcern("c1", "ignore"), "`ignore` is no answer")
    told.ask(c.AnswerConcern("c1", "act", "tried it"))
    refused(told, c.AnswerConcern("c1", "accept"), "was answered")
    assert told.ask(c.Resolve("done", "proof")).status == "resolved"


@pytest.mark.parametrize(
    ("command", "what"),
    [
        (c.Await("", "olga", NOW + 60), "only for a reason"),
        (c.Await("waiting_requester", " ", NOW + 60), "only for somebody"),
        (c.Await("waiting_requester", "olga", 0), "does not stand still for ever"),
        (c.Await("waiting_requester", "olga", NOW), "has to be still to come"),
    ],
)
def test_rule_13_a_pause_needs_a_reason_a_party_and_an_end(command, what):
    refused(Told(), command, what)


def test_rule_13_a_pause_may_be_left_to_a_role():
    await_ = c.Await("waiting_requester", "olga", NOW + 60)
    refused(Told(), await_, "bo may not let a clock stand still", by="bo", pause_roles=("lead",))
    told = Told()
    assert told.ask(await_, pause_roles=("lead",)).waiting.party == "olga"
    refused(told, await_, "waits already")
    assert told.ask(c.Proceed(by_clock=True)).waiting is None
    refused(told, c.Proceed(), "does not wait")


def test_what_is_over_takes_remarks_and_nothing_else():
    told = Told()
    told.ask(c.Resolve("done", "proof"))
    for command in (c.Move("doing"), c.Assign("bo"), c.Await("r", "p", NOW + 9), c.RaiseConcern("x"), c.Withdraw("x")):
        refused(told, command, "INC-1 is resolved")
    told.ask(c.AddNote("later"), c.Connect("relates", "item", "INC-2"), c.CorrectTime(60, "train"))
    assert told.item.status == "resolved"


def test_rule_11_reopening_ends_with_its_time_and_needs_a_reason():
    told = Told()
    refused(told, c.Reopen("again"), "INC-1 is open")
    told.ask(c.Assign("bo"), c.Move("doing"), c.Resolve("done", "proof"))
    refused(told, c.Reopen(" "), "needs a reason")
    refused(told, c.Reopen("again"), "was to be reopened until", reopen_until=lambda item: NOW - 1)
    item = told.ask(c.Reopen("again"), reopen_until=lambda item: NOW + 1)
    assert (item.status, item.column, item.reopened, item.resolved_at) == ("open", "doing", 1, 0)


def test_nobody_verifies_their_own_work():
    board = replace(DEFAULT, columns=tuple(
        replace(column, exit=("verified_by_other",)) if column.id == "verify" else column for column in DEFAULT.columns
    ))  # fmt: skip
    told = Told(known=facts(boards={"work": board}))
    told.ask(c.Assign("bo"), c.Move("doing"), c.Help("cy"))
    for by in ("bo", "cy"):
        refused(told, c.Resolve("done", "proof"), "somebody else has to verify", by=by)
    told.ask(c.Move("verify"), by="bo")
    refused(told, c.Resolve("done", "proof"), "somebody else has to verify", by="bo")
    assert told.ask(c.Resolve("done", "proof"), by="ana").status == "resolved"


def test_what_waits_for_an_item_goes_on_when_that_one_ends():
    waiting = Told()
    waiting.ask(c.Hinder("dependency", item="CHG-1"))
    other = Told()
    ended = Item("CHG-1", status="resolved")

    assert [(item.id, event.data) for item, event in freed(ended, [waiting.item, other.item])] == [
        ("INC-1", {"by_item": "CHG-1"})
    ]
    assert list(freed(Item("CHG-1"), [waiting.item])) == []
    refused(waiting, c.Hinder("supplier"), "blocked already")
    refused(other, c.Hinder("lazy"), "no reason `lazy` to be blocked")
    refused(other, c.Hinder("dependency", item="INC-1"), "can't wait for INC-1")
    refused(other, c.Hinder("dependency", item="CHG-9"), "can't wait for CHG-9", known=lambda id: False)


def test_work_outside_of_the_scope_is_taken_as_the_department_says():
    out = c.Open("request", "Fix the shop", scope="out")
    with pytest.raises(Refused, match="takes on nothing outside of its scope"):
        Told(out, facts(scope_policy="reject"))
    with pytest.raises(Refused, match="needs somebody who answers for it"):
        Told(out, facts(scope_policy="accept_with_owner"))
    assert Told(replace(out, to="bo"), facts(scope_policy="accept_with_owner")).item.accountable == "bo"
    with pytest.raises(Refused, match="is not out of scope"):
        Told(replace(out, process="g/p"))


def test_a_task_belongs_to_a_project():
    with pytest.raises(Refused, match="a task belongs to a project"):
        Told(c.Open("project_task", "Order labels"))
    with pytest.raises(Refused, match="can't be its parent"):
        Told(c.Open("incident", "x", parent="PRJ-1"))
    assert Told(c.Open("project_task", "Order labels", parent="PRJ-1")).item.parent == "PRJ-1"
    refused(Told(), c.SetBudget(3), "is no project")


def test_only_one_person_is_accountable_and_helpers_are_others():
    told = Told()
    told.ask(c.Assign("bo"), c.Help("cy"))
    refused(told, c.Help("bo"), "is already on")
    refused(told, c.Assign("bo"), "has INC-1 already")
    refused(told, c.HandOver("cy", ""), "needs a note")
    item = told.ask(c.HandOver("cy", "watch the disk", disposition="not_ours", party="Dell"))
    assert (item.accountable, item.helpers, item.disposition) == ("cy", (), "not_ours")


HARD = boards_of({"operations/boards/infra.yaml": {
    "columns": [
        {"id": "inbox", "state": "new", "wip": 2, "wip_mode": "hard"},
        {"id": "doing", "state": "active", "wip": 1, "wip_mode": "hard"},
        {"id": "done", "state": "finished"},
    ],
    "limits": {
        "person": {"default": 1, "mode": "hard"},
        "class": {"expedite": {"wip": 1, "mode": "hard"}},
        "override_roles": ["lead"],
    },
    "blocked": {"counts_in_wip": False},
}})  # fmt: skip


def busy(id, column="doing", **more):
    state = {"inbox": "new", "doing": "active"}[column]
    return Item(id, kind="request", column=column, state=state, board="infra", **more)


ON_HARD = {"boards": HARD}
WAYS = {
    "open": ([busy("A", "inbox"), busy("B", "inbox")], (), c.Open("incident", "x"), "column inbox"),
    "open expedited": ([busy("A", item_class="expedite")], (), c.Open("incident", "x", item_class="expedite"), "class"),
    "move": ([busy("A")], (c.Assign("bo"),), c.Move("doing"), "column doing"),
    "reopen": (
        [busy("A")], (c.Assign("bo"), c.Move("doing"), c.Resolve("d", "p")), c.Reopen("again"), "column doing",
    ),
    "assign": ([busy("A", "doing", accountable="cy")], (c.Assign("bo"), c.Move("doing")),
               c.Assign("cy"), "person cy"),
    "hand over": ([busy("A", accountable="cy")], (c.Assign("bo"), c.Move("doing")), c.HandOver("cy", "n"), "person cy"),
    "classify": ([busy("A", item_class="expedite")], (), c.Classify({"class": "expedite"}), "class expedite"),
    "unblock": ([busy("A")], (c.Assign("bo"), c.Move("doing"), c.Hinder("supplier")), c.Unblock(), "column doing"),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_a_hard_limit_refuses_every_way_in(way):
    others, before, command, what = WAYS[way]
    alone = facts(boards=HARD)
    if isinstance(command, c.Open):
        with pytest.raises(Refused, match=f"^{what}"):
            decide(None, command, facts(*others, boards=HARD))
        assert decide(None, command, alone)
        return
    told = Told(known=alone)
    told.ask(*before)

    refused(told, command, f"^{what}", others=lambda: others)
    if not isinstance(command, c.Classify | c.Unblock):
        over = replace(command, override="covering")
        refused(told, over, "may not go over it", others=lambda: others, by="bo")
        told.ask(over, others=lambda: others)
        data = told.events[-1].event.data
        assert (told.types()[-1], data["reason"], data["scope"][:5]) == ("WipExceeded", "covering", what[:5])


def test_a_soft_limit_is_recorded_and_lets_go_on():
    others = [replace(busy(f"A{number}"), board="work") for number in range(5)]
    told = Told()
    told.ask(c.Assign("bo"))
    told.ask(c.Move("doing"), others=lambda: others)

    (event,) = [each.event for each in told.events if each.event.type == "WipExceeded"]
    assert event.data == {"scope": "column doing", "limit": 5, "count": 6}


def test_what_was_over_before_is_nobodys_fault_now():
    others = [replace(busy(f"A{number}"), board="work") for number in range(7)]
    told = Told()
    told.ask(c.Assign("bo"))
    told.ask(c.Move("doing"), others=lambda: others)
    told.ask(c.Assign("cy"), c.Classify({"service": "mail"}), others=lambda: others)

    assert told.types().count("WipExceeded") == 1


def test_a_class_may_go_over_the_limits_of_columns_and_not_over_its_own():
    others = [replace(busy(f"A{number}"), board="work") for number in range(5)]
    told = Told(c.Open("incident", "x", item_class="expedite", reason="board"))
    told.ask(c.Assign("bo"), c.Move("doing"), others=lambda: others)
    assert "WipExceeded" not in told.types()
    with pytest.raises(Refused, match="the class `expedite` needs a reason"):
        Told(c.Open("incident", "x", item_class="expedite"))
    assert DEFAULT.classes["expedite"] == ClassLimit(1, over_column_limits=True, reason_required=True)


def test_an_item_in_a_column_that_is_gone_stands_where_it_means_the_same():
    item = busy("A", column="doing")
    assert DEFAULT.place_of(replace(item, column="old")).id == "doing"
    assert DEFAULT.place_of(replace(item, column="old", state="new")).id == "inbox"


def test_an_item_given_to_another_team_goes_into_the_first_column_of_their_board():
    columns = [{"id": "new", "state": "new"}, {"id": "work", "state": "active"}, {"id": "end", "state": "finished"}]
    data = {
        "operations/boards/desk.yaml": {"teams": ["desk"], "columns": columns},
        "operations/boards/infra.yaml": {
            "teams": ["infra"], "columns": [{**columns[0], "id": "theirs"}, *columns[1:]],
            "limits": {"board": {"wip": 1, "mode": "hard"}},
        },
    }  # fmt: skip
    known = organisation_of({"people": {"ana": {}, "bo": {}}, "teams": {"desk": {}, "infra": {}}})
    told = Told(
        c.Open("incident", "Disk full", team="desk"), replace(facts(), boards=boards_of(data), organisation=known)
    )
    told.ask(c.Assign("ana"), c.Move("work"), c.Classify({"team": "infra"}, "the disks are theirs"))

    assert (told.item.team, told.item.board, told.item.column, told.item.state) == ("infra", "infra", "theirs", "new")
    assert told.types()[-2:] == ["ItemClassified", "ItemMoved"]
    assert {"team_assigned"} <= {word for moment in moments_of(told.events) for word in moment.words}
    refused(told, c.Classify({"team": "infar"}), "there is no team `infar`")
    told.ask(c.Classify({"team": "desk"}))
    assert (told.item.board, told.item.column) == ("desk", "new")


def test_the_catalogue_and_the_items_know_the_same_kinds():
    assert {*KINDS_OF_WORK} == {*PREFIXES}


@pytest.mark.parametrize(("kind", "demand"), [("incident", "reactive"), ("change", "planned"), ("duty", "planned")])
def test_an_item_is_planned_or_reactive_as_a_process_of_its_kind_is(kind, demand):
    assert Told(c.Open(kind, "x")).item.demand == demand == usual_demand(kind, None)
