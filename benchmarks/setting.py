"""What every row is given: where to work, whom to compare with, and how thoroughly."""

from __future__ import annotations

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measure import Unmeasured, finished

HERE = Path(__file__).parent
FLOORS = HERE / "floors"
PEERS = HERE / "peers"
PYTHON = Path(sys.executable)
RUNBOOK = PYTHON.with_name("runbook")


@dataclass(frozen=True, slots=True)
class Setting:
    """One run of the benchmarks."""

    work: Path
    """A folder on a real disk, removed afterwards."""
    peers: Path | None
    """The folder of the peers' own environment; None to measure without peers."""
    rounds: int

    def folder(self, name: str) -> Path:
        """An empty folder of that name."""
        folder = self.work / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        return folder

    def peer(self, tool: str) -> Path:
        """A program of the peers' environment."""
        path = self.peers / "python" / "bin" / tool if self.peers else None
        if path is None or not path.exists():
            raise Unmeasured("not installed")
        return path

    def ours(self, module: str, *arguments: object) -> tuple[float, str]:
        """CPU seconds and output of one of our own workers."""
        return finished([PYTHON, "-m", f"benchmarks.{module}", *map(str, arguments)], HERE.parent, timeout=900)

    def floor(self, name: str, *arguments: object) -> tuple[float, str]:
        """CPU seconds and output of a floor."""
        return finished([PYTHON, FLOORS / f"{name}.py", *map(str, arguments)], self.work, timeout=900)


def program(name: str) -> Path:
    """A program of this machine, as a peer that may be missing."""
    path = shutil.which(name)
    if path is None:
        raise Unmeasured("not on this machine")
    return Path(path)
