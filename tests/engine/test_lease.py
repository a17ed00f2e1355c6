"""One holder a run: named while it lives, forgotten when it dies, and never disturbed by who only looks."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook.engine.identity import Actor
from runbook.engine.lease import hold, holder, take_over
from runbook.errors import Conflict, MachineRefuses
from tests.waiting import PATIENCE

ADA = Actor("ada", "bridge:/dev/pts/1")
BOB = Actor("bob", "deck")


def test_second_holder_is_told_who_the_first_is(tmp_path: Path) -> None:
    with (
        hold(tmp_path, "drill", ADA),
        pytest.raises(Conflict, match=rf"run drill .* by ada \(bridge:/dev/pts/1, process {os.getpid()}\)"),
        hold(tmp_path, "drill", BOB),
    ):
        pass


def test_run_is_free_again_when_its_holder_has_let_go(tmp_path: Path) -> None:
    with hold(tmp_path, "drill", ADA):
        assert holder(tmp_path, "drill")
        assert not holder(tmp_path, "another")

    assert not holder(tmp_path, "drill")
    with hold(tmp_path, "drill", BOB):
        assert json.loads((tmp_path / "drill.lock").read_text())["by"] == "bob"


def test_longer_name_of_a_dead_holder_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "drill.lock").write_text(json.dumps({"by": "x" * 200, "where": "y" * 200, "pid": 1}))

    with hold(tmp_path, "drill", ADA):
        assert json.loads((tmp_path / "drill.lock").read_text())["by"] == "ada"


def test_who_only_looks_keeps_nobody_from_holding(tmp_path: Path) -> None:
    (tmp_path / "drill.lock").touch()
    looking = os.open(tmp_path / "drill.lock", os.O_RDWR)
    fcntl.flock(looking, fcntl.LOCK_SH)

    assert not holder(tmp_path, "drill")
    threading.Timer(0.05, os.close, (looking,)).start()
    with hold(tmp_path, "drill", ADA):
        assert holder(tmp_path, "drill")


def test_holder_that_has_not_signed_is_somebody_else(tmp_path: Path) -> None:
    (tmp_path / "drill.lock").touch()
    handle = os.open(tmp_path / "drill.lock", os.O_RDWR)
    fcntl.flock(handle, fcntl.LOCK_EX)

    with pytest.raises(Conflict, match="by somebody else"), hold(tmp_path, "drill", ADA):
        pass
    os.close(handle)


def test_link_in_place_of_the_lock_is_refused(tmp_path: Path) -> None:
    (tmp_path / "precious").write_text("kept")
    (tmp_path / "drill.lock").symlink_to(tmp_path / "precious")

    with pytest.raises(MachineRefuses, match="can't be used"), hold(tmp_path, "drill", ADA):
        pass
    assert (tmp_path / "precious").read_text() == "kept"


def test_folder_that_can_not_be_made_is_said(tmp_path: Path) -> None:
    (tmp_path / "leases").touch()

    with pytest.raises(MachineRefuses, match="can't be used"), hold(tmp_path / "leases" / "below", "drill", ADA):
        pass


# -- taking a run from whoever holds it -------------------------------------------------------------


HOLDING = """
import sys, time
from pathlib import Path
from runbook.engine.identity import Actor
from runbook.engine.lease import hold
with hold(Path(sys.argv[1]), "drill", Actor("ada", "bridge")):
    print("held", flush=True)
    time.sleep(300)
"""


@pytest.fixture
def ada(tmp_path: Path) -> Iterator[subprocess.Popen[str]]:
    """Another process, which holds the run."""
    command = [sys.executable, "-c", HOLDING, str(tmp_path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        assert process.stdout.readline() == "held\n"
        yield process
        process.kill()


def signed(folder: Path, **changes: Any) -> None:
    """Change what the holder has written down about itself."""
    lock = folder / "drill.lock"
    lock.write_text(json.dumps({**json.loads(lock.read_text()), **changes}))


@pytest.mark.parametrize("stopped", [False, True], ids=["at work", "stopped"])
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_holder_is_ended_when_its_run_is_taken_over(tmp_path: Path, ada: subprocess.Popen[str], stopped: bool) -> None:
    if stopped:
        ada.send_signal(signal.SIGSTOP)

    assert take_over(tmp_path, "drill") == f"ada (bridge, process {ada.pid})"

    assert ada.wait(PATIENCE) == -signal.SIGKILL
    with hold(tmp_path, "drill", BOB):
        assert json.loads((tmp_path / "drill.lock").read_text())["by"] == "bob"


def test_nobody_is_ended_when_nobody_holds_the_run(tmp_path: Path, ada: subprocess.Popen[str]) -> None:
    (tmp_path / "drill.lock").rename(tmp_path / "other.lock")
    (tmp_path / "drill.lock").write_text((tmp_path / "other.lock").read_text())

    assert take_over(tmp_path, "drill") == ""
    assert take_over(tmp_path, "unheard-of") == ""
    assert ada.poll() is None


@pytest.mark.parametrize(
    ("changes", "says", "help"),
    [
        ({"host": "far-away"}, "on another machine", "end it there with `kill -KILL"),
        ({"start": 1}, "can't be told for certain", "end it by hand"),
        ({"boot": "another"}, "can't be told for certain", "end it by hand"),
        ({"pid": "1"}, "can't be told for certain", "end it by hand"),
        ({"pid": 2**22 + 1}, "can't be ended: No such process", "ask them"),
    ],
    ids=["another machine", "another start", "another boot", "no number", "no process"],
)
@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_whoever_can_not_be_told_for_certain_is_left_alone(
    tmp_path: Path, ada: subprocess.Popen[str], changes: dict[str, Any], says: str, help: str
) -> None:
    signed(tmp_path, **changes)

    with pytest.raises(Conflict, match=says) as refusal:
        take_over(tmp_path, "drill")

    assert help in (refusal.value.help or "")
    assert ada.poll() is None
    assert holder(tmp_path, "drill")


@pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")
def test_holder_that_stands_still_is_said_to(tmp_path: Path, ada: subprocess.Popen[str]) -> None:
    ada.send_signal(signal.SIGSTOP)
    os.waitid(os.P_PID, ada.pid, os.WSTOPPED | os.WNOWAIT)

    with pytest.raises(Conflict, match="stands still") as refusal, hold(tmp_path, "drill", BOB):
        pass
    assert "runbook resume drill --take-over" in (refusal.value.help or "")
