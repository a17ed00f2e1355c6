"""A plan is kept as text and read back the same, whatever has happened to its files since."""

from __future__ import annotations

import json

import pytest

from runbook.engine.plans import loaded, plan_of, stored
from runbook.errors import Misuse
from runbook.kinds import builtin
from runbook.run.plan import Plan
from runbook.testing import plan_from

PARENT = """
runbook: 1
title: Parent
inputs:
  host: {type: string, title: Host}
checks:
  - {id: look, title: Look, shell: "true"}
steps:
  - id: prepare
    title: Prepare
    section:
      steps:
        - {id: inner, title: Inner, shell: 'echo "{{ inputs.host }}"', outputs: {name: stdout}}
        - id: way
          title: Way
          decision: {question: Which?, options: [{id: a, title: A}, {id: b, title: B, goto: after}]}
        - {id: skipped, title: Skipped, manual: Only on the way of a}
        - {id: after, title: After, manual: "For {{ inputs.host }}"}
  - {id: child, title: Child, process: {use: trial/child, with: {size: "{{ inputs.host | length }}"}}, needs: [prepare]}
finally:
  - {id: last, title: Last, manual: Bye}
"""
CHILD = """
runbook: 1
title: Child
inputs:
  size: {type: integer, title: Size}
steps:
  - {id: only, title: Only, when: inputs.size > 2, shell: "true", retry: {attempts: 3, delay: 2}}
"""


@pytest.fixture
def plan() -> Plan:
    """A plan with nearly everything in it."""
    return plan_from({"trial/parent": PARENT, "trial/child": CHILD}, builtin())


def test_plan_is_read_back_as_it_was_kept(plan: Plan) -> None:
    again = loaded(stored(plan), builtin())

    assert again.root == plan.root
    assert again.processes == plan.processes
    assert again.links == plan.links
    assert [path for path, _ in again.every_path()] == [path for path, _ in plan.every_path()]
    assert stored(again) == stored(plan)


def test_plan_holds_what_its_process_uses_and_nothing_else(plan: Plan) -> None:
    beside = plan_from({"trial/child": CHILD}, builtin())

    assert set(json.loads(stored(plan))["processes"]) == {"trial/parent", "trial/child"}
    assert set(plan_of("trial/child", plan.processes, builtin()).processes) == set(beside.processes)


def test_process_that_is_not_there_is_named(plan: Plan) -> None:
    with pytest.raises(Misuse, match="there is no process `trial/child`"):
        plan_of("trial/parent", {"trial/parent": plan.process}, builtin())
