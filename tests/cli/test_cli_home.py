"""`runbook` alone: where you are, what is open, and the command for each way on."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook import app
from tests.cli.conftest import Desk, ended


def test_open_runs_and_what_waits_come_with_the_command_that_goes_on(desk: Desk) -> None:
    chores, sign, ways = desk.begin("desk/chores"), desk.begin("desk/sign", rule="plain"), desk.begin("desk/ways")
    over = desk.begin("desk/hello")

    lines = desk.cli().out.splitlines()

    assert lines[0] == "The desk"
    assert lines[1].endswith("processes in 2 groups")
    opened = lines[lines.index("Open runs") + 1 : lines.index("Waiting for people") - 1]
    assert [line for line in opened if "runbook resume" in line] == [
        f"    runbook resume {run}" for run in (ways, sign, chores)
    ]
    assert opened[0] == f"  ? waiting  {ways}"
    assert opened[1].startswith("    desk/ways, since 20")
    waiting = lines[lines.index("Waiting for people") + 1 : lines.index("What you can do") - 1]
    assert f"    runbook answer {chores} sweep done" in waiting
    assert f"    runbook approve {sign} plain" in waiting
    assert f"    runbook answer {ways} way --choose left|right" in waiting
    assert not any(over in line for line in lines)


def test_the_command_for_what_waits_names_what_it_needs(desk: Desk) -> None:
    gauge = desk.begin("desk/gauge")
    terminal = desk.terminal("run", "desk/breaks")
    terminal.expect_exact("? help > ")
    terminal.sendintr()
    assert ended(terminal)[0] == 130
    failed = desk.status()["run"]

    lines = desk.cli().out.splitlines()

    assert f"    runbook answer {gauge} gauge done -f pressure=... -f colour=..." in lines
    place = lines.index("  crack: Crack has failed (desk/breaks)")
    assert lines[place + 1] == f"    runbook answer {failed} crack redo|done|skipped|failed --reason '...'"
    for run in (gauge, failed):
        commands = {line.strip() for line in desk.cli("status", run).out.splitlines() if "runbook answer" in line}
        assert all(any(line.strip() in command for command in commands) for line in lines if f"answer {run}" in line)


def test_a_run_that_is_carried_out_now_is_not_to_be_resumed(desk: Desk) -> None:
    run = desk.begin("desk/chores")

    with app.held(app.Workspace(desk.folder, None, desk.home), run):
        lines = desk.cli().out.splitlines()

    assert f"    runbook status {run}" in lines
    assert any(line.endswith("carried out now") for line in lines)


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_it_fits_the_width(desk: Desk, columns: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", str(columns))
    desk.begin("desk/chores")

    assert max(map(len, desk.cli().out.splitlines())) <= columns


def test_many_open_runs_are_counted(desk: Desk) -> None:
    for _ in range(9):
        desk.begin("desk/chores")

    assert "  and 1 more: runbook runs --open" in desk.cli().out.splitlines()


def test_outside_of_a_project_it_says_how_to_begin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RUNBOOK_HOME", raising=False)
    monkeypatch.setenv("COLUMNS", "100")
    here = Desk(tmp_path, tmp_path / ".runbook")

    said = here.cli()

    assert said.code == 0
    assert said.out.startswith("There is no project here: ")
    assert "  runbook init  " in said.out
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_no_project_is_refused_when_it_is_named(tmp_path: Path) -> None:
    said = Desk(tmp_path, tmp_path).cli("--project", tmp_path)

    assert (said.code, "no `runbook.yaml`" in said.err) == (2, True)


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("runbook: 1\ntitle: Plain words\n", "Plain words"),
        ('runbook: 1\ntitle: "Quoted: words"  # why\n', "Quoted: words"),
        ("runbook: 1\ntitle: >\n  Folded\n  words\n", "Folded words"),
        ("runbook: [\n", "made"),
    ],
    ids=["plain", "quoted", "folded", "broken"],
)
def test_the_title_is_the_one_of_the_project(tmp_path: Path, text: str, title: str) -> None:
    (tmp_path / "made").mkdir()
    (tmp_path / "made" / "runbook.yaml").write_text(text)

    assert app.project_title(app.Workspace(tmp_path / "made")) == title
