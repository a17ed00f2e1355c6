"""Stories of approvals and second persons: whose word counts, until when, and what takes it back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook.clauses import Role
from runbook.errors import Refused
from runbook.organisation import Organisation
from runbook.run.commands import Attach, Resume, Retry, Revoke
from runbook.run.offering import candidates
from runbook.testing import Story
from runbook.views.deviations import deviations

Tell = Callable[..., Story]
PEOPLE: dict[str, Any] = {
    "ada": {},
    "ana": {"roles": ["approver"]},
    "bo": {"roles": ["approver"]},
    "cy": {"roles": ["approver", "manager"]},
    "dan": {
        "roles": ["manager"],
        "substitutes": [{"person": "ana", "for": ["approve"], "from": "2026-11-01", "to": "2026-11-30"}],
    },
    "eve": {"roles": ["chief"]},
}
ROLES = "roles: {operator: {}, approver: {role: approver}, manager: {role: manager}, chief: {role: chief}}"


def gate(more: str = "", before: str = "", after: str = "- {id: work, manual: Do it}") -> str:
    return f"{ROLES}\nsteps:\n{before}\n- {{id: gate, approval: {{role: approver, text: Go, {more}}}}}\n{after}\n"


def test_half_of_three_are_two(tell: Tell) -> None:
    story = tell(gate("quorum: 50%"), PEOPLE).start()

    story.approve("gate", "ana")
    assert story.statuses["gate"] == "waiting"
    story.approve("gate", "bo")
    assert story.statuses["gate"] == "succeeded"


def test_all_are_all_who_may(tell: Tell) -> None:
    story = tell(gate("quorum: all"), PEOPLE).start()
    for person in ("ana", "bo"):
        story.approve("gate", person)
        assert story.statuses["gate"] == "waiting"
    story.approve("gate", "cy")
    assert story.statuses["gate"] == "succeeded"


def test_roles_in_a_row_decide_one_after_the_other_and_one_person_counts_once(tell: Tell) -> None:
    text = f"{ROLES}\nsteps:\n- {{id: gate, approval: {{roles: [approver, manager], order: sequential}}}}\n"
    story = tell(text, PEOPLE).start()

    with pytest.raises(Refused, match="dan may not act as `approver`"):
        story.approve("gate", "dan")
    story.approve("gate", "cy")
    with pytest.raises(Refused, match="cy has approved already"):
        story.approve("gate", "cy")  # who is a manager too
    story.approve("gate", "dan")

    assert story.statuses["gate"] == "succeeded"
    assert [each["role"] for each in (*story.state.steps["gate"].replies, story.state.steps["gate"].reply)] == [
        "approver", "manager",
    ]  # fmt: skip


def test_who_approves_in_one_of_several_roles_plays_that_one(tell: Tell) -> None:
    text = f"{ROLES}\nsteps:\n- {{id: gate, approval: {{roles: [approver, manager]}}}}\n- {{id: work, manual: Do it}}\n"
    story = tell(text, PEOPLE).start()

    story.approve("gate", "ana")
    story.approve("gate", "dan")

    assert story.state.played["approver"] == {"ana"}
    assert story.state.played["manager"] == {"dan"}


def test_a_substitute_counts_as_themselves_and_as_whom_they_act_for(tell: Tell) -> None:
    text = f"{ROLES}\nsteps:\n- {{id: gate, approval: {{roles: [manager, approver]}}}}\n"
    story = tell(text, PEOPLE).start()
    story.approve("gate", "ana")  # as an approver, herself: her own part comes before dan's

    assert story.state.steps["gate"].replies[0]["role"] in ("manager", "approver")
    with pytest.raises(Refused, match="has approved already"):
        story.approve("gate", "ana")


@pytest.mark.parametrize(
    ("excluded", "person", "why"),
    [
        ("starter", "ana", "started this run"),
        ("implementer", "bo", "did some of the work"),
        ("author", "cy", "wrote the process"),
        ("operator", "bo", "acts as `operator`"),
    ],
)
def test_who_is_left_out_may_not_approve_and_nobody_is_exempt(tell: Tell, excluded: str, person: str, why: str) -> None:
    story = tell(gate(f"not: {excluded}", before="- {id: prepare, manual: Prepare}"), PEOPLE)
    story.by, story.about = "ana", {"authors": ["cy"]}
    story.start().answer("prepare", by="bo")

    with pytest.raises(Refused, match=why):
        story.approve("gate", person)
    with pytest.raises(Refused, match="needs a reason"):
        story.answer("gate", "reject", by=person)
    assert story.answer("gate", "reject", by=person, reason="I know it is not ready")  # a no is always allowed


def test_who_approved_may_not_do_the_work_afterwards(tell: Tell) -> None:
    story = tell(gate("not: implementer"), PEOPLE).start()
    story.approve("gate", "ana")

    with pytest.raises(Refused, match="ana approved `gate` and may not act"):
        story.answer("work", by="ana")
    assert story.answer("work", by="bo")


def test_a_round_begins_anew_and_the_newest_one_counts(tell: Tell) -> None:
    story = tell(gate(), PEOPLE).start()
    story.approve("gate", "ana")
    story.go_back("gate", by="cy")
    story.answer("gate", "reject", by="bo", reason="Not after what we saw")

    assert story.statuses["gate"] == "failed"
    assert story.status == "failed"


def test_a_yes_is_stale_when_what_it_covers_has_changed(tell: Tell) -> None:
    before = "- {id: plan, ask: {text: What, fields: {window: {}}}}\n- {id: other, needs: [], manual: Beside}"
    text = (
        gate("quorum: 2, covers: [plan]", before=before)
        .replace("- {id: gate,", "- {id: gate, needs: [plan],")
        .replace("- {id: work,", "- {id: work, needs: [gate, other],")
    )
    story = tell(text, PEOPLE).start()
    story.answer("plan", fields={"window": "Monday"})
    story.approve("gate", "ana")
    story.approve("gate", "bo")
    seen = story.state.steps["gate"].reply["seen"]
    story.go_back("plan")
    story.answer("plan", fields={"window": "Tuesday"})

    assert story.statuses["gate"] == "waiting"  # it depends on the plan
    story.approve("gate", "ana")
    assert story.state.steps["gate"].replies[0]["seen"] != seen


def test_a_yes_is_stale_when_evidence_of_what_it_covers_is_put_after_it(tell: Tell) -> None:
    before = "- {id: count, manual: Count, evidence: {photo: {title: Photo}}}\n- {id: other, needs: [], manual: Beside}"
    text = (
        gate("covers: [count]", before=before)
        .replace("- {id: gate,", "- {id: gate, needs: [count],")
        .replace("- {id: work,", "- {id: work, needs: [gate, other],")
    )
    story = tell(text, PEOPLE).start()
    story.attach("count", "seen.jpg", piece="photo")
    story.answer("count")
    story.approve("gate", "ana")

    story.attach("count", "besides.jpg")  # the step asks for no such thing
    story.ask(Attach("count", "other.jpg", "1" * 64, 1, "image/jpeg", "photo"))
    assert story.statuses["gate"] == "succeeded"
    story.answer("other")

    assert (story.statuses["gate"], story.statuses["work"]) == ("waiting", "pending")
    assert "ApprovalLapsed gate" in story.trace


@pytest.mark.parametrize("place", ["section", "child", "turn", "child in a section"])
def test_a_yes_inside_of_a_part_is_stale_for_what_follows_that(tell: Tell, place: str) -> None:
    count = "{id: count, manual: Count, evidence: {photo: {title: Photo}}}"
    signed = "{id: gate, approval: {role: approver, covers: [count]}}"
    part = f"section: {{steps: [{count}, {signed}]}}"
    inside = {
        "section": part,
        "turn": f"foreach: [a], {part}",
        "child": "process: g/child",
        "child in a section": "section: {steps: [{id: c, process: g/child}]}",
    }[place]
    text = f"""
roles: {{operator: {{}}, approver: {{role: approver}}}}
steps:
- {{id: part, {inside}}}
- {{id: other, needs: [], manual: Beside}}
- {{id: work, needs: [part, other], manual: Do it}}
"""
    if "child" in place:
        text = text.replace(", approver: {role: approver}", "")
    child = f"roles: {{operator: {{}}, approver: {{role: approver}}}}\nsteps: [{count}, {signed}]"
    story = tell(text, PEOPLE, **({"child": child} if "child" in place else {})).start()
    count_at, gate_at = (next(path for path in story.state.steps if path.split("/")[-1].split(".")[0] == "count"), "")
    story.attach(count_at, "seen.jpg", piece="photo")
    story.answer(count_at)
    gate_at = count_at.replace("count", "gate")
    story.approve(gate_at, "ana")

    story.ask(Attach(count_at, "other.jpg", "1" * 64, 1, "image/jpeg", "photo"))
    story.answer("other")

    assert (story.status, story.statuses["work"]) == ("paused", "ready")
    assert f"ApprovalLapsed {gate_at}" in story.trace
    with pytest.raises(Refused, match=f"the yes at `{gate_at}` no longer counts"):
        story.resume()
    story.ask(Resume(), by="bo")
    assert story.statuses["work"] == "waiting"
    story.answer("work")
    assert story.status == "succeeded"
    story.state = story.replayed()
    assert story.status == "succeeded"


def test_a_yes_given_to_another_definition_is_asked_for_again(tell: Tell) -> None:
    text = gate(after="- {id: other, needs: [], manual: Beside}\n- {id: work, needs: [gate, other], manual: Do it}")
    story = tell(text, PEOPLE).start()
    story.approve("gate", "ana")
    changed = tell(text.replace("manual: Do it", "manual: Do something else"), PEOPLE)
    story.plans["1" * 64] = changed.plan
    from runbook.run.commands import Adopt

    story.ask(Adopt("1" * 64, "A better way"))
    story.answer("other")

    assert (story.statuses["gate"], story.statuses["work"]) == ("waiting", "pending")
    assert "ApprovalLapsed gate" in story.trace


def test_a_decision_about_something_else_than_what_is_shown_is_refused(tell: Tell) -> None:
    story = tell(gate(), PEOPLE).start()

    with pytest.raises(Refused, match="has changed since ana saw it"):
        story.answer("gate", "approve", by="ana", seen="0" * 64)


def test_a_yes_expires_unless_what_needs_it_has_begun(tell: Tell) -> None:
    after = "- {id: other, needs: [], manual: Beside}\n- {id: work, needs: [gate, other], manual: Do it}"
    story = tell(gate("expires: 2h", after=after), PEOPLE).start()
    story.approve("gate", "ana")
    story.wait("3h")

    assert story.statuses["gate"] == "waiting"
    assert story.events[-1].event.type != "StepSucceeded"
    assert any(each.event.data.get("state") == "expired" for each in story.events)

    story.approve("gate", "bo")
    story.answer("other")
    story.answer("work")
    story.wait("3h")
    assert story.statuses["gate"] == "succeeded"


def test_a_missed_deadline_asks_others_as_well_and_never_approves(tell: Tell) -> None:
    story = tell(gate("deadline: 4h, on_timeout: escalate, escalate_to: chief"), PEOPLE).start()
    with pytest.raises(Refused, match="eve may not act as `approver`"):
        story.approve("gate", "eve")

    story.wait("5h")
    assert story.statuses["gate"] == "waiting"
    story.approve("gate", "eve")
    assert story.statuses["gate"] == "succeeded"


def test_changes_are_wanted_and_the_work_before_is_done_anew(tell: Tell) -> None:
    story = tell(gate("send_back_to: plan", before="- {id: plan, manual: Plan it}"), PEOPLE).start()
    story.answer("plan")
    with pytest.raises(Refused, match="wanting changes needs a reason"):
        story.answer("gate", "send-back", by="ana")
    with pytest.raises(Refused, match="eve may not act"):
        story.answer("gate", "send-back", by="eve", reason="No way back")
    story.answer("gate", "send-back", by="ana", reason="It has no way back")

    assert (story.statuses["plan"], story.statuses["gate"]) == ("waiting", "pending")
    story.answer("plan")
    story.approve("gate", "ana")
    assert story.statuses["gate"] == "succeeded"


def test_a_step_without_a_way_back_is_not_sent_there(tell: Tell) -> None:
    story = tell(gate(), PEOPLE).start()
    with pytest.raises(Refused, match="no step that it could be sent back to"):
        story.answer("gate", "send-back", by="ana", reason="Hm")


def test_in_an_emergency_one_says_yes_and_the_others_look_at_it_before_the_run_ends(tell: Tell) -> None:
    text = gate("not: starter, emergency: {role: chief, within: 24h}")
    story = tell(text, PEOPLE)
    story.by = "ana"
    story.start()
    with pytest.raises(Refused, match="eve may not act as `approver`"):
        story.approve("gate", "eve")
    with pytest.raises(Refused, match="ana may not act as `chief`"):
        story.answer("gate", "approve", by="ana", emergency=True, reason="It burns")
    with pytest.raises(Refused, match="needs a reason"):
        story.answer("gate", "approve", by="eve", emergency=True)
    story.answer("gate", "approve", by="eve", emergency=True, reason="It burns")
    story.answer("work")

    assert (story.status, story.statuses["gate-review"]) == ("waiting", "waiting")
    with pytest.raises(Refused, match="started this run"):
        story.approve("gate-review", "ana")
    story.approve("gate-review", "bo")
    assert story.status == "succeeded"


def test_who_says_yes_in_an_emergency_plays_the_role_that_may(tell: Tell) -> None:
    story = tell(gate("emergency: {role: chief, within: 1d}"), PEOPLE).start()

    story.answer("gate", "approve", by="eve", emergency=True, reason="It burns")

    assert story.state.played["chief"] == {"eve"}
    assert "approver" not in story.state.played


def test_an_emergency_that_nobody_looked_at_in_time_fails_the_run(tell: Tell) -> None:
    story = tell(gate("emergency: {role: chief, within: 24h}"), PEOPLE).start()
    story.answer("gate", "approve", by="eve", emergency=True, reason="It burns")
    story.answer("work")
    story.wait("25h")

    assert story.status == "failed"
    assert "nobody decided" in story.state.reason


def test_an_emergency_where_there_is_no_way_for_one_is_refused(tell: Tell) -> None:
    story = tell(gate(), PEOPLE).start()
    with pytest.raises(Refused, match="has no way for emergencies"):
        story.answer("gate", "approve", by="ana", emergency=True, reason="It burns")
    story.approve("gate", "ana")
    with pytest.raises(Refused, match="is no approval"):
        story.answer("work", by="ana", emergency=True, reason="It burns")


def test_a_yes_is_taken_back_before_the_work_begins(tell: Tell) -> None:
    after = "- {id: other, needs: [], manual: Beside}\n- {id: work, needs: [gate, other], manual: Do it}"
    story = tell(gate(after=after), PEOPLE).start()
    story.approve("gate", "ana")
    with pytest.raises(Refused, match="needs a reason"):
        story.ask(Revoke("gate", " "), by="ana")
    with pytest.raises(Refused, match="eve may not act"):
        story.ask(Revoke("gate", "Changed my mind"), by="eve")
    story.ask(Revoke("gate", "The window was moved"), by="bo")

    assert story.statuses["gate"] == "waiting"


def test_a_yes_taken_back_after_the_work_began_pauses_the_run(tell: Tell) -> None:
    story = tell(gate(after="- {id: work, shell: work}"), PEOPLE).start()
    story.approve("gate", "ana")
    assert story.claim() == ["work"]
    story.ask(Revoke("gate", "Wrong host"), by="ana")

    story.ends("work")
    assert story.state.paused
    assert "Wrong host" in str(story.state.paused["reason"])


# -- second persons -----------------------------------------------------------------------------------


def test_nobody_looks_at_their_own_emergency(tell: Tell) -> None:
    people = {**PEOPLE, "cy": {"roles": ["approver", "chief"]}}
    story = tell(gate("emergency: {role: chief, within: 1h}"), people).start()
    story.answer("gate", "approve", by="cy", emergency=True, reason="Customers are cut off")

    with pytest.raises(Refused, match="cy gave the yes that is looked at here"):
        story.approve("gate-review", "cy")
    assert story.approve("gate-review", "bo")


LAST = "{id: gate, approval: {role: approver, text: Go, expires: 1h}}"
FOLLOWER = "- {id: work, needs: [part], manual: Do it}\n- {id: later, manual: Do more}"


@pytest.mark.parametrize(
    "steps",
    [
        f"- {LAST.replace('gate,', 'gate, needs: [],')}\n"
        "- {id: left-out, needs: [gate], when: '1 > 2', manual: No}\n- {id: beside, needs: [left-out], command: [b]}",
        f"- {LAST.replace('gate,', 'gate, needs: [],')}\n"
        "- {id: beside, needs: [], command: [b]}\n- {id: work, needs: [gate, beside], manual: Do it}",
    ],
    ids=["what needs it was left out", "the steps around it were stopped"],
)
def test_a_yes_that_nothing_needs_any_more_expires_in_silence(tell: Tell, steps: str) -> None:
    text = f"{ROLES}\nsteps:\n{steps}\nfinally:\n- {{id: people, role: manager, manual: Tidy}}\n"
    story = tell(text, PEOPLE).start()
    story.approve("gate", "ana")
    story.claim()
    if "work" in story.statuses:
        story.ends("beside", 1)

    story.wait("2h")
    story.carry_out()
    story.answer("people", by="dan")

    assert story.status in ("succeeded", "failed")
    assert "ApprovalLapsed gate" not in story.trace


def test_a_yes_that_expires_at_the_end_of_a_section_holds_what_needs_it(tell: Tell) -> None:
    text = f"{ROLES}\nsteps:\n- id: part\n  section: {{steps: [{LAST}]}}\n{FOLLOWER}\n"
    story = tell(text, PEOPLE).start()
    story.approve("gate", "ana")
    story.wait("2h")

    assert (story.trace.count("ApprovalLapsed gate"), bool(story.state.paused)) == (1, True)
    with pytest.raises(Refused, match="needs the yes at `gate`, which no longer counts"):
        story.answer("work", by="bo")
    with pytest.raises(Refused, match="eve may not act as `approver`"):
        story.ask(Resume(), by="eve")
    story.wait("2h")
    story.ask(Resume(), by="bo")
    story.answer("work", by="bo")

    assert story.trace.count("ApprovalLapsed gate") == 1


def test_after_a_yes_was_taken_back_nobody_goes_on_but_who_may_give_it(tell: Tell) -> None:
    after = (
        "- {id: work, needs: [gate], command: [work]}\n- {id: other, needs: [], manual: Beside}\n"
        "- {id: program, needs: [gate, other], command: [program]}\n- {id: hand, needs: [gate, other], manual: Do it}"
    )
    story = tell(gate(after=after).replace("{id: gate,", "{id: gate, needs: [],"), PEOPLE).start()
    story.approve("gate", "ana")
    story.claim()
    story.pause()  # who has paused it before keeps nobody from taking the yes back
    story.ask(Revoke("gate", "The business is against it"), by="bo")
    story.ends("work")
    story.answer("other")

    for again in (False, True):
        if again:
            story.state = story.replayed()
        with pytest.raises(Refused, match="the yes at `gate` no longer counts: ada may not act as `approver`"):
            story.resume()
        assert (story.claim(), story.statuses["hand"]) == ([], "ready")
    story.cancel()
    with pytest.raises(Refused, match="the yes at `gate` no longer counts"):
        story.retry()
    story.ask(Retry("It may go on"), by="cy")
    assert story.claim() == ["program"]
    assert story.statuses["hand"] == "waiting"


TWO = f"""
{ROLES}
steps:
- id: torque
  verifier: approver
  manual: {{text: Tighten, fields: {{newton: {{type: number}}}}}}
- {{id: next, manual: Next}}
"""


def test_a_second_person_confirms_what_the_first_recorded(tell: Tell) -> None:
    story = tell(TWO, PEOPLE).start()
    story.answer("torque", by="ana", fields={"newton": 80})
    assert (story.statuses["torque"], story.statuses["next"]) == ("waiting", "pending")

    with pytest.raises(Refused, match="waits for a second person"):
        story.answer("torque", by="bo", fields={"newton": 70})
    with pytest.raises(Refused, match="nobody confirms their own work"):
        story.answer("torque", "confirm", by="ana")
    with pytest.raises(Refused, match="eve may not act as `approver`"):
        story.answer("torque", "confirm", by="eve")
    with pytest.raises(Refused, match="speak for themselves"):
        story.answer("torque", "confirm", by="ada", stated_by="bo")
    story.answer("torque", "confirm", by="bo")

    step = story.state.steps["torque"]
    assert (step.status.value, step.by, step.answers) == ("succeeded", "ana", {"newton": 80})
    confirmed = story.events[-3].event.data["confirmed"]
    assert confirmed["by"] == "bo"
    assert step.reply["seen"] != confirmed["seen"]  # the second one saw the values as well


def test_what_is_not_right_goes_back_to_who_did_it(tell: Tell) -> None:
    story = tell(TWO, PEOPLE).start()
    story.answer("torque", by="ana", fields={"newton": 8})
    with pytest.raises(Refused, match="needs a reason"):
        story.answer("torque", "send-back", by="bo")
    story.answer("torque", "send-back", by="bo", reason="8 can't be")
    with pytest.raises(Refused):
        story.answer("torque", "confirm", by="bo")
    story.answer("torque", by="ana", fields={"newton": 80})
    story.answer("torque", "confirm", by="cy")

    assert story.state.steps["torque"].answers == {"newton": 80}


def test_a_second_person_confirms_what_a_program_gave(tell: Tell) -> None:
    steps = "- {id: count, verifier: approver, shell: count, outputs: {rows: stdout}}\n- {id: next, manual: Next}"
    text = f"{ROLES}\nsteps:\n{steps}\n"
    "next, manual: Next}\n"
    story = tell(text, PEOPLE).start()
    story.claim(by="ana")
    story.ends("count", stdout="42")

    assert story.statuses["count"] == "waiting"
    with pytest.raises(Refused, match="nobody confirms their own work"):
        story.answer("count", "confirm", by="ana")
    story.answer("count", "confirm", by="bo")
    assert story.state.steps["count"].outputs == {"rows": "42"}


@pytest.mark.parametrize("end", ["fails", "breaks off"])
def test_a_second_person_confirms_also_what_somebody_says_of_a_program(tell: Tell, end: str) -> None:
    story = tell(f"{ROLES}\nsteps:\n- {{id: count, verifier: approver, shell: count}}\n", PEOPLE).start()
    story.claim(by="ada")
    if end == "fails":
        story.ends("count", 1, attended=True)
    else:
        story.breaks_off("count")

    story.answer("count", "done", by="ana", reason="It is there, I looked")

    assert (story.statuses["count"], story.status) == ("waiting", "waiting")
    assert [each.kind for each in deviations(story.events) if each.kind == "declared"] == ["declared"]
    with pytest.raises(Refused, match="nobody confirms their own work"):
        story.answer("count", "confirm", by="ana")
    story.state = story.replayed()
    story.answer("count", "confirm", by="bo")
    assert (story.statuses["count"], story.state.steps["count"].by) == ("succeeded", "ana")
    assert [each.kind for each in deviations(story.events) if each.kind == "declared"] == ["declared"]


def test_a_result_that_is_not_confirmed_fails_the_step(tell: Tell) -> None:
    text = f"{ROLES}\nsteps:\n- {{id: count, verifier: approver, shell: count}}\n"
    story = tell(text, PEOPLE).start()
    story.claim(by="ana")
    story.ends("count")
    story.answer("count", "send-back", by="bo", reason="Nobody has 0 rows")

    assert story.statuses["count"] == "failed"
    assert "not confirmed by bo" in story.state.steps["count"].reason


def test_the_same_story_replayed_stands_where_it_stood(tell: Tell) -> None:
    story = tell(TWO, PEOPLE).start()
    story.answer("torque", by="ana", fields={"newton": 80})

    again = story.replayed()
    assert again.steps["torque"].performed == story.state.steps["torque"].performed
    assert again.organisation.people.keys() == PEOPLE.keys()


def test_who_may_decide_is_told_in_proportion_to_how_many_there_are(
    tell: Tell, monkeypatch: pytest.MonkeyPatch
) -> None:
    looks = 0
    lacks = Organisation.lacks

    def counted(self: Organisation, person: str, role: Role) -> str:
        nonlocal looks
        looks += 1
        return lacks(self, person, role)

    monkeypatch.setattr(Organisation, "lacks", counted)
    needed = []
    for many in (20, 40):
        people = {**PEOPLE, **{f"p{number}": {"roles": ["approver"] * (number % 2)} for number in range(many)}}
        story = tell(gate("quorum: 50%"), people).start()
        looks = 0
        assert len(candidates(story.state, story.state.steps["gate"], story.now)) == many // 2 + 3
        needed.append(looks)

    assert needed[1] < 2.2 * needed[0]
