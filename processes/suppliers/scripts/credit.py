"""Work out what an outage means under a contract: the availability of the month, and the credit that is due for it.

The ladder of credits is the usual one: 10 percent of the month's fee below the promise, 25 percent below 99 percent,
50 percent below 95 percent. A contract with other rungs needs other numbers here.

DAY is any day of the month of the outage, such as 2026-10-24. Without one, the month has 30 days.

Usage: credit.py MINUTES-DOWN PROMISED-PERCENT MONTHLY-FEE [DAY]
"""

from __future__ import annotations

import calendar
import datetime
import json
import sys

USUAL = 30
"""Days of a month that is not named."""
RUNGS = ((95.0, 50), (99.0, 25))


def length(day: str) -> int:
    """The minutes of the month in which a day lies."""
    date = datetime.date.fromisoformat(day)
    return calendar.monthrange(date.year, date.month)[1] * 24 * 60


def credit(minutes: float, promised: float, fee: float, month: int) -> dict:
    """Availability, and the credit in percent and in money."""
    available = round(100 * (month - minutes) / month, 3)
    percent = next(
        (part for below, part in RUNGS if available < min(below, promised)), 10 if available < promised else 0
    )
    return {
        "available": available,
        "missed": available < promised,
        "percent": percent,
        "amount": round(fee * percent / 100),
    }


def main() -> None:
    """Print the credit as JSON."""
    numbers, days = sys.argv[1:4], sys.argv[4:5]
    try:
        minutes, promised, fee = (float(each) for each in numbers)
        month = length(days[0]) if days else USUAL * 24 * 60
    except ValueError:
        sys.exit("usage: credit.py MINUTES-DOWN PROMISED-PERCENT MONTHLY-FEE [DAY]")
    if not (0 <= minutes <= month and 0 < promised <= 100 and 0 <= fee < float("inf")):
        sys.exit(f"0 to {month} minutes, a promise up to 100 percent and a fee are expected")
    print(json.dumps(credit(minutes, promised, fee, month)))


if __name__ == "__main__":
    main()
