"""Values taken from programs, at the command line: from files, kept as files, pasted by people, and refused."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk

Project = Callable[[Mapping[str, str]], Desk]
HEAD = {"runbook.yaml": "runbook: 1\ntitle: Outputs\n", "processes/o/group.yaml": "title: O\nowner: us\n"}


def make(project: Project, steps: str, **files: str) -> Desk:
    return project({**HEAD, "processes/o/p.yaml": f"runbook: 1\ntitle: P\n{steps}"})


def outputs(desk: Desk, id: str) -> object:
    step = desk.step(id)
    return step["outputs"] if step["status"] == "succeeded" else step["reason"]


def test_a_value_is_taken_from_a_file_that_the_program_wrote(project: Project) -> None:
    desk = make(
        project,
        """
inputs: {name: {default: report}}
steps:
- id: write
  shell: |
    mkdir -p out && printf '{"hosts": [{"id": 1}, {"id": 2}]}' > "out/report.json"
  outputs: {ids: {from: file, path: 'out/{{ inputs.name }}.json', json: 'hosts[*].id', type: integer}}
- {id: use, shell: 'echo {{ steps.write.outputs.ids | join(",") }}', outputs: {line: stdout}}
""",
    )

    assert desk.cli("run", "o/p", "--yes").code == 0
    assert (outputs(desk, "write"), outputs(desk, "use")) == ({"ids": [1, 2]}, {"line": "1,2"})


@pytest.mark.parametrize(
    ("shell", "why"),
    [
        ("true", "report.txt is not there"),
        ("ln -s ../../secret.txt report.txt", "report.txt leads over a link"),
        ("mkdir report.txt", "report.txt is not a file"),
        ("printf '\\377' > report.txt", "report.txt is not text"),
        ("mkfifo report.txt", "report.txt is not a file"),
        ("head -c 17000000 /dev/zero > report.txt", "report.txt has more than 16 MiB"),
        ("echo none > report.txt", "it is not JSON; `report.txt` is `none`"),
    ],
)
def test_a_file_that_is_not_what_was_meant_fails_the_step(project: Project, shell: str, why: str) -> None:
    desk = make(
        project,
        f"""
steps:
- id: write
  shell: {json.dumps(shell)}
  outputs: {{text: {{from: file, path: report.txt, type: json}}}}
""",
    )
    (desk.folder.parent / "secret.txt").write_text("secret")

    assert desk.cli("run", "o/p", "--yes").code == 1
    assert f"output `text`: {why}" in str(outputs(desk, "write"))


def test_a_file_of_before_is_not_what_the_program_wrote(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = make(project, "steps: [{id: write, shell: 'true', outputs: {a: {from: file, path: old.txt}}}]")
    (desk.folder / "old.txt").write_text("old")
    monkeypatch.setattr("runbook.engine.evidence._CLOCK", -3600.0)  # as if it had been written an hour earlier

    assert desk.cli("run", "o/p", "--yes").code == 1
    assert "older than the attempt" in str(outputs(desk, "write"))


def test_a_path_that_a_value_leads_out_of_the_project_is_refused(project: Project) -> None:
    desk = make(
        project,
        """
inputs: {name: {type: string}}
steps: [{id: write, shell: 'true', outputs: {a: {from: file, path: '{{ inputs.name }}'}}}]
""",
    )

    for name in ("../secret.txt", "/etc/hostname", "a/../../b", ""):
        assert desk.cli("run", "o/p", "--yes", "-i", f"name={name}").code == 1
        assert "is not below the project's folder" in str(outputs(desk, "write"))


def test_a_large_output_is_kept_as_evidence_and_the_journal_has_its_beginning(project: Project) -> None:
    desk = make(
        project,
        """
steps:
- id: dump
  shell: seq 1 50000
  outputs: {log: {keep: evidence}}
- {id: use, command: [echo, '{{ steps.dump.outputs.log.sha256 }}', '{{ steps.dump.outputs.log.size }}']}
""",
    )

    assert desk.cli("run", "o/p", "--yes").code == 0

    whole = "".join(f"{number}\n" for number in range(1, 50_001)).encode()
    sha256 = hashlib.sha256(whole).hexdigest()
    kept = outputs(desk, "dump")["log"]  # type: ignore[index]  # the step is done
    assert {**kept, "preview": ""} == {
        "name": "log.txt", "sha256": sha256, "size": len(whole), "type": "text/plain", "preview": "",
    }  # fmt: skip
    assert kept["preview"] == whole[:1000].decode()
    assert (desk.home / "evidence" / sha256).read_bytes() == whole
    attached = next(each["data"] for each in desk.events() if each["type"] == "EvidenceAttached")
    assert (attached["output"], attached["sha256"]) == ("log", sha256)
    assert desk.cli("verify", "last").code == 0
    assert "log.txt" in desk.cli("record", "last").out


def test_what_is_larger_than_its_limit_fails_the_step_and_leaves_nothing(project: Project) -> None:
    desk = make(project, "steps: [{id: a, shell: seq 1 999, outputs: {v: {keep: evidence, max_size: 1kB}}}]")

    assert desk.cli("run", "o/p", "--yes").code == 1
    assert "output `v` has more than 1 kB" in str(outputs(desk, "a"))
    assert [*(desk.home / "evidence").glob("*")] == []


def test_people_paste_what_a_program_wrote_to_a_file(project: Project) -> None:
    desk = make(
        project,
        """
steps:
- id: write
  shell: echo hosts > report.json
  outputs: {first: {from: file, path: report.json, json: 'hosts[0]'}, log: {from: stderr, keep: evidence}}
""",
    )
    run = desk.begin("o/p", "--instructions")

    refused = desk.cli("answer", run, "write", "done", "-f", "stderr=fine")
    assert (refused.code, "`first` of `write` is needed" in refused.err) == (2, True)
    assert desk.cli("answer", run, "write", "done", "-f", "stderr=fine", "-f", 'first={"hosts": ["a"]}').code == 0

    assert outputs(desk, "write") == {"first": "a", "log": {"preview": "fine"}}


def test_a_column_of_a_real_table_is_taken(project: Project) -> None:
    desk = make(
        project,
        """
steps:
- id: measure
  command: [df, -P, .]
  outputs: {free: {table: {column: Available, row: first}, type: integer}}
""",
    )

    assert desk.cli("run", "o/p", "--yes").code == 0
    assert outputs(desk, "measure")["free"] > 0  # type: ignore[index]  # the step is done
