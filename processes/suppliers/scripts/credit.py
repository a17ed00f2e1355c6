"""Work out what an outage means under a contract: the availability of the month, and the credit that is due for it.

The ladder of credits is the usual one: 10 percent of the month's fee below the promise, 25 percent below 99 percent,
50 percent below 95 percent. A contract with other rungs needs other numbers here.

Usage: credit.py MINUTES-DOWN PROMISED-PERCENT MONTHLY-FEE
"""

from __future__ import annotations

import json
import sys

MONTH = 30 * 24 * 60
RUNGS = ((95.0, 50), (99.0, 25))


def credit(minutes: float, promised: float, fee: float) -> dict:
    """Availability, and the credit in percent and in money."""
    available = round(100 * (MONTH - minutes) / MONTH, 3)
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
    try:
        minutes, promised, fee = (float(each) for each in sys.argv[1:])
    except ValueError:
        sys.exit("usage: credit.py MINUTES-DOWN PROMISED-PERCENT MONTHLY-FEE")
    if not (0 <= minutes <= MONTH and 0 < promised <= 100 and fee >= 0):
        sys.exit(f"0 to {MONTH} minutes, a promise up to 100 percent and a fee are expected")
    print(json.dumps(credit(minutes, promised, fee)))


if __name__ == "__main__":
    main()
