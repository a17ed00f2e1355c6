"""Points in time, as people and programs write them."""

from __future__ import annotations

import datetime
import sys


def instant(text: str, where: str = "") -> datetime.datetime:
    """A point in time; without a zone it is UTC. What is none ends the program, with the place where it stands."""
    try:
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        sys.exit(f"{where}{text} is no time such as 2026-11-25T08:15:00Z")
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


def now() -> datetime.datetime:
    """This moment."""
    return datetime.datetime.now(datetime.timezone.utc)
