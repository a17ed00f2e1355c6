"""Stories of what is left to certain roles: at a step, a section, a process, and all that is inside of them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook.errors import Refused
from runbook.run.commands import Work
from runbook.testing import Story

Tell = Callable[..., Story]
PEOPLE: dict[str, Any] = {
    "ana": {},
    "ivan": {"roles": ["it-manager"]},
    "cy": {"roles": ["owner"]},
    "dee": {"roles": ["owner"]},
}
ROLES = "roles: {doer: {}, lead: {role: it-manager}}\n"
WORK = "{id: work, manual: Do it}"
CHILD = "roles: {doer: {}}\nsteps: [{id: work, manual: Do it}]"


@pytest.mark.parametrize(
    ("text", "path"),
    [
        (f"{ROLES}steps: [{{id: s, privileges: {{skip: lead}}, section: {{steps: [{WORK}]}}}}]", "work"),
        (
            f"{ROLES}steps: [{{id: s, privileges: {{skip: lead}}, "
            f"section: {{steps: [{{id: t, section: {{steps: [{WORK}]}}}}]}}}}]",
            "work",
        ),
        (
            f"{ROLES}steps: [{{id: s, privileges: {{skip: lead}}, foreach: [1], section: {{steps: [{WORK}]}}}}]",
            "work.1",
        ),
        (f"{ROLES}privileges: {{skip: lead}}\nsteps: [{{id: s, section: {{steps: [{WORK}]}}}}]", "work"),
        (f"{ROLES}privileges: {{skip: lead}}\nsteps: [{{id: p, process: g/child}}]", "p/work"),
        (f"{ROLES}steps: [{{id: p, privileges: {{skip: lead}}, process: g/child}}]", "p/work"),
        (
            f"{ROLES}steps: [{{id: s, privileges: {{skip: lead}}, section: {{steps: [{{id: p, process: g/child}}]}}}}]",
            "p/work",
        ),
    ],
    ids=["section", "section in a section", "turns", "process", "child of a process", "process step", "all of them"],
)
def test_what_is_left_to_a_role_is_so_for_everything_inside(tell: Tell, text: str, path: str) -> None:
    more = {"child": CHILD} if "g/child" in text else {}
    story = tell(text, PEOPLE, **more).start()
    path = path if path in story.statuses else next(each for each in story.state.waiting)

    with pytest.raises(Refused, match="ana may not act as `lead`"):
        story.answer(path, "skipped", by="ana", reason="No time")
    assert story.answer(path, "skipped", by="ivan", reason="Done yesterday")


def test_the_innermost_says_it(tell: Tell) -> None:
    inner = "{id: work, privileges: {skip: owner}, manual: Do it}"
    story = tell(
        "roles: {doer: {}, lead: {role: it-manager}, owner: {role: owner}}\nprivileges: {redo: lead, skip: lead}\n"
        f"steps: [{{id: s, privileges: {{skip: lead}}, section: {{steps: [{inner}]}}}}]",
        PEOPLE,
    ).start()

    with pytest.raises(Refused, match="ivan may not act as `owner`"):
        story.answer("work", "skipped", by="ivan", reason="No time")
    assert story.answer("work", "skipped", by="cy", reason="No time")


@pytest.mark.parametrize("what", ["reassign", "suspend", "delegate"])
def test_the_other_privileges_reach_inside_too(tell: Tell, what: str) -> None:
    text = f"{ROLES}privileges: {{{what}: lead}}\nsteps: [{{id: s, section: {{steps: [{WORK}]}}}}]"
    story = tell(text, PEOPLE).start()
    story.ask(Work("work", "claim", start=True), by="ana")
    act = {"reassign": "assign"}.get(what, what)

    with pytest.raises(Refused, match="ana may not act as `lead`"):
        story.ask(Work("work", act, to="cy", reason="so"), by="ana")


UNDO = """
roles: {{doer: {{}}, {}}}
steps:
- {{id: work, {}, manual: Do it, undo: Take it back}}
- {{id: try, command: [x]}}
on_failure: undo
"""


def undoing(tell: Tell, field: str, *, confirmed: bool = False) -> Story:
    role = {"v": "second: {role: owner}", "pr": "lead: {role: it-manager}"}
    roles = next((each for word, each in role.items() if field.startswith(word)), "")
    story = tell(UNDO.format(roles, field), PEOPLE).start()
    story.answer("work", by="ivan" if "people" in field else "ana")
    if confirmed:
        story.answer("work", "confirm", by="cy")
    story.claim()
    story.ends("try", 1)
    assert story.statuses["work.undo"] == "waiting"
    return story


def test_an_undo_is_done_by_whom_the_step_names(tell: Tell) -> None:
    story = undoing(tell, "performer: {people: [ivan]}")

    with pytest.raises(Refused, match="the step is for others"):
        story.answer("work.undo", by="ana")
    assert story.answer("work.undo", by="ivan")


def test_skipping_an_undo_is_left_to_the_same_role(tell: Tell) -> None:
    story = undoing(tell, "privileges: {skip: lead}")

    with pytest.raises(Refused, match="ana may not act as `lead`"):
        story.answer("work.undo", "skipped", by="ana", reason="No need")


def test_an_undo_is_confirmed_by_a_second_person(tell: Tell) -> None:
    story = undoing(tell, "verifier: second", confirmed=True)
    story.answer("work.undo", by="ana")
    assert story.statuses["work.undo"] == "waiting"

    with pytest.raises(Refused, match="ana may not act as `second`"):
        story.answer("work.undo", "confirm", by="ana")
    story.answer("work.undo", "confirm", by="cy")
    assert story.statuses["work.undo"] == "succeeded"
