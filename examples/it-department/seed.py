"""Makes the department of this example in a folder, with half a year of work behind it.

Everything is carried out by the engine itself, at the time at which it would have been: see `seeding/`.

    python seed.py FOLDER [--weeks 26] [--until 2026-06-25T16:00] [--seed 7]
"""

from __future__ import annotations

import argparse
import datetime
import getpass
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))

from seeding.copying import copy
from seeding.crew import Crew
from seeding.handling import Handling
from seeding.stage import BERLIN, Stage
from seeding.story import Story

TRY = (
    "runbook scope", "runbook maturity", "runbook gaps", "runbook board --team infra", "runbook next --why",
    "runbook load", "runbook report capacity", "runbook sla report --by severity", "runbook oncall show",
)  # fmt: skip


def main(words: list[str] | None = None) -> int:
    """Make it, and say what to try."""
    given = _arguments(words)
    if (given.folder / "runbook.yaml").exists():
        print(f"{given.folder} has a project already; name an empty folder", file=sys.stderr)
        return 2
    until = _until(given.until)
    began = time.monotonic()
    seed(given.folder, until, given.weeks, given.seed, given.me)
    print(f"{given.folder}: {given.weeks} weeks of work, in {time.monotonic() - began:.0f} s. Go there, and try:")
    for each in TRY:
        print(f"  {each}")
    return 0


def seed(folder: Path, until: datetime.datetime, weeks: int = 26, chance: int = 7, me: str = "") -> Stage:
    """The project in the folder, with so many weeks of work that end then."""
    copy(folder, until.date(), me)
    end = int(until.timestamp())
    monday = until.date() - datetime.timedelta(days=until.weekday() + 7 * weeks)
    start = int(datetime.datetime.combine(monday, datetime.time(7), BERLIN).timestamp())
    stage = Stage(folder, start, chance)
    crew = Crew(stage)
    Story(stage, crew, Handling(stage, crew), start, end).write()
    stage.journal.close()
    return stage


def _until(text: str) -> datetime.datetime:
    """When the story ends, by the clock of Berlin: then, or at the last full hour."""
    if text:
        return datetime.datetime.fromisoformat(text).replace(tzinfo=BERLIN)
    return datetime.datetime.now(BERLIN).replace(minute=0, second=0, microsecond=0)


def _arguments(words: list[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("folder", type=Path, help="where to make it; a folder that is not there, or empty")
    parser.add_argument("--weeks", type=int, default=26, help="how many weeks; 26 when left out")
    parser.add_argument("--until", default="", help="when the story ends, such as 2026-06-25T16:00; now when left out")
    parser.add_argument("--seed", type=int, default=7, help="another number tells another story")
    parser.add_argument("--me", default=getpass.getuser(), help="who is Ana: the user who tries it")
    return parser.parse_args(words)


if __name__ == "__main__":
    sys.exit(main())
