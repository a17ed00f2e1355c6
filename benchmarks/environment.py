"""The peers' own environment, made once in the user's cache; what can't be installed is left out and said."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from pathlib import Path

from benchmarks.setting import PEERS

REQUIREMENTS = PEERS / "requirements.txt"
NODE = ("ajv-cli@5.0.0", "ajv-formats@2.1.1")
PATIENCE = 300.0
"""Seconds for one installation."""


def prepared(say: bool = True) -> Path:
    """The folder with the peers, installed now unless it was done before."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "runbook-benchmarks"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes() + " ".join(NODE).encode()).hexdigest()[:12]
    folder = cache / f"peers-{wanted}"
    if not (folder / "ready").exists():
        if say:
            print(f"installing the peers into {folder}, once", file=sys.stderr)
        folder.mkdir(parents=True, exist_ok=True)
        for problem in _install(folder):
            print(f"  left out: {problem}", file=sys.stderr)
        (folder / "ready").touch()
    return folder


def _install(folder: Path) -> list[str]:
    """Install what can be; what could not."""
    if not _works([sys.executable, "-m", "venv", str(folder / "python")]):
        return ["all peers in Python: no virtual environment can be made"]
    pip = [str(folder / "python" / "bin" / "python"), "-m", "pip", "install", "-q", "--disable-pip-version-check"]
    left_out: list[str] = []
    if not _works([*pip, "-r", str(REQUIREMENTS)]):
        left_out += [line for line in REQUIREMENTS.read_text("utf-8").split() if not _works([*pip, line])]
    if not shutil.which("npm") or not _works(["npm", "install", "--silent", "--prefix", str(folder / "node"), *NODE]):
        left_out.append("ajv-cli: npm is missing, or has failed")
    return left_out


def _works(argv: list[str]) -> bool:
    try:
        return subprocess.run(argv, capture_output=True, timeout=PATIENCE, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
