"""What a run would do, known before it begins: turns, ways besides, and processes that run themselves."""

from __future__ import annotations

from runbook.run.foresight import Foreseen, foresee
from runbook.run.knowing import Beginning


def foreseen(story, **inputs) -> dict[str, Foreseen]:
    beginning = Beginning(story.plan, inputs, "ada", "2026-11-22T09:00:00.000Z")
    return {each.path: each for each in foresee(beginning)}


def test_a_step_for_each_item_shows_what_it_would_run_for_the_first(tell):
    story = tell("""
inputs: {hosts: {type: array, items: {type: string}}}
steps:
- id: deploy
  foreach: '{{ inputs.hosts }}'
  command: [deploy, '{{ item }}', '{{ turn }}']
- id: each
  foreach: {items: '{{ inputs.hosts }}', as: host}
  section: {steps: [{id: copy, command: [copy, '{{ host }}']}]}
""")

    found = foreseen(story, hosts=["web-1", "web-2"])

    assert (found["deploy"].shown, found["deploy"].turns) == (
        "deploy web-1 1",
        "for 2 items, the first of them `web-1`",
    )
    assert found["each.1/copy"].shown == "copy web-1"
    assert {each.comes for each in found.values()} == {"yes"}


def test_items_that_a_step_gives_are_not_known_before(tell):
    story = tell("""
- {id: find, command: [find-hosts], outputs: {hosts: lines}}
- {id: deploy, foreach: '{{ steps.find.outputs.hosts }}', command: [deploy, '{{ item }}']}
""")

    found = foreseen(story)["deploy"]

    assert (found.shown, found.turns, found.unknown) == ("", "once for each item", ("deploy",))


def test_how_turns_follow_each_other_is_foreseen_too(tell):
    story = tell("""
- id: deploy
  foreach: {items: [a, b, c, d], max_parallel: 2, batch: 4, pause: 1m, max_failures: 1}
  command: [deploy, '{{ item }}']
""")

    assert foreseen(story)["deploy"].turns == (
        "for 4 items, the first of them `a`; in batches of 4 with a pause of 1 min; 2 at a time; at most 1 may fail"
    )


def test_without_an_item_what_is_inside_only_perhaps_comes(tell):
    story = tell("- {id: each, foreach: [], section: {steps: [{id: copy, command: [copy, '{{ item }}']}]}}")

    found = foreseen(story)

    assert found["each"].turns == "for no item: it is over at once"
    assert found["each.1/copy"].comes == "perhaps"


def test_items_that_are_no_list_would_go_wrong(tell):
    story = tell("inputs: {x: {}}\nsteps:\n- {id: each, foreach: '{{ inputs.x }}', command: [a, '{{ item }}']}")

    assert foreseen(story, x=3)["each"].problem == "`items` is not a list"


def test_fewer_items_than_have_to_succeed_would_go_wrong_and_what_is_inside_is_said_all_the_same(tell):
    story = tell("""
inputs: {x: {type: array}}
steps:
- id: each
  foreach: {items: '{{ inputs.x }}', count: 2}
  section: {steps: [{id: copy, command: [copy, '{{ item }}']}]}
""")

    found = foreseen(story, x=["a"])

    assert found["each"].problem == "there is only 1 item, and 2 have to succeed"
    assert found["each.1/copy"].unknown == ("each",)


def test_what_is_done_when_something_happens_comes_perhaps_and_says_when(tell):
    story = tell("""
steps:
- id: copy
  command: [copy]
  retry: {attempts: 2, before: [{id: unlock, command: [unlock]}]}
  due: {after: 5m, do: [{id: call, command: [call]}]}
  on_failure: [{id: tidy, command: [tidy, '{{ failure.reason }}']}]
  on_cancel: [{id: stop, command: [stop]}]
on_failure: [{id: shout, command: [shout, '{{ failure.step }}']}]
on_cancel: [{id: whisper, command: [whisper]}]
finally: [{id: last, command: [last]}]
""")

    found = foreseen(story)

    assert {path: each.because for path, each in found.items() if each.comes == "perhaps"} == {
        "unlock": "another attempt at `copy` follows",
        "call": "`copy` is overdue",
        "tidy": "`copy` fails",
        "stop": "`copy` is cancelled",
        "shout": "the process fails",
        "whisper": "the process is cancelled",
    }
    assert found["tidy"].unknown == ("copy",)
    assert list(found)[-1] == "last"


def test_a_failure_that_leads_on_leaves_nothing_out_beforehand(tell):
    story = tell("""
- {id: load, command: [load], on_failure: {goto: report}}
- {id: check, command: [check]}
- {id: report, needs: [check, load], command: [report]}
""")

    assert {each.comes for each in foreseen(story).values()} == {"yes"}


def test_a_person_who_chooses_several_can_not_choose_none(tell):
    story = tell("""
- {id: pick, decision: {question: Which?, choose: several, options: [{id: a, goto: one}, {id: b, goto: two}]}}
- {id: one, needs: [pick], command: [one]}
- {id: two, needs: [pick], command: [two]}
- {id: both, needs: [one, two], command: [both]}
""")

    assert {path: each.comes for path, each in foreseen(story).items()} == {
        "pick": "yes", "one": "perhaps", "two": "perhaps", "both": "yes",
    }  # fmt: skip


def test_a_process_that_runs_itself_is_shown_as_far_as_it_surely_does(tell):
    story = tell("""
inputs: {depth: {type: integer}}
steps:
- {id: show, command: [show, '{{ inputs.depth }}']}
- {id: deeper, when: inputs.depth > 1, process: {use: g/main, with: {depth: '{{ inputs.depth - 1 }}'}}}
""")

    assert list(foreseen(story, depth=2)) == ["show", "deeper", "deeper/show", "deeper/deeper"]
    assert len(foreseen(story, depth=1_000)) == 6


def test_a_process_that_perhaps_runs_itself_is_shown_once(tell):
    story = tell("""
- {id: look, command: [look], outputs: {more: json}}
- {id: again, when: steps.look.outputs.more, process: g/main}
""")

    assert list(foreseen(story)) == ["look", "again"]
