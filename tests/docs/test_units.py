"""The unit files of the documentation: systemd reads them, and they keep what a run needs."""

from __future__ import annotations

import configparser
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.pages import PAGES, blocks

UNITS = [block for page in PAGES for block in blocks(page, "ini")]


def test_every_service_leaves_the_programs_to_their_supervisor() -> None:
    services = [block for block in UNITS if "[Service]" in block.text]
    assert len(services) == 2

    for block in services:
        unit = configparser.ConfigParser(interpolation=None)
        unit.read_string(block.text)
        assert unit["Service"]["KillMode"] == "process"


@pytest.mark.skipif(not shutil.which("systemd-analyze"), reason="needs systemd")
def test_systemd_understands_the_units(tmp_path: Path) -> None:
    files = []
    for block in UNITS:
        files.append(tmp_path / block.text.split()[1])
        files[-1].write_text(block.text.replace("/usr/local/bin/runbook", sys.executable))

    checked = subprocess.run(["systemd-analyze", "verify", *files], capture_output=True, text=True, check=False)

    complaints = [line for line in checked.stderr.splitlines() if str(tmp_path) in line or "runbook" in line]
    assert complaints == []
