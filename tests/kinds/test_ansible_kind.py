"""`ansible`: playbooks that are really carried out, on this machine."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from runbook.kinds.ansible import KIND
from runbook.work.ansible import as_yaml, options
from runbook.worker import command_of
from tests.cli.conftest import project
from tests.cli.test_cli_evidence import one
from tests.cli.test_cli_secrets import left_behind
from tests.waiting import until

__all__ = ["project"]

SECRET = "s3cr3t {{ 7 * 7 }} 'quoted' \"twice\""
EVIL = "{{ lookup('pipe', 'touch pwned') }} {% raw %} 'x' \"y\" \u00fc \U0001f600"
HOSTS = """
all:
  hosts:
    web1: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    web2: {ansible_connection: local, ansible_python_interpreter: "{{ ansible_playbook_python }}"}
    gone: {ansible_connection: local, ansible_python_interpreter: /no/such/python}
"""
PLAY = """
- hosts: web1:web2
  gather_facts: false
  tasks:
    - {name: Write it, copy: {content: "{{ text }}\\n{{ more[0].secret | default('') }}\\n",
       dest: "{{ playbook_dir }}/{{ inventory_hostname }}.txt", mode: "0600"}, tags: [write]}
    - {name: Say it, debug: {msg: "the text is {{ text }}, {{ more[0].secret | default('') }}"}}
    - name: Stop where it should
      fail: {msg: "{{ text }} is not for {{ inventory_hostname }}"}
      when: text == 'bad' and inventory_hostname == 'web2'
"""
Played = subprocess.CompletedProcess[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with playbooks, and a place of its own for what is temporary."""
    (tmp_path / "tmp").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
    monkeypatch.setattr(tempfile, "tempdir", None)
    monkeypatch.setenv("HOME", str(tmp_path / "tmp"))
    for name, text in (("hosts.yaml", HOSTS), ("play.yaml", PLAY)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.fixture
def play(tell: Any, folder: Path) -> Callable[..., Played]:
    """What the work says to the request of a step, whose fields are given as in YAML."""

    def play(fields: Mapping[str, Any], **inputs: object) -> Played:
        head = "inputs: {" + ", ".join(f"{name}: {{}}" for name in inputs) + "}\n"
        story = tell(f"{head}steps:\n- {{id: a, ansible: {json.dumps(fields)}}}").start(**inputs)
        story.claim()
        words, request = command_of(KIND.work), json.dumps(story.state.steps["a"].act["request"])
        return subprocess.run(words, input=request, cwd=folder, capture_output=True, text=True, check=False)

    return play


def counts(ok: int = 0, changed: int = 0, failed: int = 0, unreachable: int = 0, skipped: int = 0) -> Mapping[str, int]:
    return {"ok": ok, "changed": changed, "failed": failed, "unreachable": unreachable, "skipped": skipped}


def test_each_host_has_its_result_and_a_value_is_never_a_template(play, folder):
    given = {"playbook": "play.yaml", "inventory": "hosts.yaml", "vars": {"text": "{{ inputs.x }}", "more": [{}]}}

    ended = play(given, x=EVIL)

    assert ended.returncode == 0, ended.stderr
    wanted = counts(ok=2, changed=1, skipped=1)
    assert json.loads(ended.stdout) == {"status": "successful", "hosts": {"web1": wanted, "web2": wanted}}
    assert (folder / "web1.txt").read_text() == f"{EVIL}\n"
    assert not (folder / "pwned").exists()
    assert "TASK [Write it]" in ended.stderr
    assert "\x1b" not in ended.stderr
    assert not list((folder / "tmp").glob("runbook-*"))


def test_a_host_that_fails_is_named_with_its_task_and_why(play, folder):
    given = {"playbook": "play.yaml", "inventory": "hosts.yaml", "vars": {"text": "bad", "more": [{}]}}

    ended = play(given)

    assert ended.returncode == 2
    assert ended.stderr.splitlines()[-1] == "web2: `Stop where it should`: bad is not for web2"
    assert json.loads(ended.stdout)["hosts"]["web2"] == counts(ok=2, changed=1, failed=1)


def test_a_check_changes_nothing_and_tags_and_hosts_are_chosen(play, folder):
    given = {"playbook": "play.yaml", "inventory": "hosts.yaml", "vars": {"text": "x", "more": [{}]},
             "check": True, "limit": "{{ inputs.host }}", "tags": ["write"]}  # fmt: skip

    ended = play(given, host="web1")

    assert ended.returncode == 0, ended.stderr
    assert json.loads(ended.stdout)["hosts"] == {"web1": counts(ok=1, changed=1)}
    assert not (folder / "web1.txt").exists()


def test_a_playbook_for_nobody_is_no_success(play, folder):
    (folder / "nobody.yaml").write_text("- {hosts: nobody, tasks: []}\n")

    ended = play("nobody.yaml")

    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (1, "the playbook was carried out on no host")


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"playbook": "/etc/passwd"}, "the file `/etc/passwd` is outside the project"),
        ({"playbook": "../play.yaml"}, "the file `../play.yaml` is outside the project"),
        ({"playbook": "missing.yaml"}, "there is no playbook `missing.yaml` in the project"),
        ({"playbook": "play.yaml", "inventory": "/etc/hosts"}, "the file `/etc/hosts` is outside the project"),
        ({"playbook": "play.yaml", "inventory": "none"}, "there is no inventory `none` in the project"),
        ({"playbook": "play.yaml", "limit": "web1,@/etc/passwd"}, "`limit` names a file"),
    ],
)
def test_only_files_of_the_project_are_used(play, fields, why):
    ended = play(fields)

    assert (ended.returncode, ended.stderr.splitlines()[-1]) == (1, why)


def test_a_secret_stands_in_no_argument_and_no_file_and_is_masked(project, folder):
    playbook = PLAY + '    - {name: Look around, shell: \'tr "\\\\0" " " < /proc/$PPID/cmdline; ps -eo args\'}\n'
    step = """\
- id: set-up
  ansible:
    playbook: play.yaml
    inventory: hosts.yaml
    vars: {text: 'is {{ secrets.s }}', more: [{secret: '{{ secrets.s }}'}]}
    limit: web1
  outputs: {changed: {json: hosts.web1.changed, type: integer}}
"""
    desk = project(one(step, "secrets: {s: {from: file, path: secret}}\n"))
    for name, text in (("play.yaml", playbook), ("hosts.yaml", HOSTS), ("secret", SECRET)):
        (desk.folder / name).write_text(text)
        (desk.folder / name).chmod(0o600)

    ran = desk.process("run", "g/one", "--yes", env={**desk.environment, "TMPDIR": str(folder / "tmp")})

    said = (ran.stdout + ran.stderr).decode()
    assert ran.returncode == 0, said
    assert (desk.folder / "web1.txt").read_text() == f"is {SECRET}\n{SECRET}\n"
    assert desk.step("set-up")["outputs"] == {"changed": 2}
    assert "the text is is ***, ***" in said
    assert "s3cr3t" not in said + desk.cli("record", "last").out
    assert left_behind(desk.home, "s3cr3t") == left_behind(folder / "tmp", "s3cr3t") == []
    assert not list((folder / "tmp").glob("runbook-*"))


def test_the_file_with_variables_names_secrets_and_marks_texts():
    values = {"a": "x{{ 1 }}\x07\u2028", "b": [{"c": "{{ secrets.s }}", "n": 1, "t": True, "none": None}]}

    text = as_yaml(values, [{"at": ["b", 0, "c"], "env": "RUNBOOK_SECRET_1"}])

    assert "!unsafe" in text
    assert "secrets.s" not in text
    read = yaml.load(text, type("Reader", (yaml.SafeLoader,), {"yaml_constructors": {
        **yaml.SafeLoader.yaml_constructors, "!unsafe": lambda loader, node: ("text", node.value),
    }}))  # fmt: skip
    assert read == {
        "a": ("text", "x{{ 1 }}\x07\u2028"),
        "b": [{"c": "{{ lookup('ansible.builtin.env', 'RUNBOOK_SECRET_1') }}", "n": 1, "t": True, "none": None}],
    }


def test_what_a_killed_one_left_is_removed_by_the_next(play, folder):
    (folder / "wait.yaml").write_text(
        "- {hosts: localhost, gather_facts: false, tasks: [{shell: 'echo $$ > started; exec sleep 60'}]}\n"
    )
    words = command_of(KIND.work)
    request = {"playbook": "wait.yaml", "inventory": "", "limit": "", "vars": {"a": "b"}, "secrets": [], "tags": [],
               "check": False}  # fmt: skip
    with subprocess.Popen(words, stdin=subprocess.PIPE, cwd=folder, start_new_session=True) as running:
        assert running.stdin is not None
        running.stdin.write(json.dumps(request).encode())
        running.stdin.close()
        until(lambda: (folder / "started").exists() and (folder / "started").read_text().strip())
        running.kill()
    os.kill(int((folder / "started").read_text()), signal.SIGTERM)
    (left,) = (folder / "tmp").glob("runbook-ansible-*")
    assert left.stat().st_mode & 0o777 == 0o700

    play("hosts.yaml")

    assert not left.exists()


@pytest.mark.parametrize(("check", "looks"), [(True, True), (False, False)])
def test_only_a_check_is_repeated_unasked(tell, check, looks):
    story = tell(f"- {{id: a, ansible: {{playbook: p.yaml, check: {str(check).lower()}}}}}").start()

    assert story.state.steps["a"].step.repeatable is looks


def test_a_person_can_copy_it(tell):
    story = tell(
        "inputs: {x: {}}\nsecrets: {t: {from: env, name: T}}\nsteps:\n- {id: a, ansible: {playbook: p.yaml, "
        "inventory: hosts, limit: '{{ inputs.x }}', vars: {a: '{{ secrets.t }}', b: 1}}}"
    ).start(x="-i evil")

    story.claim()

    act = story.state.steps["a"].act
    assert act["shown"] == (
        "ansible-playbook --inventory=hosts '--limit=-i evil' "
        '--extra-vars \'{"a": "{{ secrets.t }}", "b": 1}\' -- p.yaml'
    )
    assert act["sealed"] == [{"at": ["env", "RUNBOOK_SECRET_1"], "parts": [{"secret": "t"}]}]
    assert options(act["request"])[-1] == "--limit=-i evil"


def test_a_missing_package_is_named(tmp_path):
    (tmp_path / "ansible_runner.py").write_text("raise ImportError")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['', sys.argv[1]]; "
    words = [sys.executable, "-P", "-c", code + "from runbook.worker import main; main()", command_of(KIND.work)[-1]]

    ended = subprocess.run(words, input="{}", capture_output=True, text=True, check=False)

    assert ended.stderr.splitlines() == [
        "help: pip install 'runbook-toolkit[ansible]'",
        "`ansible` steps need the packages ansible-runner and ansible-core",
    ]
