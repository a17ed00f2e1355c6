"""`end`: the process ends there, well or not."""

from __future__ import annotations


def test_a_process_ends_well_before_its_last_step_and_what_it_has_for_its_end_is_done(tell):
    story = tell("""
steps:
- {id: look, set: {values: {patched: true}}}
- {id: nothing-to-do, when: steps.look.outputs.patched, end: succeeded}
- {id: patch, manual: Patch it.}
finally:
- {id: tidy, manual: Tidy up.}
outputs: {patched: '{{ steps.look.outputs.patched }}'}
""").start()
    assert list(story.state.waiting) == ["tidy"]

    story.answer("tidy")

    assert story.status == "succeeded"
    assert story.state.outputs == {"patched": True}
    assert story.state.steps["patch"].status.value == "cancelled"


def test_an_end_that_is_not_reached_changes_nothing(tell):
    story = tell("- {id: stop, when: 'false', end: failed}\n- {id: go, set: {values: {a: 1}}}").start()

    assert story.status == "succeeded"


def test_a_process_that_ends_as_failed_says_why_in_its_author_s_words(tell):
    story = tell("""
inputs: {host: {type: string}}
steps:
- {id: stop, end: {as: failed, reason: '{{ inputs.host }} is not one of ours'}}
""").start(host="db-9")

    assert story.status == "failed"
    assert story.state.reason == "db-9 is not one of ours"


def test_what_runs_beside_the_end_is_withdrawn(tell):
    story = tell("""
- {id: watch, manual: Watch it.}
- {id: enough, needs: [], wait: {signal: enough}}
- {id: stop, needs: [enough], end: succeeded}
""").start()

    story.signal("enough")

    assert story.status == "succeeded"
    assert story.state.steps["watch"].status.value == "cancelled"


def test_a_process_inside_of_another_one_ends_alone(tell):
    story = tell(
        """
- {id: inner, process: g/one}
- {id: after, set: {values: {a: 1}}}
""",
        one="- {id: stop, end: succeeded}\n- {id: never, manual: Never.}",
    ).start()

    assert story.status == "succeeded"
    assert story.state.steps["inner"].status.value == "succeeded"
    assert story.state.steps["inner/never"].status.value == "cancelled"
    assert story.state.steps["after"].status.value == "succeeded"
