"""Steps on hosts when nothing, or only a look, is carried out: dry runs, and runs by hand."""

from __future__ import annotations

import pytest

from tests.ssh.conftest import lines


def steps(tmp_path) -> str:
    return f"""\
- id: look
  read_only: true
  ssh: {{host: web1, run: 'echo looked >> {tmp_path}/looked; echo 7'}}
  outputs: {{free: {{type: integer}}}}
- id: work
  ssh: {{hosts: {{group: web}}, run: 'echo worked >> {tmp_path}/worked'}}
"""


def test_a_probe_carries_out_what_only_looks_there_and_nothing_else(reached, tmp_path):
    desk = reached(steps(tmp_path))

    said = desk.process("run", "g/one", "--dry-run=probe")

    assert said.returncode == 0, said.stderr
    assert lines(tmp_path / "looked") == ["looked"]
    assert lines(tmp_path / "worked") == []
    assert b"for 3 hosts: `web1`, `web2`, `web3`" in said.stdout


@pytest.mark.parametrize("depth", ["plan", "simulate"])
def test_the_other_dry_runs_reach_no_host(reached, server, tmp_path, depth):
    before = server.log
    desk = reached(steps(tmp_path))

    said = desk.process("run", "g/one", f"--dry-run={depth}")

    assert said.returncode == 0, said.stdout + said.stderr
    assert server.log == before


def test_by_hand_every_host_has_its_command_to_copy(reached, server, tmp_path):
    before = server.log
    desk = reached(f"- {{id: a, ssh: {{hosts: {{group: web}}, run: 'echo worked >> {tmp_path}/worked'}}}}\n")

    desk.process("run", "g/one", "--instructions", "--yes")
    answered = desk.process("answer", "last", "a.1", "done", "-f", "exit_code=0")

    assert answered.returncode in (0, 4), answered.stderr
    assert desk.step("a.1")["status"] == "succeeded"
    assert server.log == before
    record = desk.cli("record", "last").out
    assert f"echo worked >> {tmp_path}/worked" in record
    assert "'sh -s' <<'RUNBOOK'" in record
