"""Stories of people: who may act, who has taken what on, and who is kept from whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook.errors import Conflict, Misuse, Refused
from runbook.run.commands import AdoptOrganisation, AssignRole, Work
from runbook.testing import Story

Tell = Callable[..., Story]
PEOPLE: dict[str, Any] = {
    "teams": {"teams": {"infra": {"lead": "ivan", "members": ["ana", "bo"]}, "desk": {"members": ["cy"]}}},
    "ada": {"teams": ["infra"], "capabilities": {"postgres": 3}},
    "ana": {"roles": ["change-approver"], "capabilities": {"postgres": 2}, "manager": "ivan", "wip": 1},
    "bo": {"users": ["bsmith"], "starts_on_claim": True},
    "cy": {"substitutes": [{"person": "bo", "for": ["perform"], "from": "2026-11-20", "to": "2026-11-25"}]},
    "ivan": {"roles": ["change-approver", "it-manager"]},
}


def ask(story: Story, act: str, step: str = "work", by: str = "", **words: Any) -> Story:
    story.ask(Work(step, act, **words), by=by)
    return story


@pytest.mark.parametrize(
    ("role", "may", "may_not", "why"),
    [
        ("{team: infra}", ["ana", "bsmith", "ivan"], ["cy", "zoe"], "not in the team `infra`"),
        ("{role: change-approver}", ["ana", "ivan"], ["cy"], "not `change-approver` in the organisation"),
        ("{capabilities: {postgres: 2}}", ["ana", "ada"], ["bsmith"], "without the capability `postgres` at level 2"),
        ("{team: infra, capabilities: {postgres: 3}}", ["ada"], ["ana"], "at level 3"),
        ("{people: [ana, cy]}", ["ana", "cy"], ["ivan"], "ask one of ana, cy"),
        ("{people: ['{{ inputs.owner }}']}", ["cy"], ["ana"], "ask one of cy"),
        ("{manager_of: starter}", ["ivan"], ["ana", "ada"], "not the manager of `starter`"),
    ],
    ids=["team", "office", "capability", "both", "names", "a value", "manager"],
)
def test_a_role_takes_only_who_has_what_it_asks_for(
    tell: Tell, role: str, may: list[str], may_not: list[str], why: str
) -> None:
    text = f"""
roles: {{operator: {{}}, doer: {role}}}
inputs: {{owner: {{default: cy}}}}
steps: [{{id: work, role: doer, manual: Do it}}]
"""
    for person in may_not:
        with pytest.raises(Refused, match="may not act as `doer`") as refused:
            tell(text, PEOPLE).start().answer("work", by=person)
        if person != "zoe":
            assert why in f"{refused.value} {refused.value.help}"
    for person in may:
        assert tell(text, PEOPLE).start().answer("work", by=person)


def test_a_login_is_the_person_it_belongs_to_and_nobody_else(tell: Tell) -> None:
    story = tell("roles: {doer: {people: [bo]}}\nsteps: [{id: work, manual: Do it}]", PEOPLE).start()

    with pytest.raises(Refused, match="user:bo may not act"):
        story.answer("work", by="bo")  # bo logs in as bsmith
    story.answer("work", by="bsmith")

    assert story.state.steps["work"].by == "bo"
    assert story.events[-1].by == "bo"


def test_nobody_speaks_for_whom_a_role_asks(tell: Tell) -> None:
    story = tell("roles: {doer: {team: infra}}\nsteps: [{id: work, manual: Do it}]", PEOPLE).start()

    with pytest.raises(Refused, match="speak for themselves"):
        story.answer("work", by="cy", stated_by="ana")
    assert story.answer("work", by="ana", stated_by="ana")


def test_a_substitute_acts_in_their_days_and_is_recorded_with_whom_they_act_for(tell: Tell) -> None:
    text = "roles: {doer: {team: desk}}\nsteps: [{id: work, manual: Do it}]"
    late = tell(text, PEOPLE)
    late.now = "2026-11-26T08:00:00.000Z"
    with pytest.raises(Refused, match="may not act as `doer`"):
        late.start().answer("work", by="bsmith")

    story = tell(text, PEOPLE).start()
    story.answer("work", by="bsmith")

    assert story.state.steps["work"].reply == {"outcome": "done", "by": "bo", "for": "cy"}


def test_a_substitute_is_held_to_the_rules_for_both(tell: Tell) -> None:
    people = {
        **PEOPLE,
        "ana": {**PEOPLE["ana"], "substitutes": [{"person": "cy", "from": "2026-11-01", "to": "2026-11-30"}]},
    }
    text = """
roles: {operator: {}, approver: {role: change-approver}}
steps:
- {id: work, manual: Do it}
- {id: gate, approval: {role: approver, not: operator}}
"""
    story = tell(text, people).start()
    story.answer("work", by="ana")

    with pytest.raises(Refused, match="ana acts as `operator` in this run and may not act as `approver`"):
        story.approve("gate", "cy")  # who would act for ana


def test_of_two_who_claim_a_step_one_gets_it_and_the_other_is_told_who(tell: Tell) -> None:
    story = tell("roles: {doer: {team: infra}}\nsteps: [{id: work, manual: Do it}]", PEOPLE).start()
    ask(story, "claim", by="ana")

    with pytest.raises(Conflict, match="`work` is claimed by ana since 2026-11-22 08:00"):
        ask(story, "claim", by="ivan")
    with pytest.raises(Conflict, match="is claimed by ana"):
        story.answer("work", by="ivan")
    assert ask(story, "claim", by="ana").trace.count("WorkClaimed work") == 1
    assert story.answer("work", by="ana")


def test_nobody_claims_more_than_they_may_have(tell: Tell) -> None:
    story = tell("roles: {doer: {team: infra}}\nsteps: [{id: work, manual: Do it}]", PEOPLE).start()

    with pytest.raises(Refused, match="ana has 1 steps already"):
        ask(story, "claim", by="ana", load=1)
    assert ask(story, "claim", by="ada", load=7).state.steps["work"].work["by"] == "ada"


def test_what_is_delegated_stays_until_it_is_accepted_and_the_rules_are_asked_again(tell: Tell) -> None:
    story = tell("roles: {doer: {team: infra}}\nsteps: [{id: work, manual: Do it}]", PEOPLE).start()
    ask(story, "claim", by="ana")

    with pytest.raises(Refused, match="cy may not act as `doer`"):
        ask(story, "delegate", by="ana", to="cy")
    ask(story, "delegate", by="ana", to="bo", reason="On site")
    assert story.state.steps["work"].work["by"] == "ana"
    with pytest.raises(Refused, match="was not offered to ivan"):
        ask(story, "accept", by="ivan")

    ask(story, "decline", by="bsmith")
    with pytest.raises(Refused, match="was not offered to bo"):
        ask(story, "accept", by="bsmith")
    ask(story, "delegate", by="ana", to="bo")
    story.ask(AdoptOrganisation(story.know({**PEOPLE, "teams": {"teams": {"infra": {"members": ["ana"]}}}})))
    with pytest.raises(Refused, match="bo may not act as `doer` at `work`: not in the team"):
        ask(story, "accept", by="bsmith")
    story.ask(AdoptOrganisation(story.organisation))
    ask(story, "accept", by="bsmith")

    assert story.state.steps["work"].work["by"] == "bo"


def test_a_step_rests_with_a_reason_and_is_not_done_meanwhile(tell: Tell) -> None:
    story = tell("- {id: work, manual: Do it}", PEOPLE).start()
    ask(story, "start", by="ana", start=True)

    with pytest.raises(Refused, match="needs a reason"):
        ask(story, "suspend", by="ana")
    ask(story, "suspend", by="ana", reason="Locked until noon")
    with pytest.raises(Refused, match="rests: Locked until noon"):
        story.answer("work", by="ana")
    with pytest.raises(Conflict, match="begun by ana"):
        ask(story, "continue", by="ivan")
    ask(story, "continue", by="ana")

    assert story.answer("work", by="ana")


def test_giving_a_step_back_that_has_begun_needs_a_reason_and_taking_it_from_others_a_right(tell: Tell) -> None:
    text = """
roles: {doer: {team: infra}, lead: {role: it-manager}}
privileges: {reassign: lead}
steps: [{id: work, manual: Do it}, {id: look, role: lead, manual: Look}]
"""
    story = tell(text, PEOPLE).start()
    ask(story, "claim", by="bsmith")  # who begins what they claim

    with pytest.raises(Refused, match="giving it back needs a reason"):
        ask(story, "unclaim", by="bsmith")
    with pytest.raises(Refused, match="ana may not act as `lead`"):
        ask(story, "assign", by="ana", to="ana", reason="Mine")
    with pytest.raises(Refused, match="needs a note"):
        ask(story, "assign", by="ivan", to="ana")
    ask(story, "assign", by="ivan", to="ana", reason="Half is done")
    assert story.state.steps["work"].work["by"] == "ana"
    with pytest.raises(Refused, match="cy may not act as `doer`"):
        ask(story, "assign", by="ivan", to="cy")


def test_who_helps_counts_as_one_who_acted(tell: Tell) -> None:
    text = """
steps:
- {id: work, manual: Do it}
- {id: check, performer: {not_same_as: work}, manual: Check it}
"""
    story = tell(text, PEOPLE).start()
    with pytest.raises(Refused, match="nobody has claimed"):
        ask(story, "help", by="ivan")
    ask(story, "claim", by="ana")
    ask(story, "help", by="ivan")
    story.answer("work", by="ana")

    for person in ("ana", "ivan"):
        with pytest.raises(Refused, match="did `work` and may not do"):
            story.answer("check", by=person)
    assert story.answer("check", by="cy")


def test_who_did_one_step_does_the_next_as_long_as_they_are_there(tell: Tell) -> None:
    text = "steps: [{id: triage, manual: Look}, {id: follow-up, performer: {same_as: triage}, manual: Tell them}]"
    story = tell(text, PEOPLE).start()
    story.answer("triage", by="ana")

    with pytest.raises(Refused, match="ana did `triage`, and does this too"):
        story.answer("follow-up", by="ivan")
    away = {**PEOPLE, "ana": {**PEOPLE["ana"], "leave": [{"from": "2026-11-20", "to": "2026-11-30"}]}}
    story.ask(AdoptOrganisation(story.know(away)))

    assert story.answer("follow-up", by="ivan")


def test_whoever_acts_first_in_a_role_plays_it_in_the_whole_run(tell: Tell) -> None:
    text = "roles: {doer: {team: infra, binds: first}}\nsteps: [{id: work, manual: Do it}, {id: more, manual: Do more}]"
    story = tell(text, PEOPLE).start()
    ask(story, "claim", by="ana")
    story.answer("work", by="ana")

    with pytest.raises(Refused, match="in this run that is ana"):
        story.answer("more", by="ivan")
    story.ask(AssignRole("doer", ["ivan"], "Ana is ill"))
    assert story.answer("more", by="ivan")


def test_a_role_is_named_when_the_run_starts_by_who_can_play_it(tell: Tell) -> None:
    text = "roles: {doer: {}, owner: {team: infra, binds: start}}\nsteps: [{id: work, role: owner, manual: Do it}]"
    with pytest.raises(Refused, match="has to be named when the run starts"):
        tell(text, PEOPLE).start()
    wrong = tell(text, PEOPLE)
    wrong.roles = {"owner": ["cy"]}
    with pytest.raises(Refused, match="cy may not play `owner`: not in the team `infra`"):
        wrong.start()
    unknown = tell(text, PEOPLE)
    unknown.roles = {"boss": ["ana"]}
    with pytest.raises(Misuse, match="has no role `boss`"):
        unknown.start()

    story = tell(text, PEOPLE)
    story.roles = {"owner": ["bo"]}
    story.start()
    with pytest.raises(Refused, match="in this run that is bo"):
        story.answer("work", by="ana")
    assert story.answer("work", by="bsmith")


def test_a_role_that_is_given_to_others_needs_a_reason(tell: Tell) -> None:
    text = "roles: {doer: {}, owner: {team: infra}}\nsteps: [{id: work, role: owner, manual: Do it}]"
    story = tell(text, PEOPLE).start()
    story.ask(AssignRole("owner", ["ana"]))

    with pytest.raises(Refused, match="given to others already"):
        story.ask(AssignRole("owner", ["ivan"]))
    with pytest.raises(Misuse, match="nobody is named"):
        story.ask(AssignRole("owner", []))
    with pytest.raises(Refused, match="cy may not play"):
        story.ask(AssignRole("owner", ["cy"], "Why not"))


@pytest.mark.parametrize("strict", ["", "mode: strict\nauthority: owner\n"], ids=["guided", "strict"])
@pytest.mark.parametrize("word", ["retry", "undo"])
def test_a_substitute_stands_in_for_nobody_any_more_after_the_end(tell: Tell, word: str, strict: str) -> None:
    away = [{"person": "zoe", "from": "2026-11-01", "to": "2026-11-23"}]
    steps = "steps: [{id: work, role: owner, manual: x, undo: y}]"
    text = f"{strict}roles: {{doer: {{}}, owner: {{people: [ana]}}}}\n{steps}"
    story = tell(text, {**PEOPLE, "zoe": {}, "ana": {**PEOPLE["ana"], "substitutes": away}}).start()
    if word == "undo":
        story.answer("work", by="ana")
    else:
        story.answer("work", "failed", by="ana", reason="It broke")
    ended = story.now

    story.now = "2026-12-24T08:00:00.000Z"
    with pytest.raises(Refused, match=r"zoe may not act as `owner`|which zoe does not have"):
        getattr(story, word)(by="zoe")
    story.now = ended
    assert getattr(story, word)(by="zoe")


def test_a_role_that_others_have_is_not_taken_from_them(tell: Tell) -> None:
    text = (
        "roles: {doer: {}, owner: {binds: start}, free: {team: infra}}\nsteps: [{id: work, role: owner, manual: Do it}]"
    )
    text = text.replace("]", ", {id: more, role: free, manual: Do more}]")
    story = tell(text, PEOPLE)
    story.roles = {"owner": ["ana"]}
    story.start()

    with pytest.raises(Refused, match="cy may not give `owner` to anybody") as refused:
        story.ask(AssignRole("owner", ["cy"], "Ana is ill"), by="cy")
    assert refused.value.help == "ask ada or ana"
    with pytest.raises(Refused, match="cy may not give `free` to anybody"):
        story.ask(AssignRole("free", ["ivan"]), by="cy")

    story.ask(AssignRole("free", ["ivan"]), by="ana")
    story.ask(AssignRole("owner", ["ivan"], "I am ill"), by="ana")
    assert story.state.assigned == {"owner": ("ivan",), "free": ("ivan",)}


def test_skipping_and_going_back_are_left_to_those_roles(tell: Tell) -> None:
    text = """
roles: {doer: {}, lead: {role: it-manager}}
privileges: {skip: lead, redo: lead}
steps: [{id: work, manual: Do it}, {id: more, manual: Do more}, {id: last, manual: And this}]
"""
    story = tell(text, PEOPLE).start()
    with pytest.raises(Refused, match="ana may not act as `lead`"):
        story.answer("work", "skipped", by="ana", reason="No time")
    story.answer("work", "skipped", by="ivan", reason="Done yesterday")
    story.answer("more", by="ana")
    with pytest.raises(Refused, match="ana may not act as `lead`"):
        story.go_back("more", by="ana")
    assert story.go_back("more", by="ivan")


def test_a_step_that_has_to_be_claimed_first_is_not_answered_before(tell: Tell) -> None:
    story = tell("- {id: work, performer: {claimed_first: true}, manual: Do it}", PEOPLE).start()

    with pytest.raises(Refused, match="has to be claimed before it is done"):
        story.answer("work", by="ana")
    ask(story, "claim", by="ana")
    assert story.answer("work", by="ana")


def test_what_is_over_is_nobodys_to_take_on_and_that_is_a_conflict(tell: Tell) -> None:
    story = tell("- {id: work, manual: Do it}\n- {id: last, manual: End it}", PEOPLE).start()
    story.answer("work", by="ana")

    with pytest.raises(Conflict, match="can't be taken on: it is succeeded by ana"):
        ask(story, "claim", by="bsmith")
