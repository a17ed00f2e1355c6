"""The project of the example in a folder of its own, with its dates moved to where the story takes place.

Rule 1: what stands in the files of the example is as of the week of `WRITTEN`. Dates move by whole weeks, so that a
Monday stays one; holidays and tests of service levels are not touched.
"""

from __future__ import annotations

import datetime
import re
import shutil
from pathlib import Path

HERE = Path(__file__).resolve().parent.parent
WRITTEN = datetime.date(2026, 6, 25)
_DATE = re.compile(r"\b20\d\d-\d\d-\d\d\b")
_KEPT = ("runbook.yaml", ".gitignore", "README.md", "operations", "processes")


def copy(folder: Path, today: datetime.date, me: str = "") -> None:
    """Write the project into a folder; whoever logs in as `me` is Ana in it."""
    for name in _KEPT:
        source, target = HERE / name, folder / name
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    monday = today - datetime.timedelta(days=today.weekday())
    moved = monday - (WRITTEN - datetime.timedelta(days=WRITTEN.weekday()))
    for path in (*folder.glob("operations/people/*.yaml"), *folder.glob("processes/*/*.yaml")):
        path.write_text(_DATE.sub(lambda found: _moved(found[0], moved), path.read_text("utf-8")), "utf-8")
    project = folder / "runbook.yaml"
    project.write_text(re.sub(r"^# yaml-language-server.*\n", "", project.read_text("utf-8")), "utf-8")
    if me:
        ana = folder / "operations" / "people" / "ana.yaml"
        ana.write_text(f"{ana.read_text('utf-8')}users: [ana, {me}]\n", "utf-8")


def _moved(day: str, by: datetime.timedelta) -> str:
    return (datetime.date.fromisoformat(day) + by).isoformat()
