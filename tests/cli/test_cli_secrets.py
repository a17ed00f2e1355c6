"""Secrets reach the program that needs them, and nothing and nobody else."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_cli_evidence import one
from tests.waiting import until

Project = Callable[[Mapping[str, str]], Desk]
TOKEN = "s3cr3t/+ t0ken'\"&"
STEP = "- {id: a, shell: {run: 'echo \"$T\"', env: {T: '{{ secrets.token }}'}}}\n"
HEAD = "secrets:\n  token: {from: file, path: token}\n"


@pytest.fixture
def sealed(project: Project) -> Callable[[str], Desk]:
    """A project whose process has a secret in a file."""

    def sealed(steps: str, head: str = HEAD) -> Desk:
        desk = project(one(steps, head))
        (desk.folder / "token").write_text(TOKEN + "\n")
        (desk.folder / "token").chmod(0o600)
        return desk

    return sealed


def left_behind(folder: Path, text: str) -> list[str]:
    """The files below a folder that hold the text."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [str(path.relative_to(folder)) for path in files if text.encode() in path.read_bytes()]


def test_every_way_of_passing_a_secret_reaches_its_program_and_leaves_nothing_behind(sealed):
    desk = sealed(
        """\
- id: script
  shell:
    env: {TOKEN: '{{ secrets.token }}'}
    run: |
      test "$TOKEN" = "$(cat token)"
      echo "$TOKEN"
      printf %s "$TOKEN" | base64 >&2
- id: program
  command:
    argv: [sh, -c, 'cat; echo "$AUTH"']
    env: {AUTH: 'Bearer {{ secrets.token }}'}
    stdin: 'in={{ secrets.token }}'
  outputs: {all: stdout}
- id: function
  python: {call: 'lib:check', args: {given: ['x{{ secrets.token }}y']}}
  outputs: {given: {json: given}}
"""
    )
    (desk.folder / "lib.py").write_text(
        f"def check(given):\n    assert given == [{f'x{TOKEN}y'!r}]\n    return {{'given': given}}\n"
    )

    ran = desk.process("run", "g/one", "--yes")

    said = (ran.stdout + ran.stderr).decode()
    assert ran.returncode == 0, said
    assert "in=***Bearer ***" in said
    assert desk.step("program")["outputs"] == {"all": "in=***Bearer ***"}
    assert desk.step("function")["outputs"] == {"given": ["x***y"]}
    assert "s3cr3t" not in said
    assert left_behind(desk.home, "s3cr3t") == []
    assert left_behind(desk.home, "czNjcjN0") == []
    for words in (
        ["events", "last", "--json"],
        ["record", "last"],
        ["record", "last", "--format", "json"],
        ["status", "last"],
    ):
        assert "s3cr3t" not in desk.cli(*words).out
    assert "{{ secrets.token }}" in desk.cli("record", "last").out


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("command: [echo, '{{ secrets.token }}']", "would be seen by others here"),
        ("command: {argv: [ls], cwd: '{{ secrets.token }}'}", "would be seen by others here"),
        ("manual: 'Type {{ secrets.token }}'", "would be seen by others here"),
        ("set: {values: {copy: '{{ secrets.token }}'}}", "would be seen by others here"),
        ("{when: \"secrets.token == 'x'\", shell: ls}", "can't be worked with"),
        ("shell: 'echo {{ secrets.token }}'", "would be seen by others here"),
        ("shell: {run: ls, env: {A: '{{ secrets.token | upper }}'}}", "can't be worked with"),
        ("shell: {run: ls, env: {A: '{{ secrets.tokem }}'}}", "there is no secret `tokem`"),
        ("python: {call: 'lib:f', args: {n: \"{{ secrets.token ~ '1' }}\"}}", "can't be worked with"),
    ],
)
def test_a_secret_that_could_be_seen_is_refused_before_anything_runs(sealed, step, why):
    inner = step[1:-1] if step.startswith("{") else step
    desk = sealed(f"- {{id: a, {inner}}}\n")

    checked, ran = desk.cli("validate"), desk.cli("run", "g/one", "--yes")

    assert (checked.code, ran.code) == (1, 1)
    assert why in checked.out
    assert not (desk.home / "journal.db").exists()


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("{from: env, name: NOT_SET_ANYWHERE}", "the environment variable NOT_SET_ANYWHERE is not set"),
        ("{from: file, path: missing}", "missing can't be read: No such file or directory"),
        ("{from: file, path: open}", "open can be read or written by others"),
        ("{from: file, path: short}", "has fewer than 4 characters"),
        ("{from: command, argv: ['false']}", "`false` ended with exit code 1"),
        ("{from: command, argv: [no-such-program]}", "`no-such-program` can't be started"),
    ],
)
def test_a_secret_that_is_not_to_be_had_fails_the_step_and_a_retry_goes_on(sealed, source, why):
    desk = sealed(STEP, f"secrets:\n  token: {source}\n")
    for name, text, mode in (("open", "abcdef", 0o644), ("short", "abc", 0o600)):
        (desk.folder / name).write_text(text)
        (desk.folder / name).chmod(mode)

    ran = desk.cli("run", "g/one", "--yes")

    assert ran.code == 1
    assert "secret `token`" in ran.out
    assert why in ran.out


def test_a_secret_is_looked_up_when_its_step_begins_and_anew_at_each_attempt(sealed):
    desk = sealed(STEP, "secrets:\n  token: {from: env, name: LATE}\n")
    desk.process("run", "g/one", "--yes")

    ran = desk.process(
        "retry", "last", "--yes", "--reason", "it is set now", env={**desk.environment, "LATE": "now-it-is-there"}
    )

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert b"now-it-is-there" not in ran.stdout
    assert b"***" in ran.stdout


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("{from: vault}", "there is no source of secrets `vault`"),
        ("{from: env}", "a secret from `env` needs `name`"),
        ("{from: env, name: 'a b'}", "`name` can't be `a b`"),
        ("{from: env, name: A, path: /x}", "a secret from `env` has no `path`"),
        ("{from: command, argv: []}", "argv"),
    ],
)
def test_a_secret_that_could_never_be_had_is_found_when_the_file_is_checked(sealed, secret, why):
    desk = sealed(STEP, f"secrets:\n  token: {secret}\n")

    checked = desk.cli("validate")

    assert checked.code == 1
    assert why in checked.out


def test_output_cannot_ask_for_a_secret(sealed):
    place = '{"at":["request","args","text"],"parts":[{"secret":"token"}]}'
    desk = sealed(
        """\
- id: remote
  shell: "cat reply.json"
  outputs: {reply: json}
- id: use
  python: {call: 'lib:show', args: {text: '{{ steps.remote.outputs.reply }}'}}
"""
    )
    (desk.folder / "reply.json").write_text(f'{{"sealed": [{place}], "text": "{{{{ secrets.token }}}}"}}')
    (desk.folder / "lib.py").write_text("import json, sys\ndef show(text):\n    return json.dumps(text)\n")

    ran = desk.cli("run", "g/one", "--yes")

    assert ran.code == 0, ran.out
    assert "s3cr3t" not in ran.out
    assert "***" not in ran.out
    assert os.path.exists(desk.home / "journal.db")


LEAVES = """\
- id: a
  shell:
    env: {{T: '{{{{ secrets.token }}}}'}}
    run: |
      {before}
      {write}
  evidence:
    log: {{from: file, path: out.log, required: {required}}}
"""
WRITES = {
    "text": 'echo "user: $T" > out.log',
    "binary": 'printf "\\0\\001%s\\377" "$T" > out.log',
    "base64 in lines": 'printf "the user has the token %s and no other" "$T" | base64 -w 20 > out.log',
    "far inside": '{ head -c 3000000 /dev/zero; printf %s "$T"; head -c 3000000 /dev/zero; } > out.log',
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_a_file_with_a_secret_is_not_kept_as_evidence(sealed, write):
    desk = sealed(LEAVES.format(write=write, before=":", required="true"))

    ran = desk.cli("run", "g/one", "--yes")

    assert ran.code == 1
    assert "out.log holds a secret, and is not taken" in ran.out
    assert "out.log holds a secret" in desk.cli("record", "last").out
    assert list((desk.home / "evidence").iterdir()) == []


def test_a_file_with_a_secret_that_is_not_required_is_left_out_and_one_without_is_kept(sealed):
    steps = LEAVES.format(write=WRITES["text"], before=":", required="false")
    desk = sealed(
        steps + LEAVES.format(write='echo "${T%%/*}" > out.log', before=":", required="true").replace("id: a", "id: b")
    )

    ran = desk.cli("run", "g/one", "--yes")

    assert ran.code == 0, ran.out
    assert [file.read_text() for file in (desk.home / "evidence").iterdir()] == ["s3cr3t\n"]


@pytest.mark.parametrize(
    ("then", "why"),
    [
        ("there", "out.log holds a secret, and is not taken"),
        ("gone", "can't be searched for secrets: secret `token`: "),
    ],
)
def test_what_a_program_leaves_whose_starter_was_killed_is_searched_all_the_same(sealed, then, why):
    wait = "touch begun; until test -e go; do sleep 0.02; done"
    desk = sealed(LEAVES.format(write=WRITES["text"], before=wait, required="true"))
    starter = desk.background("run", "g/one", "--yes")
    until((desk.folder / "begun").exists)
    os.killpg(starter.pid, signal.SIGKILL)
    starter.communicate()
    if then == "gone":
        (desk.folder / "token").unlink()
    (desk.folder / "go").touch()

    resumed = desk.cli("resume", "last", "--yes")

    assert resumed.code == 1
    assert why in resumed.out
    assert left_behind(desk.home, "s3cr3t") == []


@pytest.mark.parametrize("keep", ["", ", keep: evidence"], ids=["in the journal", "as evidence"])
def test_a_file_with_a_secret_gives_no_output(sealed, keep):
    desk = sealed(
        "- id: a\n"
        "  shell: {run: 'echo \"user: $T\" > out.log', env: {T: '{{ secrets.token }}'}}\n"
        f"  outputs: {{log: {{from: file, path: out.log{keep}}}}}\n"
    )

    ran = desk.cli("run", "g/one", "--yes")

    assert ran.code == 1
    assert "out.log holds a secret, and is not taken" in ran.out
    assert left_behind(desk.home, "s3cr3t") == []


def test_what_is_kept_of_the_output_is_masked(sealed):
    desk = sealed(
        "- id: a\n"
        "  shell: {run: 'echo \"user: $T\"', env: {T: '{{ secrets.token }}'}}\n"
        "  outputs: {said: {from: stdout, keep: evidence}}\n"
    )

    ran = desk.cli("run", "g/one", "--yes")

    assert ran.code == 0, ran.out
    assert [file.read_text() for file in (desk.home / "evidence").iterdir()] == ["user: ***\n"]
