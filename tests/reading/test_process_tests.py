"""Files of tests as they are read: what is wrong with them, and that what is looked at once is not looked at again."""

from __future__ import annotations

import pytest

from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.reading.schema_tests import ACTS as WRITTEN
from runbook.testing.acts import ACTS as CARRIED_OUT

PROCESS = """
runbook: 1
title: P
inputs: {host: {type: string, default: web}}
roles: {operator: {summary: Works}}
steps:
  - {id: look, title: Look, shell: look, undo: {shell: unlook}}
  - {id: each, title: Each, foreach: {items: [a, b]}, shell: work}
  - {id: child, title: Child, process: g/child}
outputs: {host: "{{ inputs.host }}"}
"""
CHILD = "runbook: 1\ntitle: C\nsteps:\n  - {id: inner, title: Inner, manual: Do it.}\n"


def files(tests: str, path: str = "processes/g/p.test.yaml") -> dict[str, bytes]:
    """A project with these tests."""
    texts = {"runbook.yaml": "runbook: 1\ntitle: T", "processes/g/group.yaml": "title: G\nowner: infra", path: tests}
    texts |= {"processes/g/p.yaml": PROCESS, "processes/g/child.yaml": CHILD}
    return {path: text.encode() for path, text in texts.items()}


def found(test: str) -> list[str]:
    """What is wrong with a file of one test."""
    library = read_library(files(f"runbook: 1\ntests:\n  t: {test}\n"), builtin())
    return [f"{each.place.line}:{each.place.column} {each.rule}: {each.message}" for each in library.diagnostics]


@pytest.mark.parametrize(
    "test",
    [
        "{expect: {status: succeeded}}",
        "{programs: {look: 0, look.undo: 0, each: 0, each.2: 1}, expect: {path: 'look, each.1, each.2 failed'}}",
        "{answers: {child/inner: done}, acts: [{at: 2h, back: look}, {undo: all}], expect: {never: [each.1]}}",
        "{inputs: {host: a}, roles: {operator: ada}, expect: {outputs: {host: a}, waiting: [child/inner]}}",
    ],
)
def test_what_fits_is_fine(test: str) -> None:
    assert found(test) == []


@pytest.mark.parametrize(
    ("test", "says"),
    [
        ("{expect: {statu: x}}", "3:16 unknown-field: there is no field `statu` in `expect`"),
        ("{programs: {lok: 0}, expect: {status: failed}}", "3:18 unknown-test-step: `lok` is not a step of g/p"),
        ("{programs: {look.2: 0}, expect: {status: failed}}", "3:18 unknown-test-step: `look.2` is not a step of g/p"),
        ("{programs: {each.undo: 0}, expect: {status: failed}}", "3:18 unknown-test-step: `each.undo` is not a step"),
        ("{answers: {child/iner: done}, expect: {status: failed}}", "3:17 unknown-test-step: `child/iner` is not a"),
        ("{acts: [{jump: lok}], expect: {status: failed}}", "3:21 unknown-test-step: `lok` is not a step of g/p"),
        ("{expect: {path: 'look, ech failed'}}", "3:22 unknown-test-step: `ech` is not a step of g/p"),
        ("{expect: {steps: {lok: failed}}}", "3:24 unknown-test-step: `lok` is not a step of g/p"),
        ("{inputs: {hots: a}, expect: {status: failed}}", "3:16 unknown-test-input: `hots` is not an input of g/p"),
        ("{expect: {outputs: {hots: a}}}", "3:26 unknown-test-input: `hots` is not an output of g/p"),
        ("{roles: {boss: a}, expect: {status: failed}}", "3:15 unknown-test-input: `boss` is not a role of g/p"),
    ],
)
def test_what_can_not_be_is_found_at_its_place(test: str, says: str) -> None:
    assert [each for each in found(test) if each.startswith(says)], found(test)


def test_tests_without_a_process_are_found() -> None:
    given = files("runbook: 1\ntests: {t: {expect: {status: failed}}}\n", "processes/g/gone.test.yaml")

    library = read_library(given, builtin())

    assert [each.rule for each in library.diagnostics] == ["orphan-test"]


def test_tests_are_looked_at_anew_when_their_process_changes() -> None:
    given = files("runbook: 1\ntests: {t: {programs: {look: 0}, expect: {status: failed}}}\n")
    first = read_library(given, builtin())

    again = read_library(given, builtin(), first.cache)
    changed = {**given, "processes/g/p.yaml": given["processes/g/p.yaml"].replace(b"id: look", b"id: see")}

    assert (first.diagnostics, again.diagnostics) == ((), ())
    assert [each.rule for each in read_library(changed, builtin(), again.cache).diagnostics] == ["unknown-test-step"]


def test_every_act_that_can_be_written_can_be_carried_out() -> None:
    assert set(WRITTEN) == set(CARRIED_OUT)
