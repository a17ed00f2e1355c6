"""People as they are read: what is wrong with their files, and what validate makes of roles by who there is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runbook.kinds import builtin
from runbook.reading.library import read_library

PEOPLE: dict[str, Any] = {
    "teams": {"teams": {"infra": {"members": ["ana"]}}},
    "people/ana": {"capabilities": {"postgres": 3}},
    "people/bo": {"teams": ["infra"]},
    "people/ivan": {"roles": ["it-manager"]},
}


def found(process: str = "steps: [{id: work, manual: Do it}]", **files: Any) -> list[str]:
    """What validate says of a project with these files below `operations`, `people__ana` being `people/ana`."""
    given = {**PEOPLE, **{name.replace("__", "/"): data for name, data in files.items()}}
    contents = {f"operations/{name}.yaml": json.dumps(data) for name, data in given.items() if data is not None}
    contents |= {"runbook.yaml": "runbook: 1\ntitle: T", "processes/g/group.yaml": "title: G\nowner: infra"}
    contents["processes/g/p.yaml"] = f"runbook: 1\ntitle: P\n{process}"
    library = read_library({path: text.encode() for path, text in contents.items()}, builtin())
    return [f"{each.place.file.rpartition('/')[2]}: {each.rule}: {each.message}" for each in library.diagnostics]


def test_people_who_fit_together_are_fine() -> None:
    assert found() == []


@pytest.mark.parametrize(
    ("file", "data", "says"),
    [
        ("people__ana", {"manager": "iwan"}, "ana.yaml: unknown-person: there is no person `iwan`"),
        ("people__bo", {"teams": ["infar"]}, "bo.yaml: unknown-person: there is no team `infar`"),
        ("teams", {"teams": {"infra": {"lead": "zoe"}}}, "teams.yaml: unknown-person: there is no person `zoe`"),
        ("teams", {"teams": {"infra": {"members": ["zoe"]}}}, "teams.yaml: unknown-person: there is no person `zoe`"),
        ("people__bo", {"users": ["ana"]}, "bo.yaml: shared-user: the system user `ana` is that of `ana` as well"),
        (
            "people__bo",
            {"leave": [{"from": "2026-04-10", "to": "2026-04-07"}]},
            "bo.yaml: bad-period: there is no time from 2026-04-10 to 2026-04-07",
        ),
        (
            "people__bo",
            {"leave": [{"from": "2026-02-30", "to": "2026-03-07"}]},
            "bo.yaml: bad-period: there is no time from 2026-02-30 to 2026-03-07",
        ),
        (
            "people__bo",
            {"substitutes": [{"person": "bo", "from": "2026-04-01", "to": "2026-04-07"}]},
            "bo.yaml: bad-period: `bo` can't act for themselves",
        ),
        (
            "people__bo",
            {"substitutes": [{"person": "zoe", "from": "2026-04-01", "to": "2026-04-07"}]},
            "bo.yaml: unknown-person: there is no person `zoe`",
        ),
        ("people__Bo Larsen", {}, "Bo Larsen.yaml: file-name: `operations/people/Bo Larsen.yaml` describes nobody"),
        ("people__bo", {"nmae": "Bo"}, "bo.yaml: unknown-field: there is no field `nmae`"),
        ("people__bo", {"capabilities": {"postgres": 7}}, "bo.yaml: "),
    ],
)
def test_what_is_wrong_with_people_is_said_at_its_place(file: str, data: Any, says: str) -> None:
    assert [each for each in found(**{file: data}) if each.startswith(says)], found(**{file: data})


def approval(more: str, roles: str = "approver: {team: infra}") -> str:
    return f"""
roles: {{operator: {{}}, {roles}}}
steps:
- {{id: prepare, manual: Prepare}}
- {{id: gate, approval: {{role: approver, {more}}}}}
"""


@pytest.mark.parametrize(
    ("process", "says"),
    [
        ("roles: {dba: {capabilities: {oracle: 1}}}\nsteps: [{id: a, manual: A}]", "nobody may play the role `dba`"),
        ("roles: {boss: {role: ceo}}\nsteps: [{id: a, manual: A}]", "nobody may play the role `boss`"),
        (approval("quorum: 3"), "`gate` needs 3 different people, and `approver` can be 2"),
        (approval("quorum: 2, not: starter"), "`gate` needs 2 different people, and `approver` can be 1 in the worst"),
        (approval("not: [starter, implementer]"), "`gate` needs 1 different people, and `approver` can be 0 in the"),
        (approval("not: operator, quorum: all"), "`gate` needs 2 different people, and `approver` can be 1 in the"),
        (
            "roles: {boss: {role: it-manager}}\nsteps: [{id: a, verifier: boss, manual: A}]",
            "`a` may be done by the only one who could confirm it: ivan",
        ),
        ("steps: [{id: a, performer: {same_as: b}, manual: A}]", "there is no step `b`"),
        ("steps: [{id: a, performer: {not_same_as: [a, b]}, manual: A}]", "there is no step `b`"),
        ("steps: [{id: a, verifier: boss, manual: A}]", "there is no role `boss`"),
        ("privileges: {skip: boss}\nsteps: [{id: a, manual: A}]", "there is no role `boss`"),
        ("roles: {op: {manager_of: boss}}\nsteps: [{id: a, manual: A}]", "there is no role `boss`"),
    ],
)
def test_a_gate_that_the_people_there_are_can_not_open_is_an_error(process: str, says: str) -> None:
    assert [each for each in found(process) if says in each], found(process)


@pytest.mark.parametrize(
    "process",
    [
        approval("quorum: 2"),
        approval("not: starter"),
        approval("quorum: 2, not: boss", "approver: {team: infra}, boss: {role: it-manager}"),
        "roles: {boss: {role: it-manager}, op: {team: infra}}\nsteps: [{id: a, role: op, verifier: boss, manual: A}]",
    ],
)
def test_a_gate_that_somebody_can_always_open_is_fine(process: str) -> None:
    assert [each for each in found(process) if "nobody-entitled" in each] == []


def test_without_a_single_person_a_team_is_for_the_reader() -> None:
    nobody = dict.fromkeys(name.replace("/", "__") for name in PEOPLE)

    assert (
        found("roles: {dba: {team: nowhere, capabilities: {oracle: 1}}}\nsteps: [{id: a, manual: A}]", **nobody) == []
    )


BROKEN_ANA = {"people__ana": {"nmae": "Ana"}, "people__bo": {"manager": "ana", "teams": ["infra"]}}


def test_a_broken_file_about_somebody_is_all_that_is_reported() -> None:
    """Whoever names them, in a file about people or in a process, is right."""
    process = """
roles: {operator: {}, dba: {capabilities: {postgres: 3}}, lead: {people: [ana]}, second: {team: infra}}
steps:
  - {id: work, role: dba, manual: Do it}
  - {id: look, role: lead, verifier: second, manual: Look at it}
"""

    told = found(process, **BROKEN_ANA)

    assert [each.partition(":")[0] for each in told] == ["ana.yaml"], told
    assert [each.partition(":")[0] for each in found(teams={"teams": 3})] == ["teams.yaml"]
    assert any("iwan" in each for each in found(**{**BROKEN_ANA, "people__bo": {"manager": "iwan"}}))
