"""A run under way adopts another version of its process, or refuses to, and loses nothing."""

from __future__ import annotations

import pytest

from runbook.errors import Refused
from runbook.run.commands import Adopt
from runbook.run.migration import Verdict, differences, verdict

OLD = """\
- {id: a, command: [a], outputs: {v: stdout}}
- {id: m, title: Look, manual: Look at it}
- {id: b, command: [b, '{{ steps.a.outputs.v }}']}
"""


@pytest.fixture
def version(tell):
    """The plan of another version of the process."""
    return lambda text, **others: tell(text, **others).plan


@pytest.fixture
def waiting(tell):
    """A run of the old version that waits at `m`."""
    story = tell(OLD).start()
    story.claim()
    story.ends("a", stdout="blue")
    return story


def test_other_words_are_adopted_as_text_only(waiting, version):
    new = version(OLD.replace("title: Look", "title: Look well").replace("Look at it", "Look at it twice"))

    assert {each.verdict for each in differences(waiting.state, new)} == {Verdict.TEXT}
    waiting.adopt(new)
    waiting.answer("m")
    waiting.carry_out()

    assert waiting.state.steps["b"].act["argv"] == ["b", "blue"]
    assert waiting.status == "succeeded"


def test_what_has_not_begun_may_change_come_and_go(waiting, version):
    new = version(
        OLD.replace("command: [b, ", "command: [b2, ") + "- {id: c, command: [c, '{{ steps.a.outputs.v }}']}\n"
    )

    assert verdict(differences(waiting.state, new)) is Verdict.SAFE
    waiting.adopt(new)
    waiting.state = waiting.replayed()
    waiting.answer("m")
    waiting.carry_out()

    assert waiting.state.steps["b"].act["argv"] == ["b2", "blue"]
    assert waiting.state.steps["c"].act["argv"] == ["c", "blue"]
    assert waiting.status == "succeeded"


def test_a_step_that_is_gone_is_not_waited_for(waiting, version):
    waiting.adopt(version("\n".join(OLD.splitlines()[:2])))

    waiting.answer("m")

    assert waiting.status == "succeeded"
    assert "b" not in waiting.statuses


@pytest.mark.parametrize(
    ("new", "why"),
    [
        (OLD.replace("command: [a]", "command: [a2]"), "`a` of g/main `command` changed"),
        ("\n".join(OLD.splitlines()[1:]).replace("{{ steps.a.outputs.v }}", "x"), "`a` of g/main is gone"),
        ("- {id: z, command: [z]}\n" + OLD, "`z` of g/main is new, before `a`"),
        (OLD.replace("manual: Look at it", "manual: {text: Look, fields: {x: {}}}"), "`m` of g/main `manual` changed"),
    ],
    ids=["done otherwise", "done and gone", "before what is done", "form of what waits"],
)
def test_what_is_done_or_under_way_is_not_touched(waiting, version, new, why):
    with pytest.raises(Refused, match=why):
        waiting.adopt(version(new))

    assert waiting.trace[-1] == "StepWaiting m"


def test_new_inputs_need_a_default(tell, version):
    old = "inputs: {x: {}}\nsteps:\n- {id: m, manual: M}\n- {id: b, command: [b, '{{ inputs.x }}']}"
    story = tell(old).start(x="1")

    with pytest.raises(Refused, match="`inputs` changed"):
        story.adopt(
            version(old.replace("{x: {}}", "{x: {}, y: {}}").replace("inputs.x }}", "inputs.x }}{{ inputs.y }}"))
        )
    story.adopt(
        version(
            old.replace("{x: {}}", "{x: {}, y: {default: '2'}}").replace("inputs.x }}", "inputs.x }}{{ inputs.y }}")
        )
    )
    story.answer("m")
    story.carry_out()

    assert story.state.steps["b"].act["argv"] == ["b", "12"]


def test_a_child_and_a_part_under_way_get_their_new_steps(tell, version):
    child = "- {id: m, manual: M}\n- {id: n, command: [n]}"
    main = "- {id: s, section: {steps: [{id: p, process: g/child}]}}\n- {id: e, command: [e]}"
    story = tell(main, child=child).start()

    story.adopt(version(main, child=child + "\n- {id: o, command: [o]}"))
    story.answer("s/m" if "s/m" in story.statuses else "p/m")
    story.carry_out()

    assert story.statuses["p/o"] == "succeeded"
    assert story.status == "succeeded"


def test_adopting_needs_a_reason_and_another_definition(waiting, version):
    new = version(OLD + "- {id: c, command: [c]}\n")

    with pytest.raises(Refused, match="needs a reason"):
        waiting.adopt(new, reason=" ")
    waiting.adopt(new)
    with pytest.raises(Refused, match="bound to that definition already"):
        waiting.adopt(new)


def test_whoever_wrote_the_newer_version_is_one_of_the_authors(tell):
    gate = "- {id: gate, approval: {role: boss, not: author}}\n"
    text = f"roles: {{operator: {{}}, boss: {{}}}}\nsteps:\n- {{id: m, manual: Look}}\n{gate}"
    story = tell(text)
    story.about = {"authors": ["bo"]}
    story.start()
    story.plans["1" * 64] = tell(text.replace("Look", "Look twice")).plan
    story.ask(Adopt("1" * 64, "A better way", ("cy",)))
    story.answer("m")

    for person in ("bo", "cy"):
        with pytest.raises(Refused, match=f"{person} wrote the process of this run"):
            story.approve("gate", person)
    assert story.approve("gate", "eve")
