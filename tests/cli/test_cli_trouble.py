"""When the surroundings fail: closed pipes, odd locales, full disks, damaged journals, things that can't be read."""

from __future__ import annotations

import ctypes
import json
import os
import resource
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import RUNBOOK, Desk
from tests.waiting import PATIENCE

MANIFEST = "runbook: 1\ntitle: Made\n"
GROUP = "title: Group\nowner: ops\n"
GOOD = "runbook: 1\ntitle: Good\nsteps:\n  - {id: one, title: One, shell: echo one}\n"
FILES = {"runbook.yaml": MANIFEST, "processes/group/group.yaml": GROUP, "processes/group/good.yaml": GOOD}


@pytest.mark.parametrize("words", [["list"], ["show", "desk/gauge"], ["schema"], ["--help"], ["events", "last"]])
def test_a_reader_that_goes_away_is_no_trouble(desk: Desk, words: list[str]) -> None:
    desk.begin("desk/hello")
    read, write = os.pipe()
    os.close(read)

    result = desk.process(*words, stdout=write, stderr=subprocess.PIPE)
    os.close(write)

    assert (result.returncode, result.stderr) == (0, b"")


def test_a_run_goes_on_when_its_reader_goes_away(desk: Desk) -> None:
    read, write = os.pipe()
    os.close(read)

    result = desk.process("run", "desk/side-by-side", "--yes", stdout=write, stderr=subprocess.PIPE)
    os.close(write)

    assert (result.returncode, result.stderr) == (4, b"")
    assert desk.step("third")["status"] == "succeeded"


def test_a_run_goes_on_without_any_stream(desk: Desk) -> None:
    words = " ".join(RUNBOOK)

    done = subprocess.run(
        ["/bin/sh", "-c", f"{words} run desk/side-by-side --yes <&- >&- 2>&-"],
        cwd=desk.folder, env=desk.environment, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert done.returncode == 4
    assert desk.step("third")["status"] == "succeeded"


def test_no_room_for_the_output_is_the_machines_refusal(desk: Desk) -> None:
    with Path("/dev/full").open("w") as full:
        result = desk.process("list", stdout=full, stderr=subprocess.PIPE)

    assert result.returncode == 7
    assert b"No space left" in result.stderr


def test_a_status_object_that_finds_no_room_is_the_machines_refusal(desk: Desk) -> None:
    with Path("/dev/full").open("w") as full:
        result = desk.process("run", "desk/hello", "--yes", "--json", stdout=full, stderr=subprocess.PIPE)

    assert result.returncode == 7
    assert b"No space left" in result.stderr
    assert desk.status()["status"] == "succeeded"


@pytest.mark.parametrize(
    "setting", [{"LC_ALL": "C"}, {"LC_ALL": "C", "PYTHONUTF8": "0"}, {"PYTHONIOENCODING": "ascii"}]
)
def test_any_locale_will_do(desk: Desk, setting: dict[str, str]) -> None:
    environment = {**desk.environment, **setting}
    assert desk.process("run", "desk/odd", "--yes", env=environment).returncode == 0

    waiting = desk.begin("desk/chores")
    for words in (["status", waiting], ["record", "odd"], ["events", "odd", "--json"], ["list"], ["--help"]):
        result = desk.process(*words, env=environment)

        assert (result.returncode, result.stderr) == (0, b"")


def test_words_that_are_no_text_are_a_misuse(desk: Desk) -> None:
    result = subprocess.run(
        [*(word.encode() for word in RUNBOOK), b"run", b"desk/hello", b"-i", b"name=\xff"],
        cwd=desk.folder, env=desk.environment, capture_output=True, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert result.returncode == 2
    assert b"is not UTF-8 text" in result.stderr


def test_a_bug_says_so_and_where_the_log_is(desk: Desk, tmp_path: Path) -> None:
    broken = (
        "import sys, types, click; from runbook.cli import main;"
        "command = click.Command('runs', callback=lambda: 1 / 0);"
        "sys.modules['runbook.cli.runs_command'] = types.SimpleNamespace(command=command);"
        "sys.exit(main.run(['runs']))"
    )

    result = subprocess.run(
        [sys.executable, "-c", broken], cwd=desk.folder, env={**desk.environment, "TMPDIR": str(tmp_path)},
        capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert result.returncode == 3
    assert "this is a bug in runbook (ZeroDivisionError" in result.stderr
    (log,) = tmp_path.glob("runbook-bug-*")
    assert str(log) in result.stderr
    assert "ZeroDivisionError" in log.read_text()


def _newer(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 99")


def _foreign(path: Path) -> None:
    path.unlink()
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE other (x)")


def _torn(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:4096] + b"\xa5" * (len(content) - 4096))


def _garbage(path: Path) -> None:
    path.write_bytes(b"this is no journal\n" * 400)


def _emptied(path: Path) -> None:
    path.write_bytes(b"")


@pytest.mark.parametrize("harm", [_newer, _foreign, _torn, _garbage, _emptied], ids=lambda harm: harm.__name__[1:])
@pytest.mark.parametrize("words", [["runs"], ["status", "last"], ["run", "desk/hello"]], ids=lambda words: words[0])
def test_a_journal_that_can_not_be_used_is_left_alone(
    desk: Desk, harm: Callable[[Path], None], words: list[str]
) -> None:
    desk.begin("desk/hello")
    journal = desk.home / "journal.db"
    for beside in desk.home.glob("journal.db-*"):
        beside.unlink()
    harm(journal)
    before = journal.read_bytes()

    result = desk.process(*words)

    assert result.returncode == 6
    assert str(journal) in result.stderr.decode()
    assert journal.read_bytes() == before


def test_a_full_disk_is_the_machines_refusal_and_loses_nothing(desk: Desk) -> None:
    run = desk.begin("desk/chores")
    before = desk.events(run)

    def no_room() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))

    result = desk.process("answer", run, "sweep", "done", preexec_fn=no_room)

    assert result.returncode == 7
    assert b"journal" in result.stderr
    assert desk.events(run) == before
    assert desk.cli("answer", run, "sweep", "done").code == 0


def test_a_home_that_can_not_be_made_is_the_machines_refusal(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    result = desk.process("run", "desk/hello", "--home", tmp_path / "file" / "home")

    assert result.returncode == 7
    assert str(tmp_path / "file") in result.stderr.decode()


@pytest.mark.parametrize("words", [["render", "desk/hello", "-o"], ["docs", "build", "-o"], ["schema", "--write"]])
def test_a_place_that_can_not_be_written_is_the_machines_refusal(desk: Desk, tmp_path: Path, words: list[str]) -> None:
    (tmp_path / "file").write_text("")

    result = desk.cli(*words, tmp_path / "file" / "below")

    assert result.code == 7
    assert str(tmp_path / "file") in result.err


_DROP, _OVERRIDE, _SEARCH = 24, 1, 2
"""Linux: PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, CAP_DAC_READ_SEARCH."""


def _mortal() -> None:
    """Let file permissions apply to this process, also when the tests run as root."""
    if os.getuid() == 0:
        libc = ctypes.CDLL(None)
        assert libc.prctl(_DROP, _OVERRIDE, 0, 0, 0) == libc.prctl(_DROP, _SEARCH, 0, 0, 0) == 0


def _laid_out(root: Path) -> Desk:
    for path, text in FILES.items():
        (root / path).parent.mkdir(parents=True, exist_ok=True)
        (root / path).write_text(text)
    return Desk(root, root / "home")


def test_a_file_without_permission_is_a_finding_that_names_it(tmp_path: Path) -> None:
    desk = _laid_out(tmp_path)
    (tmp_path / "processes/group/good.yaml").chmod(0)

    result = desk.process("validate", preexec_fn=_mortal)

    assert result.returncode == 1
    assert b"processes/group/good.yaml" in result.stdout
    assert b"Permission denied" in result.stdout


@pytest.mark.parametrize("folder", ["processes", "processes/group"])
def test_a_folder_without_permission_is_a_finding_and_the_rest_is_checked(tmp_path: Path, folder: str) -> None:
    desk = _laid_out(tmp_path)
    (tmp_path / "runbook.yaml").write_text("runbook: 1\ntitel: Made\n")
    (tmp_path / folder).chmod(0)

    checked = desk.process("validate", "--format", "json", preexec_fn=_mortal)
    listed = desk.process("list", preexec_fn=_mortal)

    assert checked.returncode == 1
    found = {(each["file"], each["rule"]) for each in json.loads(checked.stdout)}
    assert found >= {(folder, "unreadable-file"), ("runbook.yaml", "unknown-field")}
    assert (listed.returncode, listed.stdout) == (7, b"")
    assert f"{folder} can't be read".encode() in listed.stderr


def test_a_home_without_permission_is_the_machines_refusal(tmp_path: Path) -> None:
    desk = _laid_out(tmp_path)
    desk.home.mkdir()
    desk.home.chmod(0o555)

    result = desk.process("run", "group/good", preexec_fn=_mortal)

    assert result.returncode == 7
    assert str(desk.home) in result.stderr.decode()


@pytest.mark.parametrize(
    ("folder", "mode", "code"),
    [("home", 0o770, 7), ("home", 0o707, 7), (".", 0o777, 7), (".", 0o1777, 0), (".", 0o775, 0), ("home", 0o755, 0)],
)
@pytest.mark.parametrize("words", [["validate"], ["list"], ["runs"], ["run", "group/good"]], ids=lambda words: words[0])
def test_a_home_that_others_can_change_is_the_machines_refusal(
    tmp_path: Path, folder: str, mode: int, code: int, words: list[str]
) -> None:
    desk = _laid_out(tmp_path)
    desk.home.mkdir(mode=0o700)
    (tmp_path / folder).chmod(mode)

    result = desk.cli(*words, "--project", tmp_path, "--home", desk.home)

    assert result.code == code
    assert ("chmod go-w" in result.err) == (code == 7)
    assert [each.name for each in desk.home.iterdir()] == [] or code == 0


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give a folder away")
def test_a_home_of_another_user_is_the_machines_refusal(tmp_path: Path) -> None:
    desk = _laid_out(tmp_path)
    desk.home.mkdir(mode=0o700)
    os.chown(desk.home, 65534, 65534)

    result = desk.process("run", "group/good")

    assert result.returncode == 7
    assert b"belongs to another user" in result.stderr


def test_a_folder_that_was_removed_is_no_trouble_when_the_project_is_named(tmp_path: Path) -> None:
    desk = _laid_out(tmp_path)
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && {' '.join(RUNBOOK)} list --project {tmp_path}"

    done = subprocess.run(
        ["/bin/sh", "-c", script], env=desk.environment, capture_output=True, timeout=PATIENCE, check=False
    )

    assert (done.returncode, done.stderr) == (0, b"")
    assert b"group/good" in done.stdout


def test_runs_that_are_kept_in_the_project_are_kept_out_of_git(tmp_path: Path) -> None:
    desk = _laid_out(tmp_path)
    environment = {name: value for name, value in desk.environment.items() if name != "RUNBOOK_HOME"}

    assert desk.process("run", "group/good", "--yes", env=environment).returncode == 0

    assert (tmp_path / ".runbook" / ".gitignore").read_text() == "*\n"


def test_things_that_are_no_files_are_findings(project: Callable[..., Desk]) -> None:
    desk = project(FILES)
    group = desk.folder / "processes" / "group"
    (group / "folder.yaml").mkdir()
    (group / "out.yaml").symlink_to("/etc/hostname")

    result = desk.cli("validate", "--format", "json")

    assert result.code == 1
    named = {finding["file"] for finding in result.json}
    assert {f"processes/group/{name}.yaml" for name in ("folder", "out")} <= named


@pytest.mark.parametrize(
    "path", ["processes/top.yaml", "processes/group/sub/p.yaml", "processes/group/gone.yaml", "processes/Bad/good.yaml"]
)
def test_a_file_that_nobody_would_find_is_a_finding(project: Callable[..., Desk], path: str) -> None:
    desk = project(FILES)
    file = desk.folder / path
    file.parent.mkdir(exist_ok=True)
    file.symlink_to("nowhere") if "gone" in path else file.write_text(GOOD)

    results = [desk.cli("validate", *where) for where in ([], [file.parent])]

    assert [result.code for result in results] == [1, 1]
    assert all(f"{path}:1:1: error" in result.out for result in results)


def test_a_file_in_place_of_the_processes_is_a_finding(project: Callable[..., Desk]) -> None:
    desk = project({"runbook.yaml": MANIFEST, "processes": "here they are"})

    result = desk.cli("validate")

    assert result.code == 1
    assert "`processes` is not a folder" in result.out


def test_a_link_that_leads_to_itself_is_a_finding(project: Callable[..., Desk]) -> None:
    desk = project(FILES)
    (desk.folder / "processes" / "group" / "loop.yaml").symlink_to("loop.yaml")

    assert desk.cli("validate").code == 1


def test_a_pipe_in_place_of_a_file_is_a_finding(project: Callable[..., Desk]) -> None:
    desk = project(FILES)
    os.mkfifo(desk.folder / "processes" / "group" / "pipe.yaml")

    result = desk.cli("validate")

    assert result.code == 1
    assert "not a file" in result.out


def test_a_manifest_with_an_error_is_a_finding_with_its_place(project: Callable[..., Desk]) -> None:
    desk = project({**FILES, "runbook.yaml": "runbook: 1\ntitel: Made\n"})

    result = desk.cli("validate")

    assert result.code == 1
    assert "runbook.yaml:2:1" in result.out
