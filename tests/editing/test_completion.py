"""What may be written at the cursor, whatever state the text around it is in."""

from __future__ import annotations

import pytest

from runbook.editing.completion import complete
from runbook.editing.handed_on import outputs
from runbook.editing.items import Item, What
from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.reading.notes import Notes
from runbook.reading.results import outputs_of
from runbook.reading.rule import subject_of
from runbook.reading.tree import read_tree
from tests.editing.desks import PROCESS, cursor, desk, library, processes

HEAD = """\
runbook: 1
title: T
roles: {operator: {summary: Does it}, approver: {}}
inputs:
  host: {type: string, title: The host}
steps:
  - id: first
    title: First
    shell: uptime
    outputs: {load: stdout}
  - id: form
    title: Form
    manual: {text: Read it, fields: {pressure: {type: number}}}
  - id: here
"""


def at(tail: str, head: str = HEAD) -> dict[str, Item]:
    """What may be written at the cursor at the end of a process, by name."""
    text, offset = cursor(head + tail)
    return {each.name: each for each in complete(desk(restart=text), PROCESS, offset)}


@pytest.mark.parametrize(
    ("tail", "has", "lacks"),
    [
        ("    @@\n", "title shell needs when verify", "id runbook inputs steps"),
        ("    ti@@\n    shell: x\n", "title needs", "shell command id"),
        ("    shell: x\n    @@\n", "manual needs", "command ask shell"),
        ("    manual: x\n    @@\n", "shell command", "ask decision manual"),
        ("  - @@\n", "id title shell", "steps"),
        ("    retry: {@@\n", "attempts delay on_exit", "title"),
        ("    retry:\n      @@", "attempts delay", "title"),
        ("    retry:\n      attempts: 3\n      de@@\n", "delay", "attempts"),
        ("    needs: [@@]\n", "first form", "here"),
        ("    needs: [first, @@\n", "form", "first here"),
        ("    needs:\n      - @@\n", "first form", "here"),
        ("    on_failure: {goto: @@}\n", "first form", "here stop"),
        ("    on_failure: @@\n", "stop continue undo", "goto"),
        ("    performer: {same_as: @@}\n", "first form", "operator"),
        ("    approval: {role: approver, covers: [@@]}\n", "first form", "approver"),
        ("    approval: {role: @@}\n", "operator approver", "first"),
        ("    approval: {not: [@@]}\n", "operator starter author", "first"),
        ("    role: @@\n", "operator approver", "first"),
        ("    role: op@@\n    title: x\n", "operator approver", "first"),
        ("    process: @@\n", "web/probe", "first"),
        ("    process: {use: @@}\n", "web/probe", "first"),
        ("    process:\n      use: web/probe\n      with:\n        @@\n", "host port", "use"),
        ("    process: {use: web/probe, with: {host: x, @@}}\n", "port", "host"),
        ("    decision: {choose: @@}\n", "one several", ""),
        ("    critical: @@\n", "true false", ""),
        ("    when: @@\n", "inputs steps run", "first item"),
        ("    when: inputs.@@\n", "host", "steps"),
        ("    when: inputs.host == 'a' and steps.@@\n", "first form here", "host"),
        ("    when: steps.first.@@\n", "outputs answers status passes", "load"),
        ("    when: steps.first.outputs.@@\n", "load", "outputs"),
        ("    when: steps['first'].outputs.@@\n", "load", "outputs"),
        ("    when: steps.form.answers.@@\n", "pressure", "load"),
        ("    when: inputs.host | @@\n", "lower default join", "inputs"),
        ("    when: inputs.host | lo@@\n", "lower", "inputs"),
        ("    when: inputs.host is @@\n", "defined none not", "inputs"),
        ("    when: inputs.host is not @@\n", "defined none", "inputs not"),
        ("    when: run.@@\n", "id started_by", "inputs"),
        ("    shell: echo {{ @@\n", "inputs steps run", "stdout"),
        ("    shell: echo {{ inputs.@@ }} there\n", "host", "inputs"),
        ("    shell: |\n      set -e\n      echo {{ steps.first.outputs.@@\n      echo\n", "load", "title"),
        ("    shell: 'echo {{ inputs.ho@@'\n", "host", "steps"),
        ('    shell: "{{ steps.form.answers.@@ }}"\n', "pressure", ""),
        ("    foreach: {items: [a], as: server}\n    shell: echo {{ @@ }}\n", "server turn inputs", "item last"),
        ("    repeat: {until: @@}\n    shell: x\n", "last turn", "item"),
        ("    shell: x\n    on_failure:\n      - {id: mend, manual: 'Because {{ @@ }}'}\n", "failure", "stdout"),
        ("    shell: x\n    expect: {that: '@@'}\n", "outputs exit_code stdout", ""),
        ("    shell: x\n    retry: {attempts: 2}\n@@", "outputs finally checks", "title steps shell"),
    ],
    ids=lambda value: value if "@@" in value else "",
)
def test_what_may_be_written_is_offered(tail: str, has: str, lacks: str) -> None:
    found = at(tail)

    assert set(has.split()) - set(found) == set()
    assert set(lacks.split()) & set(found) == set()


@pytest.mark.parametrize(
    "tail",
    [
        "    title: Some @@ words\n",
        "    # a comment @@\n",
        "    shell: echo @@\n",
        "    shell: |\n      echo @@ and\n",
        "    nonsense: {a: {@@}}\n",
        "    set: {values: {x: @@}}\n",
    ],
)
def test_where_nothing_can_be_known_nothing_is_offered(tail: str) -> None:
    assert at(tail) == {}


def test_an_item_says_what_it_is_and_what_it_replaces() -> None:
    text, offset = cursor(HEAD + "    tit@@le: x\n    shell: x\n")

    found = {each.name: each for each in complete(desk(restart=text), PROCESS, offset)}["title"]

    assert (found.what, found.text) == (What.FIELD, "title")
    assert text[found.span.start : found.span.end] == "title"
    assert found.meaning == "What the step does, in a few words."
    kind = at("    @@\n")["shell"]
    assert (kind.what, kind.text) == (What.KIND, "shell: ")
    assert builtin()["shell"].summary in kind.meaning
    step = at("    needs: [@@]\n")["first"]
    assert (step.detail, step.meaning) == ("shell", "First")


def test_people_and_teams_are_offered_where_they_are_named() -> None:
    assert {"ana", "bo"} <= at_role("people: [@@]")
    assert {"platform", "desk"} <= at_role("team: @@")
    text, offset = cursor("teams:\n  platform: {lead: @@}\n")
    found = desk()
    found.lay({**found.files, "operations/teams.yaml": text.encode()})
    assert {"ana", "bo"} <= {each.name for each in complete(found, "operations/teams.yaml", offset)}


def at_role(field: str) -> set[str]:
    """What is offered in a role."""
    text, offset = cursor(HEAD.replace("approver: {}", f"approver: {{{field}}}") + "    manual: x\n")
    return {each.name for each in complete(desk(restart=text), PROCESS, offset)}


@pytest.mark.parametrize(
    ("path", "field"),
    [
        ("runbook.yaml", "defaults"),
        ("processes/web/group.yaml", "scope"),
        ("processes/web/restart.test.yaml", "shared"),
        ("operations/people/bo.yaml", "manager"),
        ("operations/teams.yaml", "teams"),
        ("operations/hosts.yaml", "known_hosts"),
    ],
)
def test_other_files_have_their_fields(path: str, field: str) -> None:
    found = desk()
    found.lay({**found.files, path: b"\n"})

    names = {each.name for each in complete(found, path, 0)}

    assert field in names


def test_a_file_of_no_project_has_nothing() -> None:
    found = desk()
    found.lay({**found.files, "processes/web/data/x.yaml": b"a"})

    assert complete(found, "processes/web/restart.answers.yaml", 0) == []


def test_the_outputs_of_every_step_of_the_library_are_those_of_the_rules() -> None:
    found = library()
    found.findings()
    read = read_library(found.files, builtin(), keep=True)
    seen = 0
    for path in processes(found):
        index = found.index(path)
        process = read.project.processes[index.entry.id]
        tree, _ = read_tree(path, found.files[path])
        assert tree is not None
        subject = subject_of(
            process, tree, builtin(), read.interfaces, read.organisation, notes=Notes(), looked_up={}
        )  # fmt: skip
        for step in process.every_step():
            listed = index.step(step.id)
            wanted = outputs_of(step, subject)
            assert listed is not None
            assert wanted is None or set(outputs(found, index, listed)) == set(wanted), (path, step.id)
            seen += 1

    assert seen > 150
