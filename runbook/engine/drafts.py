"""What people have typed at a run and not yet sent: kept at once, letter by letter, so that no crash loses it.

A draft is no fact of the run: the journal knows nothing of it, and it is gone once its step is answered.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path

from runbook.journal.places import is_shared, make_folder


def drafts_of(home: Path) -> Path:
    """Where the drafts of this user are: in a folder of their own where others use the same folder of runs."""
    return home / "drafts" / str(os.geteuid()) if is_shared(home) else home / "drafts"


class Drafts:
    """The drafts of one run, by step and by name of what was asked; a damaged file counts as none."""

    def __init__(self, home: Path, run: str) -> None:
        self._path = drafts_of(home) / f"{run}.json"
        self._home = home
        self._texts = self._load()

    def _load(self) -> dict[str, dict[str, str]]:
        try:
            found = json.loads(self._path.read_text("utf-8"))
            return {str(step): {str(name): str(text) for name, text in texts.items()} for step, texts in found.items()}
        except (OSError, ValueError, AttributeError):
            return {}

    def of(self, step: str) -> dict[str, str]:
        """What was typed at a step, by name."""
        return dict(self._texts.get(step, {}))

    def keep(self, step: str, name: str, text: str) -> None:
        """Keep what is typed so far; it outlives this program when this returns."""
        self._texts.setdefault(step, {})[name] = text
        self._write()

    def forget(self, step: str, name: str = "") -> None:
        """The step was answered, or only what has that name was sent."""
        kept = {each: text for each, text in self.of(step).items() if name and each != name}
        if self._texts.pop(step, None) is not None:
            if kept:
                self._texts[step] = kept
            self._write()

    def clear(self) -> None:
        """The run is over."""
        self._texts.clear()
        self._write()

    def _write(self) -> None:
        if not self._texts:
            with suppress(FileNotFoundError):
                self._path.unlink()
            return
        make_folder(self._home / "drafts")
        self._path.parent.mkdir(mode=0o700, exist_ok=True)
        if self._path.parent.stat().st_uid != os.geteuid() and is_shared(self._home):
            return  # somebody has put a folder of theirs there, to read along
        beside = self._path.with_suffix(".new")
        handle = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", errors="backslashreplace") as stream:
            json.dump(self._texts, stream)
        os.replace(beside, self._path)
