"""The way back of a step: read, checked like everything else, shown in every view."""

from __future__ import annotations

import pytest

from runbook.kinds import builtin
from runbook.reading.library import Library, read_library
from runbook.views.outline import as_text
from runbook.views.procedure import procedure
from runbook.views.style import Style

PROCESS = """\
runbook: 1
title: Patch
inputs: {{host: {{type: string}}}}
steps:
  - id: snapshot
    title: Take a snapshot
    shell: snapshot -- {{{{ inputs.host }}}}
    outputs: {{name: stdout}}
    undo: {undo}
"""


def read(undo: str) -> Library:
    files = {
        "runbook.yaml": b"runbook: 1\ntitle: Undo\n",
        "processes/demo/group.yaml": b"title: Undo\nowner: platform\n",
        "processes/demo/patch.yaml": PROCESS.format(undo=undo).encode(),
    }
    return read_library(files, builtin())


@pytest.mark.parametrize(
    ("undo", "shown"),
    [
        ("Revert **it** in the console of {{ inputs.host }}.", "Revert **it** in the console"),
        ('{shell: "revert -- {{ steps.snapshot.outputs.name }}"}', "revert -- {{ steps.snapshot.outputs.name }}"),
        ('{command: [revert, --, "{{ steps.snapshot.outputs.name }}"]}', "revert"),
        ("{manual: {text: Ask the owner first., fields: {owner: {}}}}", "Ask the owner first."),
    ],
    ids=["text", "shell", "command", "manual"],
)
def test_undo_is_read_and_shown(undo: str, shown: str) -> None:
    library = read(undo)
    process = library.project.processes["demo/patch"]

    assert library.diagnostics == ()
    outline = "\n".join(as_text(process, library.project, builtin(), Style(), 100))
    assert shown.replace("**", "") in outline.partition("To undo it:")[2]
    assert shown in procedure(process, library.project, builtin()).partition("**To undo it:**")[2]


@pytest.mark.parametrize(
    ("undo", "code"),
    [
        ('{shell: "revert {{ inputs.hst }}"}', "RB210"),
        ("{shell: \"sh -c 'revert {{ inputs.host }}'\"}", "RB224"),
        ("{shell: date, manual: Revert it.}", "RB106"),
        ("{approval: {role: owner}}", "RB102"),
        ("{}", "RB102"),
        ("[date]", "RB103"),
    ],
    ids=["unknown input", "unsafe value", "two ways", "another kind", "none", "a list"],
)
def test_undo_that_can_not_work_is_found_at_its_place(undo: str, code: str) -> None:
    found = read(undo).diagnostics

    assert found[0].code == code
    assert found[0].place.line == 9
