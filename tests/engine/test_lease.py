"""One holder a run: named while it lives, forgotten when it dies, and never disturbed by who only looks."""

from __future__ import annotations

import fcntl
import json
import os
import threading
from pathlib import Path

import pytest

from runbook.engine.identity import Actor
from runbook.engine.lease import hold, holder
from runbook.errors import Conflict, MachineRefuses

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
