"""A service that does not come back is noticed, a pool is changed in one place only, and names are found whole."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library

UNIT = """\
#!/bin/sh
case "$*" in
  *show*) printf 'ActiveState=%s\\nMainPID=4711\\n' "$(cat "$STATE")" ;;
  *start*) echo active > "$STATE" ;;
  *stop*) echo inactive > "$STATE" ;;
esac
"""


def said(library: Library, script: str, *arguments: object, env: dict[str, str] | None = None) -> Any:
    """The answer of a program."""
    command = [sys.executable, str(library.script(f"infrastructure/{script}")), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **(env or {})})
    return json.loads(done.stdout)


def test_a_restart_gives_another_process_and_leaves_none_behind(library: Library) -> None:
    result = library.run("infrastructure/restart-service")

    assert result.outputs("before")["pid"] != result.outputs("still-runs")["pid"]
    folder = library.work / "restart-service"
    assert (folder / "service.log").read_text() == "ended cleanly\n" * 2
    assert not (folder / "pid").exists()


def test_a_service_that_falls_over_after_its_start_is_noticed(library: Library) -> None:
    library.spoil("infrastructure/service.py", "LONGEST = 600.0", "LONGEST = 1.5")

    result = library.run("infrastructure/restart-service")

    assert (result.state("runs"), result.state("still-runs")) == ("succeeded", "failed")


def test_a_unit_of_systemd_is_started_and_stopped_by_its_name(library: Library, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "systemctl").write_text(UNIT)
    (tmp_path / "bin" / "systemctl").chmod(0o755)
    state = tmp_path / "state"
    state.write_text("active\n")
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "STATE": str(state)}

    stopped = said(library, "service.py", "stop", "web.service", tmp_path, env=env)
    started = said(library, "service.py", "start", "web.service", tmp_path, env=env)

    assert (stopped["running"], started["running"], started["manager"]) == (False, True, "systemd")


def test_a_host_that_was_out_and_in_leaves_the_file_as_it_was(library: Library, tmp_path: Path) -> None:
    pool = tmp_path / "upstream.conf"
    said(library, "pool.py", "sample", pool)
    before = pool.read_text()

    assert said(library, "pool.py", "out", pool, "web2", 2)["out"] == ["web2"]
    assert "server web2:8080 weight=2 down;" in pool.read_text()
    said(library, "pool.py", "in", pool, "web2")

    assert pool.read_text() == before


@pytest.mark.parametrize(("host", "count"), [("web1", 3), ("web2", 2), ("db1", 2), ("old1", 0), ("web", 0)])
def test_a_host_is_found_by_its_whole_name(library: Library, tmp_path: Path, host: str, count: int) -> None:
    said(library, "references.py", "sample", tmp_path / "sample")

    assert said(library, "references.py", "find", tmp_path / "sample", host)["count"] == count


@pytest.mark.parametrize("look", ["updates", "boot", "services"])
def test_the_state_of_this_machine_can_be_read(library: Library, look: str) -> None:
    found = said(library, "host_state.py", look)

    assert found.get("count", 0) >= 0
    assert ("kernel" in found) == (look == "boot")
