"""After a crash: what became of the attempts that somebody started and nobody settled."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from runbook.engine.identity import user_name
from runbook.engine.supervision import Adopted, InDoubt, NeverRan, end, inspect, tidy
from runbook.run.commands import Command, Doubt, NotRun, Settle
from runbook.run.state import RunState


class Orphans:
    """The attempts under way whose starter or supervisor is gone; `look` tells what became of them."""

    def __init__(self) -> None:
        self._left: dict[str, tuple[Path, str, int]] = {}
        """Path of the step: the folder of its supervisor, the attempt's name there, its number."""
        self._ending: set[str] = set()

    def __len__(self) -> int:
        return len(self._left)

    def take_on(self, state: RunState, paths: Iterable[str], home: Path) -> None:
        """Look after these steps, which are under way, from now on."""
        for path in paths:
            step = state.steps[path]
            folder = home / "supervisors" / str(step.runner.get("folder", "unknown"))
            self._left[path] = (folder, f"{state.run}:{path}:{step.attempt}", step.attempt)

    def look(self, attended: bool = False) -> list[Command]:
        """Commands for the attempts whose fate is known by now; the others are looked at again later."""
        commands = [command for path in self._left if (command := self._fate(path, *self._left[path]))]
        for command in commands:
            del self._left[command.step]
        return [replace(each, attended=attended) if isinstance(each, Settle) else each for each in commands]

    def _fate(self, path: str, folder: Path, name: str, attempt: int) -> Settle | NotRun | Doubt | None:
        match inspect(folder, name):
            case Adopted(finished):
                return Settle(path, attempt, finished, adopted=True)
            case NeverRan():
                return NotRun(path, attempt)
            case InDoubt(last_output, alive) if not alive:
                return Doubt(path, attempt, {"output": last_output} if last_output else {})
        return None

    def end(self, state: RunState) -> list[str]:
        """End the programs of the steps that were stopped, while everything else goes on; those that can't be."""
        beyond = []
        for path, (folder, name, _) in self._left.items():
            if state.steps[path].unwanted and path not in self._ending:
                self._ending.add(path)
                if owner := _of_another(folder):
                    beyond.append(f"`{path}` is carried out by a process of {owner}, which only they or root can end")
                else:
                    threading.Thread(target=end, args=(folder, name), daemon=True).start()
        return beyond


def _of_another(folder: Path) -> str:
    """The system user whose supervisor that is, when it is not ours to end."""
    try:
        owner = os.stat(folder / "lock").st_uid
    except OSError:
        return ""
    return "" if os.geteuid() in (owner, 0) else user_name(owner)


def sweep(home: Path, run: str) -> None:
    """Remove what the supervisors of a run have left; everything of theirs is in the journal."""
    for folder in (home / "supervisors").glob(f"{run}-*"):
        if re.fullmatch(r"-\d+-\d+", folder.name.removeprefix(run)):
            tidy(folder)
