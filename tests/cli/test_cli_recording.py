"""`runbook record --`: a session of commands becomes the draft of a process that is valid as it stands."""

from __future__ import annotations

import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.cli.conftest import Desk, answer, ended

DRAFT = "processes/desk/draft.yaml"


@pytest.fixture
def desk(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    return project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Own\n",
            "processes/desk/group.yaml": "title: Desk\nowner: desk\n",
            "docs/note.txt": "kept\n",
        }
    )


def recorded(desk: Desk, *commands: str) -> tuple[str, list[dict[str, Any]]]:
    """The draft of these commands, as text and its steps."""
    done = desk.process("record", "--out", DRAFT, "--", *commands)
    assert done.returncode == 0, done.stderr
    text = (desk.folder / DRAFT).read_text()
    return text, yaml.safe_load(text)["steps"]


def test_each_command_is_run_and_becomes_a_step(desk: Desk) -> None:
    text, steps = recorded(desk, "echo one > made.txt && echo it went", "cat made.txt", "exit 3")

    assert [step["shell"] for step in steps] == ["echo one > made.txt && echo it went", "cat made.txt", "exit 3"]
    assert len({step["id"] for step in steps}) == 3
    assert (desk.folder / "made.txt").read_text() == "one\n"
    assert "# sample:\n  #   it went\n" in text
    assert "# ended with exit code 3 after 0." in text
    assert steps[2]["note"] == "When it was recorded, it ended with exit code 3."
    assert desk.cli("validate").code == 0
    assert desk.cli("fmt", "--check").code == 0


def test_the_draft_does_the_same_once_more(desk: Desk) -> None:
    _, steps = recorded(
        desk, "cd docs", "cat note.txt", "printf '%s\\n' '{{.Names}}' \"{{x}}\" > braces.txt", "# two\ntrue"
    )

    run = desk.begin("desk/draft")

    assert desk.status(run)["status"] == "succeeded"
    assert steps[0]["shell"] == "cd -- docs\ncat note.txt\n"
    assert (desk.folder / "docs/braces.txt").read_text() == "{{.Names}}\n{{x}}\n"


@pytest.mark.parametrize(
    "command",
    [
        "true --password=Winter2026", "true --token Zx81abcdefgh", "echo AKIAABCDEFGHIJKLMNOP",
        "true https://ana:Winter2026@example.org/", "API_KEY=Zx81abcdefgh true",
        "printf 'ghp_%s\\n' abcdefghijklmnopqrstuvwxyz0123456789", "true curl -sSu ana:Winter2026 localhost",
        "true curl --user ana:Winter2026 localhost", "true mysql -u root -pWinter2026 shop",
        "true mysqldump -pWinter2026", "true sshpass -p Winter2026 ssh web1",
        "true curl -H 'Authorization: Bearer Zx81abcdefgh' localhost",
    ],
)  # fmt: skip
def test_what_looks_like_a_secret_is_hidden_in_commands_titles_and_samples(desk: Desk, command: str) -> None:
    text, _ = recorded(desk, command)

    for secret in ("Winter2026", "Zx81abcdefgh", "AKIAABCDEFGHIJKLMNOP", "ghp_abcdefghijklmnop"):
        assert secret not in text
    assert "hidden" in text
    assert desk.cli("validate").code == 0


def test_output_that_steers_a_terminal_or_never_ends_leaves_a_plain_and_short_draft(desk: Desk) -> None:
    text, _ = recorded(desk, r"printf '\033[31mred\033[0m\007\n# steps:\n'; yes | head -200000")

    assert "#   red\n" in text
    assert "lines more" in text
    assert len(text) < 4000
    assert all(character.isprintable() or character == "\n" for character in text)


def test_typed_lines_run_at_a_terminal_of_their_own(desk: Desk) -> None:
    terminal = desk.terminal("record", "--out", DRAFT, "--title", "By hand", "--")
    answer(terminal, "$ ", "test -t 1 && echo at a terminal")
    terminal.expect_exact("at a terminal\r\n")
    answer(terminal, "$ ", "cd nowhere")
    terminal.expect_exact("there is no folder")
    answer(terminal, "$ ", "cd docs")
    answer(terminal, "docs $ ", "printf '%s: ' asks; read word && echo got $word")
    answer(terminal, "asks: ", "this")
    terminal.expect_exact("got this\r\n")
    answer(terminal, "$ ", "exit 4")
    terminal.expect_exact("(exit code 4)")
    answer(terminal, "$ ", "exit")

    code, _ = ended(terminal)

    draft = yaml.safe_load((desk.folder / DRAFT).read_text())
    assert code == 0
    assert draft["title"] == "By hand"
    assert [step["shell"] for step in draft["steps"]] == [
        "test -t 1 && echo at a terminal", "cd -- docs\nprintf '%s: ' asks; read word && echo got $word\n",
        "cd -- docs\nexit 4\n",
    ]  # fmt: skip
    assert desk.cli("validate").code == 0


def test_lines_of_standard_input_are_a_session_too_and_the_draft_goes_to_standard_output(desk: Desk) -> None:
    call = [sys.executable, "-m", "runbook", "record", "--"]
    done = subprocess.run(
        call, input="echo one\n\n# a remark\necho two\n", text=True, capture_output=True, check=True,
        env=desk.environment, cwd=desk.folder,
    )  # fmt: skip

    assert [step["shell"] for step in yaml.safe_load(done.stdout)["steps"]] == ["echo one", "echo two"]


def test_what_was_run_is_kept_when_a_command_makes_no_process(desk: Desk) -> None:
    done = desk.process("record", "--out", "processes/desk/kept.yaml", "--", "echo one", 'echo "two')

    assert done.returncode == 1
    assert b"the draft is not yet a process that can be run: the quote opened here is never closed" in done.stderr
    steps = yaml.safe_load((desk.folder / "processes/desk/kept.yaml").read_text())["steps"]
    assert [step["shell"] for step in steps] == ["echo one", 'echo "two']
    assert desk.cli("validate").code == 1


def test_what_was_run_is_kept_when_a_folder_is_not_there_and_nothing_is_run_elsewhere(desk: Desk) -> None:
    done = desk.process("record", "--out", "processes/desk/kept.yaml", "--", "echo one", "cd nowhere", "touch ran")

    assert done.returncode == 2
    assert b"so nothing behind `cd nowhere` was run" in done.stderr
    steps = yaml.safe_load((desk.folder / "processes/desk/kept.yaml").read_text())["steps"]
    assert [step["shell"] for step in steps] == ["echo one"]
    assert not (desk.folder / "ran").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--out", "runbook.yaml", "--", "touch ran"), "is there already"),
        (("--out", "x.txt", "--", "touch ran"), "is no name of a process"),
        (("--", "touch ran", "-x"), "`-x` is no command"),
        (("last", "--", "touch ran"), "a session is recorded without a run"),
        (("--json", "--", "touch ran"), "a session is recorded without a run"),
        (("last", "--title", "x"), "--title goes with a session"),
    ],
    ids=["there", "name", "option", "run", "json", "title"],
)
def test_what_can_not_be_recorded_is_refused_before_anything_runs(
    desk: Desk, words: tuple[str, ...], message: str
) -> None:
    result = desk.cli("record", *words)

    assert result.code == 2
    assert message in result.err
    assert not (desk.folder / "ran").exists()


def test_the_record_of_a_run_is_written_as_before(desk: Desk, tmp_path: Path) -> None:
    recorded(desk, "true")
    desk.begin("desk/draft")

    assert desk.cli("record", "last", "-o", tmp_path / "record.md").code == 0
    assert (tmp_path / "record.md").read_text().startswith("# ")
    assert stat.S_IMODE((desk.folder / DRAFT).stat().st_mode) & 0o111 == 0
