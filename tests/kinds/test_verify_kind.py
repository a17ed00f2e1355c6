"""`verify`: looks until it holds."""

from __future__ import annotations

from contextlib import nullcontext

import pytest


def test_it_looks_again_every_so_often_until_it_holds(tell):
    story = tell(
        "- {id: v, verify: {shell: look, every: 10s, within: 1m}, expect: {contains: up}}\n- {id: m, manual: M}"
    ).start()

    for text in ("down", "down", "up"):
        assert story.claim() == ["v"]
        story.ends("v", stdout=text)
        assert story.claim() == []
        story.wait("10s")

    assert story.statuses == {"v": "succeeded", "m": "waiting"}


def test_it_fails_when_another_look_would_come_too_late(tell):
    story = tell("- {id: v, verify: {command: [look], every: 25s, within: 1m}}").start()

    for _ in range(2):
        story.claim()
        story.ends("v", 1)
        story.wait("25s")
    story.claim()
    story.ends("v", 1)

    assert story.state.reason == "step `v` failed: exit code 1 (after 3 attempts)"


def test_without_within_it_looks_once(tell):
    story = tell("- {id: v, verify: {command: [look]}}").start().carry_out(failing=["v"])

    assert (story.status, story.state.steps["v"].attempt) == ("failed", 1)


@pytest.mark.parametrize(("inner", "program"), [("shell: look", "/bin/sh"), ("command: [look]", "look")])
def test_it_runs_a_script_or_a_program(tell, inner, program):
    story = tell(f"- {{id: v, verify: {{{inner}}}}}").start()
    story.claim()

    assert story.state.steps["v"].act["argv"][0] == program
    assert story.state.steps["v"].step.read_only


@pytest.mark.parametrize(
    ("inner", "changes"),
    [
        ("http: {url: 'https://x', method: DELETE}", True),
        ("http: {url: 'https://x', json: {question: 1}}", False),
        ("sql: {sqlite: t.db, query: DELETE FROM t, writes: true}", True),
        ("sql: {sqlite: t.db, query: SELECT 1}", False),
    ],
)
def test_what_changes_something_is_no_look(tell, inner, changes):
    with pytest.raises(Exception, match="changes something") if changes else nullcontext():
        tell(f"- {{id: v, verify: {{{inner}}}}}")
