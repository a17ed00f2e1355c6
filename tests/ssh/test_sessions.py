"""A script or a program on one host: what it gets, what comes back, and that it ends with its step."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

from tests.ssh.conftest import lines
from tests.waiting import until

NASTY = 'it\'s "$HOME" `id` $(id) \\ ; * -n\n#'


def test_its_output_its_exit_code_and_where_it_runs_are_those_of_the_script(reached, tmp_path):
    desk = reached(
        f"""\
- id: a
  ssh:
    host: web1
    cwd: {tmp_path}
    run: |
      pwd
      echo oops >&2
      exit 3
  expect: {{exit_code: 3}}
  outputs: {{where: stdout}}
"""
    )

    ran = desk.process("run", "g/one", "--yes")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert desk.step("a")["outputs"] == {"where": str(tmp_path)}
    assert "a | oops" in ran.stdout.decode()


def test_a_script_that_fails_is_said_to_have_failed_for_its_last_words(reached):
    desk = reached("- {id: a, ssh: {host: web1, run: 'echo no room left >&2; false; echo unreached'}}\n")

    ran = desk.process("run", "g/one", "--yes")

    assert ran.returncode == 1
    assert "no room left" in desk.step("a")["reason"]
    assert b"unreached" not in ran.stdout


@pytest.mark.parametrize("interpreter", ["sh", "bash"])
def test_values_reach_a_script_letter_by_letter_and_are_never_run(reached, interpreter):
    desk = reached(
        f"""\
- id: a
  ssh:
    host: web1
    interpreter: {interpreter}
    env: {{V: "{{{{ inputs.text }}}}"}}
    stdin: "{{{{ inputs.text }}}}"
    run: |
      printf '%s|' "$V" "{{{{ inputs.text }}}}"
      cat
  outputs: {{all: stdout}}
""",
        "inputs: {text: {type: string}}\n",
    )

    ran = desk.process("run", "g/one", "--yes", "-i", f"text={NASTY}")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert desk.step("a")["outputs"] == {"all": f"{NASTY}|{NASTY}|{NASTY}"}


def test_a_program_gets_its_arguments_as_they_are_and_no_input(reached):
    desk = reached(
        """\
- id: a
  ssh: {host: web1, command: [printf, "%s|", "{{ inputs.text }}", 2, true]}
  outputs: {all: stdout}
""",
        "inputs: {text: {type: string}}\n",
    )

    ran = desk.process("run", "g/one", "--yes", "-i", f"text={NASTY}")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert desk.step("a")["outputs"] == {"all": f"{NASTY}|2|true|"}


def test_the_first_program_of_a_script_does_not_read_the_rest_of_it(reached):
    desk = reached('- {id: a, ssh: {host: web1, run: "cat\\necho after\\n"}, outputs: {all: stdout}}\n')

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert desk.step("a")["outputs"] == {"all": "after"}


def test_what_is_shown_can_be_copied_into_a_terminal_and_does_the_same(reached, server, tmp_path):
    desk = reached(
        f"""\
- id: a
  ssh:
    host: web1
    cwd: {tmp_path}
    env: {{V: "{{{{ inputs.text }}}}"}}
    stdin: from the input
    run: printf '%s|' "$V" "{{{{ inputs.text }}}}" "$PWD"; cat
  outputs: {{all: stdout}}
""",
        "inputs: {text: {type: string}}\n",
    )
    desk.process("run", "g/one", "--yes", "-i", f"text={NASTY}")
    shown = next(event["data"]["act"]["shown"] for event in desk.events() if event["type"] == "StepStarted")

    ran = subprocess.run(["bash", "-c", shown], cwd=desk.folder, capture_output=True, text=True, check=False)

    assert ran.returncode == 0, ran.stderr
    assert ran.stdout.rstrip() == desk.step("a")["outputs"]["all"] == f"{NASTY}|{NASTY}|{tmp_path}|from the input"


@pytest.mark.parametrize("many", [False, True], ids=["one", "many"])
def test_when_the_time_is_up_the_script_there_ends_too(reached, tmp_path, many):
    hosts = "hosts: [web1]" if many else "host: web1"
    script = f"echo $$ > {tmp_path}/pid; trap 'echo told >> {tmp_path}/told; exit 1' TERM; sleep 600 & wait"
    desk = reached(f'- {{id: a, timeout: 2s, ssh: {{{hosts}, run: "{script}"}}}}\n')

    ran = desk.process("run", "g/one", "--yes")

    assert ran.returncode == 1
    assert (tmp_path / "pid").exists(), ran.stdout
    until((tmp_path / "told").exists)
    assert lines(tmp_path / "told") == ["told"]


def test_without_the_package_it_is_said_what_to_install(reached, tmp_path):
    desk = reached("- {id: a, ssh: {host: web1, run: ls}}\n")
    (tmp_path / "lib").mkdir()
    (tmp_path / "lib/asyncssh.py").write_text("raise ImportError('not there')\n")
    worker = [sys.executable, "-m", "runbook.worker", "runbook.remote.work:work"]
    request = {"host": {"name": "web1", "address": "127.0.0.1"}, "via": [], "connect_timeout": 1}

    ran = subprocess.run(
        worker, input=json.dumps(request), cwd=desk.folder, capture_output=True, text=True, check=False,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "lib")},
    )  # fmt: skip

    assert ran.returncode == 1
    said = "help: pip install 'runbook-toolkit[ssh]'\na step of the kind `ssh` needs the package asyncssh\n"
    assert ran.stderr == said


def test_nothing_of_ssh_is_loaded_to_look_at_a_run(reached):
    desk = reached("- {id: a, ssh: {host: web1, run: 'true'}}\n")
    desk.process("run", "g/one", "--yes")
    loaded = "import sys; from runbook.cli import main; main.run(sys.argv[1:]); print([n for n in sys.modules if 'ssh' in n])"  # noqa: E501

    for words in (["status", "last"], ["list"], ["validate"], ["run", "g/one", "--yes"]):
        said = subprocess.run(
            [sys.executable, "-c", loaded, *words], env=desk.environment, cwd=desk.folder, capture_output=True,
            text=True, check=True,
        )  # fmt: skip
        assert "asyncssh" not in said.stdout.splitlines()[-1]


def test_a_script_that_ends_by_a_signal_says_so(reached):
    desk = reached("- {id: a, ssh: {host: web1, run: 'kill -9 $$'}}\n")

    assert desk.process("run", "g/one", "--yes").returncode == 1
    assert desk.step("a")["reason"]


@pytest.mark.parametrize("interpreter", ["sh", "bash"])
def test_a_script_longer_than_what_a_shell_reads_at_once_is_read_whole(reached, interpreter):
    body = "".join(f"      n=$((n + {number}))\n" for number in range(3000))
    desk = reached(
        f"- id: a\n  ssh:\n    host: web1\n    interpreter: {interpreter}\n    run: |\n      n=0\n{body}      echo $n\n"
        "  outputs: {sum: stdout}\n"
    )

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert desk.step("a")["outputs"] == {"sum": str(sum(range(3000)))}


def test_a_script_that_no_shell_can_read_does_nothing(reached, tmp_path):
    desk = reached(f'- {{id: a, ssh: {{host: web1, run: "touch {tmp_path}/begun\\nif true; then\\n"}}}}\n')

    assert desk.process("run", "g/one", "--yes").returncode == 1
    assert not (tmp_path / "begun").exists()
