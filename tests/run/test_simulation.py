"""Ways through a process, walked before there is a run: fed with samples, forked where nothing is known."""

from __future__ import annotations

import pytest

from runbook.errors import Misuse
from runbook.run.branches import choices_of, simulate
from runbook.run.knowing import Beginning

NOW = "2026-11-22T09:00:00.000Z"
SIZE = """
- {id: measure, command: [df], outputs: {free: {type: integer}}SAMPLE}
- id: size-ok
  decision:
    question: Enough?
    options:
      - {id: enough, when: steps.measure.outputs.free > 5, goto: go-on}
      - {id: scarce, goto: clean}
- {id: clean, needs: [size-ok], command: [clean, '{{ steps.measure.outputs.free }}']}
- {id: go-on, needs: [size-ok, clean], command: [go, '{{ steps.size-ok.outputs.choice }}']}
"""


def walked(story, every=False, inputs=None, **named):
    return simulate(
        Beginning(story.plan, inputs or {}, "ada", NOW), {k.replace("_", "-"): v for k, v in named.items()}, every
    )


def told(way):
    signs = {"done": "", "skipped": "-", "failed": "!"}
    return " ".join(f"{signs[each.happens]}{each.path}" for each in way.steps)


def ways(found):
    return [(told(each.way), each.way.ends) for each in found.branches]


def test_a_sample_decides_and_fills_in_what_comes_later(tell):
    found = walked(tell(SIZE.replace("SAMPLE", ", sample: {free: 3}")))

    (branch,) = found.branches
    assert told(branch.way) == "measure size-ok clean go-on"
    assert [each.shown for each in branch.way.steps] == ["df", "", "clean 3", "go scarce"]
    assert branch.way.steps[0].gives == {"free": (3, "sample")}
    (fork,) = branch.way.forks
    assert (fork.path, fork.taken, fork.depends, fork.supposed) == ("size-ok", "scarce", ("measure",), True)


def test_what_a_sample_decides_has_its_other_ways_too(tell):
    story = tell(SIZE.replace("SAMPLE", ", sample: {free: 3}"))

    assert ways(walked(story, every=True)) == [
        ("measure size-ok clean go-on", "succeeded"),
        ("measure size-ok -clean go-on", "succeeded"),
    ]
    (named,) = walked(story, size_ok=["enough"]).branches
    assert (told(named.way), named.way.forks[0].open) == ("measure size-ok -clean go-on", False)


def test_what_is_made_of_a_sample_decides_no_surer_than_the_sample_itself(tell):
    story = tell(
        """
        - {id: measure, command: [df], outputs: {free: {type: integer}}, sample: {free: 3}}
        - {id: twice, set: {values: {free: '{{ steps.measure.outputs.free * 2 }}', fixed: 1}}}
        - {id: child, process: {use: g/child, with: {free: '{{ steps.twice.outputs.free }}'}}}
        - {id: plain, process: {use: g/child, with: {free: 1}}}
        """,
        child="""
inputs: {free: {type: integer}}
steps: [{id: a, when: inputs.free > 5, command: [a]}, {id: b, when: inputs.free > 0, command: [b]}]
""",
    )

    found = walked(story, every=True)

    assert {fork.path: fork.depends for each in found.branches for fork in each.way.forks} == {
        "child/a": ("child",),
        "child/b": ("child",),
    }
    assert len(found.branches) == 4


def test_what_only_inputs_decide_has_one_way(tell):
    story = tell("inputs: {n: {default: 3}}\nsteps: [{id: a, when: inputs.n > 5, command: [a]}]")

    found = walked(story, every=True, inputs={"n": 3})

    assert (ways(found), found.branches[0].way.forks) == ([("-a", "succeeded")], ())


def test_a_sample_that_leads_back_does_so_once(tell):
    story = tell(
        """
        - {id: measure, command: [df], outputs: {free: {type: integer}}, sample: {free: 3}}
        - id: size-ok
          decision:
            options: [{id: again, when: steps.measure.outputs.free < 5, goto: measure}, {id: fine}]
        """
    )

    (branch,) = walked(story).branches

    assert (told(branch.way), branch.way.ends) == ("measure size-ok measure size-ok", "succeeded")
    assert [(each.taken, each.supposed) for each in branch.way.forks] == [("again", True), ("fine", False)]


def test_without_one_a_way_is_taken_and_it_is_said_on_what_it_hangs(tell):
    found = walked(tell(SIZE.replace("SAMPLE", "")))

    (branch,) = found.branches
    assert told(branch.way) == "measure size-ok -clean go-on"
    (fork,) = branch.way.forks
    assert (fork.path, fork.taken, fork.ways, fork.depends) == ("size-ok", "enough", ("enough", "scarce"), ("measure",))
    assert fork.open


def test_a_way_that_somebody_names_is_taken_and_is_no_assumption(tell):
    found = walked(tell(SIZE.replace("SAMPLE", "")), size_ok=["scarce"])

    (branch,) = found.branches
    assert told(branch.way) == "measure size-ok clean go-on"
    assert [each.shown for each in branch.way.steps][2:] == ["", "go scarce"]
    assert branch.way.steps[2].unknown == ("measure",)
    assert not any(each.open for each in branch.way.forks)


def test_every_way_is_walked_once(tell):
    found = walked(tell(SIZE.replace("SAMPLE", "")), every=True)

    assert ways(found) == [("measure size-ok -clean go-on", "succeeded"), ("measure size-ok clean go-on", "succeeded")]
    assert not found.more


def test_ways_over_the_same_steps_are_told_together(tell):
    story = tell("""
- {id: colour, decision: {question: Which?, options: [{id: red}, {id: blue}, {id: green}]}}
- {id: paint, command: [paint, '{{ steps.colour.outputs.choice }}']}
""")

    (branch,) = walked(story, every=True).branches
    assert (choices_of(branch.way), branch.alike) == ({"colour": "red"}, ({"colour": "blue"}, {"colour": "green"}))


def test_a_condition_that_is_not_known_is_a_fork_and_one_that_is_known_is_none(tell):
    story = tell("""
inputs: {loud: {type: boolean}}
steps:
- {id: look, command: [look], outputs: {bad: {type: boolean}}}
- {id: repair, when: steps.look.outputs.bad, command: [repair]}
- {id: shout, when: inputs.loud, command: [shout]}
- {id: tell, when: "steps.repair.status == 'skipped'", command: [tell]}
""")

    found = walked(story, every=True, inputs={"loud": False})

    assert ways(found) == [("look repair -shout -tell", "succeeded"), ("look -repair -shout tell", "succeeded")]
    assert ways(walked(story, inputs={"loud": True}, repair=["skipped"])) == [("look -repair shout tell", "succeeded")]


def test_a_way_back_is_gone_once(tell):
    story = tell("""
- {id: warm-up, command: [warm]}
- {id: healthy, decision: {question: Well?, options: [{id: again, goto: warm-up}, {id: "yes"}, {id: stop, goto: off}]}}
- {id: use, needs: [healthy], command: [use]}
- {id: off, needs: [healthy], command: [off]}
""")

    found = walked(story, every=True)

    assert [each for each, _ in ways(found)] == [
        "warm-up healthy warm-up healthy use -off",
        "warm-up healthy warm-up healthy -use off",
        "warm-up healthy use -off",
        "warm-up healthy -use off",
    ]
    assert found.branches[0].way.steps[1].back == "warm-up"


def test_a_way_back_that_is_sure_is_not_walked_for_ever(tell):
    story = tell("""
- {id: a, command: [a]}
- {id: b, decision: {options: [{id: again, when: "true", goto: a}, {id: on}]}}
""")

    (branch,) = walked(story).branches
    assert (told(branch.way), branch.way.ends) == ("a b a b", "unfinished")
    assert branch.way.why == "`b` leads back to `a` once more, and a way back is gone once"


def test_a_rejection_and_a_failure_that_is_provided_for_are_ways_too(tell):
    story = tell("""
roles: {boss: {}}
steps:
- {id: ask, approval: boss}
- {id: copy, command: [copy], on_failure: [{id: tidy, command: [tidy, '{{ failure.reason }}']}]}
- {id: load, command: [load], on_failure: {goto: report}}
- {id: check, command: [check]}
- {id: report, needs: [check, load], command: [report]}
on_failure: [{id: shout, command: [shout]}]
finally: [{id: last, command: [last]}]
""")

    assert ways(walked(story, every=True)) == [
        ("ask copy load check report last", "succeeded"),
        ("ask copy !load -check report last", "succeeded"),
        ("ask !copy tidy shout last", "failed"),
        ("!ask shout last", "failed"),
    ]
    (alone,) = walked(story).branches
    assert [each.path for each in alone.way.forks] == ["ask"]
    assert ways(walked(story, check=["failed"])) == [("ask copy load !check shout last", "failed")]


def test_values_go_through_processes_turns_and_set_steps_or_are_hidden_there(tell):
    story = tell(
        """
steps:
- {id: measure, command: [m], outputs: {a: {type: integer}, b: {}}, sample: {a: 2}}
- {id: names, set: {values: {double: '{{ steps.measure.outputs.a * 2 }}', other: '{{ steps.measure.outputs.b }}'}}}
- id: room
  process: {use: g/room, with: {size: '{{ steps.names.outputs.double }}', name: '{{ steps.names.outputs.other }}'}}
- {id: use, command: [use, '{{ steps.room.outputs.size }}']}
- {id: hide, command: [hide, '{{ steps.room.outputs.name }}']}
- {id: each, foreach: '{{ [1, 2] }}', command: [do, '{{ item }}']}
- {id: again, repeat: {until: last.n > 1}, command: [turn, '{{ turn }}'], outputs: {n: {type: integer}}, sample: {n: 5}}
- {id: end, command: [end, '{{ steps.again.outputs.n }}']}
""",
        room="""
inputs: {size: {type: integer}, name: {}}
steps: [{id: paint, command: [paint, '{{ inputs.size }}']}, {id: sign, command: [sign, '{{ inputs.name }}']}]
outputs: {size: '{{ inputs.size + 1 }}', name: '{{ inputs.name }}'}
""",
    )

    (branch,) = walked(story).branches
    steps = {each.path: each for each in branch.way.steps}
    assert steps["room/paint"].shown == "paint 4"
    assert (steps["room/sign"].shown, steps["room/sign"].unknown) == ("", ("room",))
    assert steps["use"].shown == "use 5"
    assert steps["hide"].unknown == ("room",)
    assert (steps["each"].shown, steps["again"].shown, steps["end"].shown) == ("do 1", "turn 1", "end 5")


def test_what_would_go_wrong_for_sure_ends_the_way_there(tell):
    story = tell("""
inputs: {hosts: {}}
steps:
- {id: each, foreach: '{{ inputs.hosts }}', command: [do, '{{ item }}']}
- {id: never, command: [never]}
""")

    (branch,) = walked(story, inputs={"hosts": 3}).branches
    assert (told(branch.way), branch.way.ends) == ("!each", "failed")
    assert branch.way.why == "`each`: `items` is not a list"


def test_an_end_ends_the_process_early(tell):
    story = tell("""
steps:
- {id: look, command: [look], outputs: {done: {type: boolean}}}
- {id: enough, when: steps.look.outputs.done, end: {as: failed, reason: There is nothing.}}
- {id: work, command: [work]}
finally: [{id: tidy, command: [tidy]}]
""")

    assert ways(walked(story, every=True)) == [
        ("look enough tidy", "failed"),
        ("look -enough work tidy", "succeeded"),
    ]


def test_too_many_ways_are_bounded_and_it_is_said(tell):
    steps = "".join(f"- {{id: d{n}, when: steps.a.outputs.x, command: [d]}}\n" for n in range(12))
    found = walked(tell("- {id: a, command: [a], outputs: {x: json}}\n" + steps), every=True)

    assert (len(found.branches), found.more) == (100, True)


@pytest.mark.parametrize(
    ("named", "message"),
    [
        ({"size": ["enough"]}, "`size` is not a step of g/main"),
        ({"size_ok": ["plenty"]}, "`plenty` is no way on from `size-ok`"),
        ({"measure": ["enough"]}, "`enough` is no way on from `measure`"),
    ],
)
def test_what_is_no_choice_is_refused(tell, named, message):
    with pytest.raises(Misuse) as raised:
        walked(tell(SIZE.replace("SAMPLE", "")), **named)

    assert str(raised.value) == message


def test_a_choice_that_no_way_comes_to_is_told(tell):
    story = tell(SIZE.replace("SAMPLE", ", sample: {free: 9}"))

    assert walked(story, clean=["failed"]).unused == ("clean=failed",)
    assert walked(story, size_ok=["scarce"]).unused == ()
