"""`runbook diff`: two versions in the words of a reader, from files, from git, and from a run."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from textwrap import dedent

import pytest

from tests.cli.conftest import Desk

OLD = dedent("""\
    runbook: 1
    title: Patch a server
    mode: strict
    authority: boss
    roles: {operator: {}, boss: {not: operator}, manager: {}}
    inputs: {host: {type: string, pattern: '^a'}}
    steps:
      - {id: look, shell: df -h, timeout: 5m, expect: {contains: ok}}
      - {id: go, approval: {role: manager, quorum: 2, not: starter}}
      - {id: patch, verifier: boss, shell: "apt update\\napt upgrade\\n"}
      - {id: tell, manual: Say so.}
    """)


FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Own\n",
    "processes/desk/group.yaml": "title: Desk\nowner: desk\n",
    "processes/desk/hello.yaml": "runbook: 1\ntitle: Hello\nsteps:\n  - {id: greet, title: Greet, shell: echo hello}\n",
    "processes/desk/sign.yaml": "runbook: 1\ntitle: Sign\nsteps:\n  - {id: sign, title: Sign it, manual: Sign.}\n",
}


@pytest.fixture
def desk(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """A project of its own, since these tests write into it."""
    return project(FILES)


def both(desk: Desk, *changes: tuple[str, str]) -> tuple[Path, Path]:
    """The old version and one with these changes, as two files."""
    new = OLD
    for before, after in changes:
        assert before in new
        new = new.replace(before, after)
    old_file, new_file = desk.folder / "old.yaml", desk.folder / "new.yaml"
    old_file.write_text(OLD)
    new_file.write_text(new)
    return old_file, new_file


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("timeout: 5m", "timeout: 10m", "~ the timeout of `look` went from 5m to 10m"),
        ("  - {id: patch", "  - {id: snapshot, shell: snap}\n  - {id: patch",
         "+ step `snapshot` is new, before `patch`"),
        (
            "  - {id: patch", "  - {id: ok, approval: boss}\n  - {id: patch",
            "+ the approval `ok` is new, before `patch`: `patch` now has to be approved by `boss`",
        ),
        ("  - {id: tell, manual: Say so.}\n", "", "- step `tell` is gone; it stood after `patch`"),
        ("id: tell,", "id: tell, when: inputs.host != 'a',", "~ `tell` is only done when `inputs.host != 'a'` now"),
        ("Patch a server", "Patch it", "  the title of the process went from `Patch a server` to `Patch it`"),
        ("apt upgrade", "apt full-upgrade", "~ the script of `patch` changed:"),
    ],
    ids=["timeout", "new", "approval", "gone", "when", "title", "script"],
)  # fmt: skip
def test_a_difference_is_told_in_words(desk: Desk, before: str, after: str, said: str) -> None:
    result = desk.cli("diff", *both(desk, (before, after)))

    assert result.code == 0
    assert f"  {said}" in result.out.splitlines()


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (", quorum: 2", "", "`go` needs 1 to approve now, not 2"),
        (", not: starter", "", "`starter` may approve `go` now"),
        (", verifier: boss", "", "`patch` no longer has to be confirmed by a second person, `boss`"),
        ("boss: {not: operator}", "boss: {}", "`operator` may play `boss` now"),
        ("mode: strict", "mode: guided", "the mode of the process went from `strict` to `guided`"),
        (", expect: {contains: ok}", "", 'what is expected of `look` is gone; it was {"contains": "ok"}'),
        (", pattern: '^a'", "", "the pattern of the input `host` is gone; it was `^a`"),
        ("  - {id: go, approval: {role: manager, quorum: 2, not: starter}}\n", "",
         "the approval `go` is gone; it stood before `patch`"),
        ("id: tell,", "id: tell, critical: false,", "the critical of `tell` is new: false"),
        ("{id: go, ", "{id: go, when: inputs.host == 'b', ", "`go` is only done when `inputs.host == 'b'` now"),
        ("role: manager", "role: operator", "`go` has to be approved by `operator` now, not by `manager`"),
    ],
    ids=["quorum", "not", "verifier", "role", "mode", "expect", "pattern", "approval", "critical", "when", "who"],
)  # fmt: skip
def test_a_weaker_gate_comes_first(desk: Desk, before: str, after: str, said: str) -> None:
    out = desk.cli("diff", *both(desk, ("timeout: 5m", "timeout: 10m"), (before.lstrip("|"), after))).out.splitlines()

    assert out[0] == "Gates that became weaker"
    assert f"  ! {said}" in out[1 : out.index("What is done")]


@pytest.mark.parametrize(
    ("before", "after"),
    [("timeout: 5m", "timeout: 1m"), ("quorum: 2", "quorum: 3"), ("id: tell,", "id: tell, signed: true,"),
     ("pattern: '^a'", "pattern: '^a', minLength: 2")],
    ids=["timeout", "quorum", "signed", "limit"],
)  # fmt: skip
def test_what_holds_more_up_is_not_called_weaker(desk: Desk, before: str, after: str) -> None:
    assert "weaker" not in desk.cli("diff", *both(desk, (before, after))).out


WAYS = dedent("""\
    runbook: 1
    title: Choose
    inputs: {before: {type: integer, default: 1}}
    steps:
      - id: which
        decision:
          options:
            - {id: small, title: Small, when: inputs.before < 5}
            - {id: large, when: inputs.before < 9, goto: tell}
            - {id: none}
      - id: sizes
        foreach: {items: [{id: one, size: 1}]}
        command: {argv: [echo, "{{ item.size }}"], env: {do: x}}
      - {id: tell, manual: Say so.}
    """)


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ("before < 5", "before < 7", "~ `small` of `which` is taken when `inputs.before < 7` now, not when "
         "`inputs.before < 5`"),
        (", when: inputs.before < 9", "", "~ `large` of `which` is taken otherwise now, not when `inputs.before < 9`"),
        (", goto: tell", "", "~ `large` of `which` leads on to the next step now, not to `tell`"),
        ("title: Small", "title: Tiny", "  `options.small.title` of `which` went from `Small` to `Tiny`"),
        ("- {id: none}", "- {id: nothing}", "~ the options of `which` now has `nothing` and no longer has `none`"),
        ("size: 1", "size: 2", '~ `foreach.items` of `sizes` now has {"id": "one", "size": 2} and no longer has '
         '{"id": "one", "size": 1}'),
        ("do: x", "do: y", "~ `env.do` of `sizes` went from `x` to `y`"),
        ("default: 1", "default: 2", "~ the default of the input `before` went from 1 to 2"),
    ],
    ids=["when", "otherwise", "goto", "title", "options", "items", "env", "input"],
)  # fmt: skip
def test_what_is_named_like_a_step_or_its_fields_is_compared(desk: Desk, before: str, after: str, said: str) -> None:
    assert before in WAYS
    for name, text in (("old.yaml", WAYS), ("new.yaml", WAYS.replace(before, after))):
        (desk.folder / name).write_text(text)

    assert f"  {said}" in desk.cli("diff", "old.yaml", "new.yaml").out.splitlines()


def test_only_the_exit_code_says_that_they_differ_when_it_is_asked_for(desk: Desk) -> None:
    old, new = both(desk, ("5m", "6m"))

    assert desk.cli("diff", old, new).code == 0
    assert desk.cli("diff", old, new, "--exit-code").code == 1
    same = desk.cli("diff", old, old, "--exit-code")
    assert (same.code, same.out) == (0, f"{old} and {old} say the same.\n")


def test_programs_get_both_values(desk: Desk) -> None:
    old, new = both(desk, ("5m", "6m"), (", quorum: 2", ""))

    answer = desk.cli("diff", old, new, "--json").json

    assert [each["weaker"] for each in answer["differences"]] == [True, False]
    assert answer["differences"][1] == {
        "process": "new", "step": "look", "field": "timeout", "sort": "changed", "weaker": False,
        "text": "the timeout of `look` went from 5m to 6m", "before": "5m", "after": "6m", "detail": [],
    }  # fmt: skip


def git(desk: Desk, *words: str) -> None:
    call = ["git", "-c", "user.name=Ana", "-c", "user.email=ana@example.org", *words]
    subprocess.run(call, cwd=desk.folder, check=True, capture_output=True)


def test_git_keeps_the_older_version(desk: Desk) -> None:
    file = desk.folder / "processes/desk/hello.yaml"
    git(desk, "init", "-q")
    git(desk, "add", ".")
    git(desk, "commit", "-qm", "first")
    file.write_text(file.read_text().replace("title:", "mode: strict\nauthority: boss\nroles: {boss: {}}\ntitle:", 1))

    by_id = desk.cli("diff", "desk/hello", "--from", "HEAD", "--json").json["differences"]
    by_path = desk.cli("diff", "HEAD:processes/desk/hello.yaml", "processes/desk/hello.yaml", "--json").json[
        "differences"
    ]

    assert {each["field"] for each in by_id} == {"mode", "authority", "roles"}
    assert [each["text"] for each in by_path] == [each["text"] for each in by_id]
    assert desk.cli("diff", "desk/hello", "--from", "HEAD", "--to", "HEAD").out.endswith("say the same.\n")
    for word in ("no-such", "--help", "-x"):
        assert desk.cli("diff", "desk/hello", f"--from={word}").code == 2


def test_a_run_is_compared_with_today(desk: Desk) -> None:
    run = desk.begin("desk/sign")
    assert "say the same" in desk.cli("diff", run).out
    file = desk.folder / "processes/desk/sign.yaml"
    file.write_text(file.read_text() + "  - {id: one-more, shell: 'true'}\n")

    out = desk.cli("diff", run).out

    assert "one-more" in out
    assert "step `one-more` is new, after" in out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("desk/hello",), "is compared with nothing"),
        (("nowhere",), "there is no run `nowhere`"),
        (("desk/hello", "--to", "HEAD"), "--to goes with --from"),
        (("desk/hello", "desk/sign", "--from", "HEAD"), "--from compares one process with itself"),
        (("broken.yaml", "broken.yaml"), "broken.yaml:1:"),
        (("missing.yaml", "broken.yaml"), "there is no file `missing.yaml`"),
        ((".", "."), "`.` is a folder"),
    ],
    ids=["alone", "unknown", "to", "two", "broken", "missing", "folder"],
)
def test_what_can_not_be_compared_is_refused(desk: Desk, words: tuple[str, ...], message: str) -> None:
    (desk.folder / "broken.yaml").write_text("runbook: [1")

    result = desk.cli("diff", *words)

    assert result.code == 2
    assert message in result.err
