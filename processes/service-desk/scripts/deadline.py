"""Work out when a request has to be answered and solved, by its severity.

Critical: 24 hours, moderate: 72 hours, both around the clock. Minor: five working days, Monday to Friday, 8 to 18
o'clock, in the zone of the time that is given.

Usage: deadline.py critical|moderate|minor RECEIVED
"""

from __future__ import annotations

import datetime
import json
import sys

import times

HOURS = {"critical": 24, "moderate": 72}
FIRST_ANSWER = {"critical": 15, "moderate": 120, "minor": 480}
"""Minutes until the first answer."""
DAY_BEGINS, DAY_ENDS = 8, 18
MINOR = datetime.timedelta(hours=5 * (DAY_ENDS - DAY_BEGINS))
SATURDAY = 5


def working(start: datetime.datetime, left: datetime.timedelta) -> datetime.datetime:
    """The moment at which so much working time has passed."""
    while True:
        opens = start.replace(hour=DAY_BEGINS, minute=0, second=0, microsecond=0)
        closes = opens.replace(hour=DAY_ENDS)
        start = max(start, opens)
        if start.weekday() < SATURDAY and start < closes:
            if start + left <= closes:
                return start + left
            left -= closes - start
        start = opens + datetime.timedelta(days=1)


def main() -> None:
    """Print both deadlines as JSON."""
    if len(sys.argv) != 3 or sys.argv[1] not in FIRST_ANSWER:
        sys.exit("usage: deadline.py critical|moderate|minor RECEIVED")
    severity, received = sys.argv[1], times.instant(sys.argv[2])
    first = datetime.timedelta(minutes=FIRST_ANSWER[severity])
    if severity in HOURS:
        answer, due = received + first, received + datetime.timedelta(hours=HOURS[severity])
    else:
        answer, due = working(received, first), working(received, MINOR)
    texts = {"answer_by": answer.isoformat(timespec="minutes"), "due": due.isoformat(timespec="minutes")}
    print(
        json.dumps(
            {"severity": severity, **texts, "clock": "around the clock" if severity in HOURS else "working hours"}
        )
    )


if __name__ == "__main__":
    main()
