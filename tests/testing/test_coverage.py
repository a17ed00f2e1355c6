"""What tests have tried of a process, and in words what they have not."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.testing.coverage import covered

from .conftest import Try, mismatches

CASES: dict[str, tuple[str, str, str, str, tuple[str, ...], tuple[str, ...]]] = {
    "a condition": (
        "- {id: a, title: A, when: inputs.on, shell: a}\n",
        "inputs: {on: {type: boolean, default: true}}\n",
        "{programs: {a: 0}, expect: {status: succeeded}}",
        "{inputs: {on: false}, expect: {status: succeeded}}",
        ("the condition of `a` was never false",),
        (),
    ),
    "an option": (
        "- {id: a, title: A, decision: {options: [{id: x}, {id: y}]}}\n",
        "",
        "{answers: {a: {choose: x}}, expect: {status: succeeded}}",
        "{answers: {a: {choose: y}}, expect: {status: succeeded}}",
        ("option `y` of `a` was never taken",),
        (),
    ),
    "an approval": (
        "- {id: a, title: A, approval: {role: boss, deadline: 1d}}\n",
        "roles: {worker: {summary: Works}, boss: {summary: Decides}}\n",
        "{answers: {a: {approve: true, by: bo}}, expect: {status: succeeded}}",
        "{answers: {a: {approve: false, by: bo, reason: so}}, expect: {status: failed}}",
        ("`a` was never rejected", "the deadline of `a` has never passed"),
        ("the deadline of `a` has never passed",),
    ),
    "a deadline": (
        "- {id: a, title: A, manual: Do it., due: 1h}\n",
        "",
        "{answers: {a: done}, expect: {status: succeeded}}",
        "{answers: {a: {outcome: done, after: 2h}}, expect: {status: succeeded}}",
        ("the deadline of `a` has never passed",),
        (),
    ),
    "a failure, and another attempt": (
        "- {id: a, title: A, shell: a, critical: false, retry: {attempts: 2, delay: 1s}}\n"
        "- {id: b, title: B, shell: b}\n",
        "",
        "{programs: {a: 0, b: 0}, expect: {status: succeeded}}",
        "{programs: {a: 1, b: 0}, expect: {status: succeeded with failures}}",
        ("what follows a failure of `a` was never tried", "another attempt at `a` was never made"),
        (),
    ),
    "steps for a failure": (
        "- id: a\n  title: A\n  shell: a\n  on_failure: {do: [{id: h, title: H, shell: h}], then: continue}\n",
        "",
        "{programs: {a: 0}, expect: {status: succeeded}}",
        "{programs: {a: 1, h: 0}, expect: {status: succeeded with failures}}",
        ("what follows a failure of `a` was never tried", "step `h` was never reached"),
        (),
    ),
    "the way back": (
        "- {id: a, title: A, shell: a, undo: {shell: b}}\n",
        "",
        "{programs: {a: 0}, expect: {status: succeeded}}",
        "{programs: {a: 0, a.undo: 0}, acts: [{undo: all}], expect: {status: undone}}",
        ("the undo of `a` was never tried",),
        (),
    ),
    "a second person": (
        "- {id: a, title: A, manual: Do it., verifier: checker}\n",
        "roles: {worker: {summary: Works}, checker: {summary: Looks}}\n",
        "{answers: {a: [done, {confirm: true, by: bo}]}, expect: {status: succeeded}}",
        "{answers: {a: [done, {confirm: false, by: bo, reason: no}, done, {confirm: true, by: bo}]},"
        " expect: {status: succeeded}}",
        ("what `a` recorded was never sent back",),
        (),
    ),
}


@pytest.mark.parametrize(("steps", "head", "one", "other", "missing", "still"), CASES.values(), ids=CASES.keys())
def test_way_that_was_not_tried_is_named_until_a_test_tries_it(
    tried: Try, steps: str, head: str, one: str, other: str, missing: Any, still: Any
) -> None:
    alone = tried(steps, f"tests:\n  one: {one}\n", head)
    both = tried(steps, f"tests:\n  one: {one}\n  other: {other}\n", head)

    assert mismatches(both) == []
    assert covered(alone.ways or (), "web/restart", alone.hits).missing == missing
    assert covered(both.ways or (), "web/restart", both.hits).missing == still
    assert covered(both.ways or (), "web/restart", both.hits).percent == (100.0 if not still else 75.0)


def test_ways_of_a_step_that_was_never_reached_are_counted_and_not_told(tried: Try) -> None:
    found = tried(
        "- {id: a, title: A, shell: a}\n- {id: b, title: B, when: 1 == 1, shell: b, undo: {shell: c}}\n",
        "tests: {t: {programs: {a: 1}, expect: {status: failed}}}\n",
    )

    told = covered(found.ways or (), "web/restart", found.hits)

    assert (told.steps, told.ways, told.percent) == ((1, 2), (0, 3), 20.0)
    assert told.missing == ("step `b` was never reached",)


def test_tests_of_one_process_try_those_it_uses_as_well(tried: Try) -> None:
    found = tried(
        "- {id: child, title: Child, process: web/inner}\n",
        "tests: {t: {programs: {child/w: 0}, expect: {status: succeeded}}}\n",
        inner="- {id: w, title: W, shell: w}\n",
    )

    assert ("web/inner", ("step", "w", "")) in found.hits
