"""Work out the hours that a service level gives, and how much of them is used up.

A critical incident must be solved within 24 hours, a moderate one within 72 hours, around the clock.

Usage: service_level.py SEVERITY BEGAN [NOW]
       (SEVERITY is `critical` or `moderate`; times are ISO 8601, UTC without a zone)
"""

from __future__ import annotations

import datetime
import json
import sys

HOURS = {"critical": 24, "moderate": 72}
FIRST_WORD = {"critical": 30, "moderate": 120}
"""Minutes from one word to users to the next."""


def instant(text: str) -> datetime.datetime:
    """A point in time."""
    try:
        found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    except ValueError:
        sys.exit(f"{text} is no time such as 2026-11-25T08:15:00Z")
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


def level(severity: str, began: datetime.datetime, now: datetime.datetime) -> dict:
    """The end of the service level, what is used up, and which rung of the ladder that is."""
    allowed = datetime.timedelta(hours=HOURS[severity])
    used = 100 * (now - began) // allowed
    return {
        "due": (began + allowed).isoformat(timespec="minutes"),
        "update_minutes": FIRST_WORD[severity],
        "hours_left": round((began + allowed - now).total_seconds() / 3600, 1),
        "used_percent": used,
        "rung": "breached" if used >= 100 else "management" if used >= 80 else "specialists" if used >= 50 else "team",
    }


def main() -> None:
    """Print the service level as JSON."""
    if len(sys.argv) not in (3, 4) or sys.argv[1] not in HOURS:
        sys.exit("usage: service_level.py critical|moderate BEGAN [NOW]")
    began = instant(sys.argv[2])
    now = instant(sys.argv[3]) if len(sys.argv) > 3 else datetime.datetime.now(datetime.timezone.utc)
    if began > now:
        sys.exit(f"{sys.argv[2]} has not come yet")
    print(json.dumps(level(sys.argv[1], began, now)))


if __name__ == "__main__":
    main()
