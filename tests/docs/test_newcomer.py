"""A newcomer's way by the README: from the clone to a run of a process of their own, counted and timed."""

from __future__ import annotations

import re
import subprocess
import sys
import time
from pathlib import Path

import pytest

from .console import Console, agrees, commands
from .pages import ROOT

MOST = 10
"""Commands that a newcomer types up to their own first run."""


def test_a_newcomer_runs_a_process_of_their_own_in_ten_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    section = text[text.index("## Five minutes from here") :]
    getting = re.search(r"^```sh\n(.*?)^```", section, re.M | re.S)
    typed = re.search(r"^```console\n(.*?)^```", section, re.M | re.S)
    assert getting
    assert typed
    first, *rest = getting[1].splitlines()
    assert first.startswith("git clone ")
    assert rest == ["make demo", 'export PATH="$PWD/.venv/bin:$PATH"']
    own = commands(typed[1])
    assert own[-1][0].startswith("runbook run ")
    words = [word for line in getting[1].splitlines() for word in line.split(" && ")] + [line for line, _ in own]
    assert len(words) <= MOST

    began = time.monotonic()
    clone = subprocess.run(["git", "clone", "-q", ROOT, tmp_path / "runbook"], check=False, capture_output=True)
    if clone.returncode == 0:  # a source archive has no history to clone
        subprocess.run([sys.executable, "tools/demo.py"], cwd=tmp_path / "runbook", check=True, capture_output=True)
    console = Console(tmp_path)
    for command, expected in own:
        shown = console.run(command, expected)
        assert agrees(shown, expected), "\n".join(["$ " + command, *shown])
    took = time.monotonic() - began

    with capsys.disabled():
        print(f"\n{len(words)} commands, {took:.0f} s without reading and installing")
    assert Path(tmp_path / "procedures" / ".runbook" / "journal.db").exists()
