"""A misshapen file still shows what is wrong with the rest of it, and nothing that is only wrong because of it."""

from __future__ import annotations

import pytest
from malformed.runner import read_and_check

HEAD = "runbook: 1\ntitle: T\n"


def rules(text: str) -> list[str]:
    """The rules that speak up about a process, in the order of its text."""
    return [each.rule for each in read_and_check("case.yaml", (HEAD + text).encode())]


def test_shape_and_meaning_are_shown_together() -> None:
    found = rules("""\
inputs: {host: {type: string}}
steps:
  - {id: a, shel: 'echo {{ inputs.host }}'}
  - {id: b, needs: [aa], command: [echo, "{{ inputs.hots }}"], retry: {attempts: 0}}
  - {id: b, shell: "echo '{{ inputs.host }}'"}
""")

    assert found == [
        "unknown-field",
        "unknown-step",
        "unknown-input",
        "out-of-bounds",
        "duplicate-step",
        "shell-template",
    ]


@pytest.mark.parametrize(
    "text",
    [
        "inputs: {host: {type: text}}\nsteps:\n  - {id: a, shell: 'echo {{ inputs.host }}'}\n",
        "steps:\n  - {id: a, shell: date, outputs: {n: stduot}}\n  - {id: b, manual: '{{ steps.a.outputs.n }}'}\n",
        "inputs: {host: {type: string}}\nsteps:\n  - {id: a, comand: [echo, '{{ inputs.host }}']}\n",
        "steps:\n  - {id: a, timeout: 5s}\n",
        "steps:\n  - {id: a, section: {steps: [{id: b, shell: 1}], extra: 1}}\n  - {id: c, needs: [a], shell: date}\n",
        "steps:\n  - {id: A b, shell: date}\n  - {id: c, shell: date}\n",
    ],
    ids=["input", "output", "kind", "no kind", "section", "id"],
)
def test_nothing_is_blamed_on_what_was_taken_out(text: str) -> None:
    codes = {each.code[:3] for each in read_and_check("case.yaml", (HEAD + text).encode())}

    assert codes == {"RB1"}


def test_a_file_with_no_list_of_steps_is_left_at_its_shape() -> None:
    assert rules("steps: none\n") == ["wrong-type"]
