"""How a step departs from being done once, in words that a person understands at three in the morning."""

from __future__ import annotations

import pytest

from runbook.views.flow import handlers, sentences
from runbook.views.markdown import Markdown
from runbook.views.results import failure
from runbook.views.step import place_of


def refer(ids, last):
    return Markdown(f"{'step' if len(ids) == 1 else 'steps'} {f' {last} '.join(ids)}")


@pytest.fixture
def said(build, project, kinds):
    """What is said of the step `a` of a process: before it, about its failure, and what happens then."""

    def say(fields: str, others: str = "") -> list[str]:
        process = build(f"runbook: 1\ntitle: P\nsteps:\n  - {{id: a, {fields}}}\n{others}")
        step = process.steps[0]
        place = place_of(process, project(process), kinds)
        found = [*sentences(step, refer), *handlers(step, place.lists["a"], refer)]
        return [*map(str, found), *filter(None, [failure(step, "a" in place.spare)])]

    return say


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        (
            "foreach: '{{ inputs.hosts }}'",
            "Once for each of `inputs.hosts`, one after the other; when one fails, no further one begins.",
        ),
        (
            "foreach: [x, y, z]",
            "Once for each of `x`, `y` and `z`, one after the other; when one fails, no further one begins.",
        ),
        (
            "foreach: {items: [1, 2, 3, 4, 5, 6, 7], max_parallel: 20, max_failures: 2}",
            "Once for each of 7 items (`1`, `2`, `3` ...), 20 at a time; at most two may fail.",
        ),
        (
            "foreach: {items: '{{ inputs.x }}', as: host, batch: 4, max_parallel: 2, pause: 5m, max_failures: 1}",
            "Once for each of `inputs.x`, as `host`, in batches of 4 with a pause of 5 min, two at a time; "
            "at most one may fail.",
        ),
        (
            "foreach: {items: [x, y], max_parallel: 2, max_failures: 1, count: 1, rest: cancel}",
            "Once for each of `x` and `y`, two at a time; at most one may fail. "
            "The run goes on when one of them has succeeded; the rest is withdrawn.",
        ),
        (
            "repeat: {until: last.ok, every: 10s, at_most: 20}",
            "Again and again until `last.ok`, every 10 s, at most 20 times; then it has failed.",
        ),
        (
            "repeat: {while: turn < 2, at_most: 2}",
            "Again and again as long as `turn < 2` holds, at most twice; then it has failed.",
        ),
        ("due: 2h", "It is due 2 h after it began."),
        ("due: {after: 2h, offer_to: lead}", "It is due 2 h after it began; after that the lead may do it as well."),
        ("max_passes: 3", "It is begun at most 3 times in one run; a further way back to it fails."),
        ("grace: 30s", "A program that has to end gets 30 s to do so before it is killed."),
        ("cancels: [b]", "When it is done, step b is withdrawn."),
        ("cancels: [b, c]", "When it is done, steps b and c are withdrawn."),
        ("before: [b]", "It can only be begun before step b begins; after that it is skipped."),
        ("before: [b, c]", "It can only be begun before steps b or c begin; after that it is skipped."),
        ("on_failure: undo", "**If it fails:** it is undone; then nothing new starts."),
        ("on_failure: {goto: b}", "**If it fails:** the run goes on with step b."),
        ("on_failure: [{id: f, shell: f}]", "**If it fails:** step f; then nothing new starts."),
        ("on_failure: {do: [{id: f, shell: f}], goto: b}", "**If it fails:** step f; the run goes on with step b."),
        (
            "on_failure: {do: [{id: f, shell: f}], then: continue}",
            "**If it fails:** step f; then the run goes on, as if it had worked.",
        ),
        ("on_cancel: [{id: f, shell: f}, {id: g, shell: g}]", "**If it is cancelled:** steps f and g."),
        ("on_failure: continue", "If it fails, the later steps go on; the run ends as failed."),
        ("critical: false", "If it fails, the later steps go on; the run does not fail for it."),
    ],
)
def test_a_field_is_said_in_words(said, fields, words):
    assert said(f"shell: x, {fields}", "  - {id: b, needs: [a], shell: b}\n  - {id: c, shell: c}\n") == [words]


def test_a_section_says_who_may_not_be_inside(said):
    steps = "section: {steps: [{id: i, shell: i}]}"

    assert said(f"concurrency: 'db-{{{{ inputs.x }}}}', {steps}") == [
        "Nobody else may be inside at the same time, in any run with the key `db-{{ inputs.x }}`; others wait."
    ]
    assert said(f"concurrency: {{key: db, limit: 3}}, {steps}")[0].startswith("At most three may be inside")
    assert said(f"on_failure: undo, {steps}") == [
        "**If it fails:** what was done inside of it is undone, the last first; then nothing new starts."
    ]


def test_a_failure_that_leads_back_says_so(build, project, kinds):
    process = build(
        "runbook: 1\ntitle: P\nsteps:\n  - {id: a, shell: a}\n  - {id: b, shell: b, on_failure: {goto: a}}\n"
    )

    (words,) = handlers(process.steps[1], process.steps, refer)

    assert str(words).endswith("the run goes on with step a, which is done anew, with what depends on it.")


def test_a_join_that_waits_for_some_can_do_without_the_others(said, build):
    join = "  - {id: b, needs: [], shell: b}\n  - {id: c, needs: [a, b], join: {count: any, rest: cancel}, shell: c}\n"

    assert said("shell: a", join) == [
        "If it fails, the others that may take its place are waited for; the run does not fail for it."
    ]
    process = build(f"runbook: 1\ntitle: P\nsteps:\n  - {{id: a, shell: a}}\n{join}")
    assert [str(each) for each in sentences(process.steps[2], refer)] == [
        "What it does not wait for is withdrawn when it begins."
    ]
