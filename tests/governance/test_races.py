"""Two people at two terminals want one thing at the same instant: one gets it, and the other is told who has it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from tests.governance.conftest import AT_ONCE, SHORT
from tests.people import People

Make = Callable[..., People]
GIVEN_UP = 5
"""The exit code of whoever comes second."""
PEOPLE = {"ana": "uid2001", "bo": "uid2002", "cy": "uid2003"}
STAYS = "- {id: stays, needs: [], manual: 'Keep the run open'}\n"
RACES = "roles: {operator: {}, boss: {people: [ana, bo, cy]}, second: {people: [ana, bo]}}\nsteps:\n"


@pytest.fixture
def steps(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """A step for each race of one test."""
    races = min(AT_ONCE, request.config.getoption("--races", SHORT))
    return tuple(f"s{number}" for number in range(1, races + 1))


@pytest.fixture
def people(people_at_terminals: Make, steps: tuple[str, ...]) -> Callable[[str], People]:
    """Three people with logins of their own, and a process that has a step of this sort for each race."""

    def make(step: str) -> People:
        raced = "".join(f"- {{id: {id}, needs: [], {step}}}\n" for id in steps)
        files = {f"operations/people/{id}.yaml": f"users: [{user}]\n" for id, user in PEOPLE.items()}
        made = people_at_terminals(
            {
                "runbook.yaml": "runbook: 1\ntitle: Races\n",
                "processes/g/group.yaml": "title: Races\nowner: ops\n",
                "processes/g/race.yaml": f"runbook: 1\ntitle: Race\n{RACES}{raced}{STAYS}",
                **files,
            }
        )
        assert [made.as_user(id).system_name for id in PEOPLE] == list(PEOPLE.values())
        return made

    return make


def raced(people: People, ana: tuple[object, ...], bo: tuple[object, ...]) -> tuple[str, int, str]:
    """Who was first, and what the second one was told, with which code."""
    calls = {"ana": ana, "bo": bo}
    first = sorted(calls, reverse=int(str(ana[2])[1:]) % 2 == 0)  # neither of them always types before the other
    told = people.race({name: calls[name] for name in first})
    winners = [name for name, (code, _) in told.items() if code == 0]
    assert len(winners) == 1, told
    return winners[0], *told["bo" if winners == ["ana"] else "ana"]


def happened(people: People, run: str, type: str) -> list[tuple[str, Mapping[str, Any]]]:
    """What the events of that type say, and about which step, in the order of the steps."""
    events = people.as_user("cy").events(run)
    found = [(event["step"], event["data"]) for event in events if event["type"] == type]
    return sorted(found, key=lambda each: int(each[0][1:]))


def test_a_step_is_claimed_by_one_of_two_and_the_other_is_told_who_has_it(
    people: Callable[[str], People], steps: tuple[str, ...], heat: int
) -> None:
    made = people("manual: Do it")
    run = made.as_user("cy").begin("g/race")
    winners = []

    for step in steps:
        winner, code, told = raced(made, ("claim", run, step), ("claim", run, step))
        winners.append((step, winner))

        assert code == GIVEN_UP
        assert f"`{step}` is claimed by {winner} since" in told
    assert [(step, data["work"]["by"]) for step, data in happened(made, run, "WorkClaimed")] == winners


def test_the_last_yes_is_given_by_one_of_two(people: Callable[[str], People], steps: tuple[str, ...]) -> None:
    made = people("approval: {role: boss, quorum: 2}")
    run = made.as_user("cy").begin("g/race")
    decided = []

    for step in steps:
        assert made.race({"cy": ("approve", run, step)})["cy"][0] == 0
        winner, code, told = raced(made, ("approve", run, step), ("approve", run, step))
        decided.append((step, ["cy", winner]))

        assert code == GIVEN_UP
        assert f"is over already (succeeded by {winner})" in told
    assert [(step, data["outputs"]["by"]) for step, data in happened(made, run, "StepSucceeded")] == decided


def test_a_claim_and_an_answer_do_not_pass_each_other(people: Callable[[str], People], steps: tuple[str, ...]) -> None:
    made = people("manual: Do it")
    run = made.as_user("cy").begin("g/race")
    winners = {}

    for step in steps:
        winners[step], code, told = raced(made, ("claim", run, step), ("answer", run, step, "done"))

        assert code == GIVEN_UP
        assert ("is claimed by ana since" if winners[step] == "ana" else "succeeded by bo") in told
    claimed = [step for step, _ in happened(made, run, "WorkClaimed")]
    assert claimed == [step for step in steps if winners[step] == "ana"]
    answered = [step for step, _ in happened(made, run, "StepSucceeded")]
    assert answered == [step for step in steps if winners[step] == "bo"]


def test_whoever_does_a_step_never_confirms_it_however_quick_they_are(
    people: Callable[[str], People], steps: tuple[str, ...]
) -> None:
    made = people("verifier: second, manual: Do it")
    run = made.as_user("cy").begin("g/race")
    pairs = []

    for step in steps:
        done, confirm = ("answer", run, step, "done"), ("confirm", run, step)
        performer, _, told = raced(made, done, done)
        assert f"was done by {performer}, and waits for a second person" in told
        confirmer, code, told = raced(made, confirm, confirm)
        pairs.append((step, performer, confirmer))

        assert {performer, confirmer} == {"ana", "bo"}
        assert code in (2, GIVEN_UP)
        assert "nobody confirms their own work" in told or f"succeeded by {performer}" in told
    ended = happened(made, run, "StepSucceeded")
    assert [(step, data["reply"]["by"], data["confirmed"]["by"]) for step, data in ended] == pairs
