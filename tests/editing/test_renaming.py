"""A step gets another id everywhere, or nowhere."""

from __future__ import annotations

import pytest

from runbook.editing.fixes import applied
from runbook.editing.renaming import rename
from runbook.errors import Refused
from tests.editing.desks import FILES, PROCESS, behind, desk, library, processes

USER = (
    "runbook: 1\ntitle: Uses it\nowner: platform\nsteps:\n  - {id: inner, process: web/restart}\n"
    "  - {id: restart, manual: x}\n"
)


def test_files_beside_the_processes_that_use_it_are_changed_as_well() -> None:
    found = desk(user=USER.replace("web/restart}", "{use: web/restart, with: {host: a}}}"))
    answers = "inner/restart: done\nrestart: done\ninner/rest.1/one: done\n'inner/restart.undo': done\n"
    tests = (
        "runbook: 1\ntests:\n  restart:\n    programs: {inner/restart: 0, restart: {stdout: restart}}\n"
        "    answers: {restart: done}\n    expect: {path: [inner/check, inner/restart failed, restart]}\n"
    )
    found.lay(
        {
            **found.files,
            "processes/web/user.answers.yaml": answers.encode(),
            "processes/web/user.test.yaml": tests.encode(),
            "processes/web/restart.test.yaml": b"tests:\n  restart:\n    expect: {path: 'check, restart failed'}\n",
        }
    )

    edits = rename(found, PROCESS, behind("- id: restart"), "again")

    after = {
        path: applied(found.index(path).text, [each for each in edits if each.path == path])
        for path in {each.path for each in edits}
    }
    assert after["processes/web/user.answers.yaml"] == answers.replace("inner/restart", "inner/again")
    assert after["processes/web/user.test.yaml"] == tests.replace("inner/restart", "inner/again")
    assert after["processes/web/restart.test.yaml"].endswith("expect: {path: 'check, again failed'}\n")
    assert "processes/web/user.yaml" not in after


def test_a_mention_that_can_not_be_changed_keeps_the_step_as_it_is() -> None:
    text = FILES[PROCESS].replace("steps[''restart'']", "steps[''re'' ~ ''start'']")
    broken = (
        FILES[PROCESS]
        .replace("""{{ steps[''restart''].outputs.said | default(1) }}""", "x")
        .replace("shell: |", "shell: &s |")
        .replace('command: [echo, "{{ server }}"', 'command: [*s, "{{ server }}"')
    )
    for each in (text, broken):
        found = desk(restart=each)
        try:
            edits = rename(found, PROCESS, behind("- id: restart", each), "again")
        except Refused:
            continue
        after = desk(restart=applied(each, [edit for edit in edits if edit.path == PROCESS]))
        assert len(after.findings()) <= len(found.findings())


def test_two_steps_of_one_id_are_not_renamed() -> None:
    text = FILES[PROCESS] + "  - {id: restart, title: Again, manual: x}\n"

    with pytest.raises(Refused, match="two steps have the id `restart`"):
        rename(desk(restart=text), PROCESS, behind("- id: restart", text), "again")


def test_any_step_of_the_library_can_be_renamed_and_the_library_is_as_good_as_before() -> None:
    found = library()
    before = found.findings()
    for path in processes(found)[::4]:
        index = found.index(path)
        step = index.steps[len(index.steps) // 2]
        id = step.node.get("id")
        assert id

        edits = rename(found, path, id.start, "quite-another-name")

        changed = {
            each: applied(found.index(each).text, [edit for edit in edits if edit.path == each]).encode()
            for each in {edit.path for edit in edits}
        }
        assert found.findings_with(changed) == before
        assert any(each.path == path for each in edits)
