"""The department of the example, made for a test: short, and with a story that ends when the test says."""

from __future__ import annotations

import getpass
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
UNTIL = "2026-06-25T16:00"
END = "2026-06-25T14:00:00.000Z"
"""The same, in UTC."""


def made(folder: Path, weeks: int, *more: str, until: str = UNTIL) -> Path:
    """The department in a folder that is not there yet; whoever tests is Ana."""
    program = ROOT / "examples" / "it-department" / "seed.py"
    words = [folder, "--weeks", str(weeks), "--until", until, "--me", getpass.getuser(), *more]
    done = subprocess.run([sys.executable, program, *words], capture_output=True, text=True, check=False)
    assert not done.returncode, done.stderr
    return folder
