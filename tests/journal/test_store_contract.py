"""What every store of runs does alike."""

from __future__ import annotations

import pytest
from written import BODY, DEFINITION, begun, put, recorded

from runbook.errors import Conflict, JournalDamaged, Misuse
from runbook.journal import memory

FILLED = [
    begun(),
    recorded(2, "StepStarted", "a", 1, act={"argv": ["x", "ü\ud800"]}),
    recorded(3, "StepSucceeded", "a", 1, outputs={"n": [1, None, 2.5]}),
]


def test_events_come_back_in_order_as_they_were_and_from_any_number_on(store):
    put(store, *FILLED[:1])
    put(store, *FILLED[1:])

    assert list(store.events("r")) == FILLED
    assert [each.seq for each in store.events("r", 1)] == [2, 3]
    assert list(store.events("r", 3)) == []
    with store.write("r") as transaction:
        assert transaction.events(0) == FILLED
        assert transaction.events(2) == FILLED[2:]
        assert transaction.head == 3


def break_off(store, *events):
    """Write, and have an error before the end."""
    with store.write("r") as transaction:
        transaction.append(list(events), "waiting")
        raise RuntimeError("the light went out")


def test_an_error_while_writing_undoes_everything(store):
    put(store, begun())

    with pytest.raises(RuntimeError, match="the light went out"):
        break_off(store, recorded(2, "StepStarted", "a", 1), recorded(3, "StepWaiting", "a", 1, **{"for": "person"}))

    assert [each.seq for each in store.events("r")] == [1]
    assert store.row("r").status == "running"
    assert list(store.waiting()) == []
    put(store, recorded(2, "StepStarted", "b", 1))


@pytest.mark.parametrize("seq", [1, 3, 0, -1])
def test_an_event_out_of_sequence_is_refused(store, seq):
    put(store, begun())

    with pytest.raises(Conflict, match="another writer was first"):
        put(store, recorded(seq, "RunResumed"))

    assert [each.seq for each in store.events("r")] == [1]


ONCE = {
    "start": ([recorded(2, "StepStarted", "a", 1)], recorded(3, "StepStarted", "a", 1)),
    "end": ([recorded(2, "AttemptFailed", "a", 1, retry_at="")], recorded(3, "StepFailed", "a", 1)),
    "completion": ([recorded(2, "StepSkipped", "a")], recorded(3, "StepSucceeded", "a", 1)),
}


@pytest.mark.parametrize("what", ONCE)
def test_what_may_happen_once_is_refused_the_second_time(store, what):
    first, second = ONCE[what]
    put(store, begun(), *first)

    with pytest.raises(Conflict, match="another writer was first"):
        put(store, second)
    put(store, recorded(3, "StepStarted", "a", 2))

    assert [each.seq for each in store.events("r")] == [1, 2, 3]


def test_a_step_that_was_reopened_is_completed_again_once(store):
    put(store, begun(), recorded(2, "StepStarted", "a", 1), recorded(3, "StepSucceeded", "a", 1))
    put(store, recorded(4, "StepReopened", "a", to="a"))
    put(store, recorded(5, "StepStarted", "a", 2), recorded(6, "StepSucceeded", "a", 2))

    with pytest.raises(Conflict, match="another writer was first"):
        put(store, recorded(7, "StepSkipped", "a"))
    assert [each.seq for each in store.events("r")] == [1, 2, 3, 4, 5, 6]


def test_a_step_that_is_reopened_while_it_waits_waits_no_more(store):
    put(store, begun(), recorded(2, "StepStarted", "a", 1), recorded(3, "StepWaiting", "a", 1, **{"for": "person"}))
    put(store, recorded(4, "StepReopened", "a", 1, to="b"))

    assert list(store.waiting()) == []
    with pytest.raises(Conflict, match="another writer was first"):
        put(store, recorded(5, "StepSucceeded", "a", 1))


LONG_PAST = "2000-01-01T00:00:00.000Z"
PAST, LATER, LATEST = "2001-01-01T00:00:00.000Z", "2901-01-01T00:00:00.000Z", "2902-01-01T00:00:00.000Z"


def waits(store, run, *steps, status="waiting"):
    """A run whose steps wait until these instants."""
    store.create(run, "g/p", DEFINITION, BODY, "ada")
    events = [begun(run)]
    for step, due in enumerate(steps):
        events.append(recorded(len(events) + 1, "StepStarted", f"s{step}", 1))
        about = {"for": "person", "until": due} if due else {"for": "person"}
        events.append(recorded(len(events) + 1, "StepWaiting", f"s{step}", 1, **about))
    put(store, *events, run=run, status=status)


def test_who_may_go_on_by_itself_is_told_by_rows_what_is_due_first(store):
    put(store, begun(), recorded(2, "StepStarted", "a", 1))
    waits(store, "people", "")
    waits(store, "later", LATEST, LATER)
    waits(store, "due", LATER, PAST)
    waits(store, "both", LONG_PAST, status="running")
    waits(store, "over", PAST, status="succeeded")
    waits(store, "still", PAST, status="paused")

    found = store.due()

    assert [(row.run, row.head, row.due) for row in found] == [("both", 3, LONG_PAST), ("due", 5, PAST), ("r", 2, "")]
    assert {row.process for row in found} == {"g/p"}
    assert store.next_due() == LATER


@pytest.mark.parametrize("over", ["StepSucceeded", "StepReopened", "StepStarted"])
def test_a_time_counts_until_its_attempt_is_over(store, over):
    put(store, begun(), recorded(2, "StepStarted", "a", 1), status="waiting")
    put(store, recorded(3, "AttemptFailed", "a", 1, retry_at=PAST), status="waiting")
    assert [row.due for row in store.due()] == [PAST]

    put(store, recorded(4, over, "a", None if over == "StepSucceeded" else 2, to="a"), status="waiting")

    assert store.due() == []
    assert store.next_due() == ""


def test_a_second_end_is_refused_within_one_write_too(store):
    with pytest.raises(Conflict):
        put(store, begun(), *ONCE["end"][0], ONCE["end"][1])

    assert list(store.events("r")) == []


def test_who_was_overtaken_can_not_write(store):
    first = store.take("r")
    second = store.take("r")

    assert second > first
    with pytest.raises(Conflict, match="somebody else has taken over this run"):
        put(store, begun(), epoch=first)
    put(store, begun(), epoch=second)
    put(store, recorded(2, "RunResumed"))  # somebody who only has news
    assert len(list(store.events("r"))) == 2


def test_a_run_of_the_same_name_is_refused_and_a_definition_is_stored_once(store):
    with pytest.raises(Conflict, match="there is a run r already"):
        store.create("r", "g/p", DEFINITION, BODY, "bob")
    store.create("s", "g/p", DEFINITION, "something else", "bob")

    assert store.definition(DEFINITION) == BODY
    assert (store.row("r").by, store.row("s").by) == ("ada", "bob")


def test_what_is_unknown_is_said_to_be(store):
    assert store.row("nonsense") is None
    assert list(store.events("r")) == []
    for act in (lambda: store.take("nonsense"), lambda: store.write("nonsense").__enter__()):
        with pytest.raises(Misuse, match="there is no run nonsense"):
            act()
    with pytest.raises(JournalDamaged, match="is missing"):
        store.definition("0" * 64)


def test_runs_are_listed_newest_first_and_found_by_their_beginning(store):
    for run in ("drill-2", "drill-1", "Drill_%"):
        store.create(run, "g/p", DEFINITION, BODY, "ada")

    listed = [row.run for row in store.runs()]

    assert set(listed) == {"r", "drill-2", "drill-1", "Drill_%"}
    assert listed == [row.run for row in sorted(store.runs(), key=lambda row: (row.started_at, row.run), reverse=True)]
    assert sorted(store.matching("drill-")) == ["drill-1", "drill-2"]
    assert store.matching("Drill_%") == ["Drill_%"]
    assert store.matching("%") == []


def test_what_stands_for_the_newest_event_changes_with_every_event_and_with_nothing_else(store):
    store.create("other", "g/p", DEFINITION, BODY, "ada")
    put(store, begun())
    before = store.heads()
    put(store, recorded(2, "NoteAdded", text="one"))
    after = store.heads()

    assert before.keys() == after.keys() == {"r", "other"}
    assert after["r"] != before["r"]
    assert after["other"] == before["other"]
    assert store.heads() == after


@pytest.mark.parametrize("status", ["succeeded", "failed", "cancelled"])
def test_the_row_of_a_run_follows_its_events(store, status):
    put(store, begun(), status="waiting")
    assert (store.row("r").status, store.row("r").ended_at) == ("waiting", "")

    put(store, recorded(2, f"Run{status.capitalize()}"), status=status)

    assert (store.row("r").status, store.row("r").ended_at) == (status, "2026-11-22T08:00:02.000Z")


def test_what_waits_is_listed_as_the_events_have_it(store):
    put(store, begun(), *(recorded(2 + place, "StepStarted", step, 1) for place, step in enumerate("abcd")))
    put(
        store,
        recorded(6, "StepWaiting", "b", 1, **{"for": "person", "until": "2026-11-23T08:00:00.000Z"}),
        recorded(7, "StepWaiting", "a", 1, **{"for": "signal"}),
        recorded(8, "StepInDoubt", "c", 1, known={"output": "x"}),
        recorded(9, "AttemptFailed", "d", 1, retry_at="2026-11-22T09:00:00.000Z"),
    )
    assert [(row.step, row.attempt, row.since[17:19], row.due) for row in store.waiting()] == [
        ("b", 1, "06", "2026-11-23T08:00:00.000Z"),
        ("a", 1, "07", ""),
        ("c", 1, "08", ""),
    ]
    assert next(store.waiting()).about == {"for": "person", "until": "2026-11-23T08:00:00.000Z"}

    put(
        store,
        recorded(10, "ReplyRecorded", "b", 1, reply={}),
        recorded(11, "StepSucceeded", "a", 1),
        recorded(12, "AttemptAbandoned", "c", 1),
    )

    assert [row.step for row in store.waiting()] == ["b"]
    put(store, recorded(13, "StepCancelled", "b", 1), recorded(14, "RunCancelled"), status="cancelled")
    assert list(store.waiting()) == []


def test_a_transaction_knows_the_time_of_the_store(store):
    from runbook.instants import between

    with store.write("r") as transaction:
        now = transaction.now

    assert abs(between(now, store.row("r").started_at)) < 60
    assert len(now) == len("2026-11-22T08:00:00.000Z")


def test_changes_tells_of_others_only(store):
    before = store.changes()

    put(store, begun())

    assert store.changes() == before


@pytest.mark.parametrize("value", [float("nan"), float("inf"), {1, 2}])
def test_what_is_not_json_is_refused_and_nothing_is_written(store, value):
    with pytest.raises((ValueError, TypeError)):
        put(store, recorded(1, "RunStarted", inputs={"x": value}))

    assert list(store.events("r")) == []
    put(store, begun())


def test_of_two_transactions_at_once_one_is_refused():
    """In a file, the second one waits for the first."""
    store = memory.Journal()
    store.create("r", "g/p", DEFINITION, BODY, "ada")

    def both():
        with store.write("r") as slow:
            put(store, begun())
            slow.append([begun()], "running")

    with pytest.raises(Conflict, match="another writer was first"):
        both()
    assert len(list(store.events("r"))) == 1


def test_who_had_to_do_with_a_step_is_told_over_its_turns_and_over_runs_in_order(store):
    given = {"to": "ana", "rule": "round-robin", "work": {"by": "ana"}}
    done = {"outputs": {}, "reply": {"by": "cy", "outcome": "done"}}
    store.create("q", "g/p", DEFINITION, BODY, "ada")
    store.create("x", "g/other", DEFINITION, BODY, "ada")
    put(store, begun("x"), recorded(2, "WorkAssigned", "each.1/work", 1, **{**given, "to": "zoe"}), run="x")
    put(
        store,
        begun(),
        recorded(2, "WorkAssigned", "each.1/work", 1, **given),
        recorded(3, "WorkAssigned", "each.12/work", 1, **{**given, "to": "bo"}),
        recorded(4, "WorkAssigned", "each.2/other", 1, **{**given, "to": "dee"}),
        recorded(5, "WorkAssigned", "each.2/more/work", 1, **{**given, "to": "dee"}),
        recorded(6, "WorkAssigned", "each.3/work", 1, to="cy", work={"by": "cy"}),
        recorded(7, "StepSucceeded", "each.3/work", 1, **done),
    )
    put(store, begun("q"), recorded(2, "WorkAssigned", "each.1/work", 1, **given), run="q")

    with store.write("q") as transaction:
        past = transaction.past("each.2/work")

    assert {who: (times, bool(last)) for who, (times, last, _) in past.items()} == {
        "ana": (0, True), "bo": (0, True), "cy": (1, True),
    }  # fmt: skip
    assert sorted(past, key=lambda who: past[who][2]) == ["cy", "ana", "bo"]
    assert past["cy"][2] == 0
