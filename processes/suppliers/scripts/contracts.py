"""Keep the list of contracts: who supplies what, what it costs, until when, and by which day notice must be given.

The list is a CSV file with the columns supplier, service, yearly_cost, ends (date), notice_days and status.

Usage: contracts.py sample FILE
       contracts.py due FILE DAYS [TODAY]
       contracts.py show FILE SUPPLIER [TODAY]
       contracts.py set FILE SUPPLIER STATUS ENDS [YEARLY-COST]
       contracts.py add FILE SUPPLIER SERVICE YEARLY-COST ENDS NOTICE-DAYS
       contracts.py remove FILE SUPPLIER
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import table

FIELDS = ("supplier", "service", "yearly_cost", "ends", "notice_days", "status")
STATUSES = ("active", "renewed", "ending")


def day(text: str) -> datetime.date:
    """A date."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        sys.exit(f"{text} is no date such as 2027-03-31")


def whole(text: str) -> int:
    """A whole number that is not negative."""
    return int(text) if text.isdecimal() else sys.exit(f"{text} is no whole number")


def facts(row: dict, today: datetime.date) -> dict:
    """One contract, with the last day for notice and the days until then."""
    last = day(row["ends"]) - datetime.timedelta(days=whole(row["notice_days"]))
    return {
        **row,
        "yearly_cost": whole(row["yearly_cost"]),
        "notice_by": last.isoformat(),
        "days_left": (last - today).days,
    }


def one(rows: list[dict], supplier: str) -> dict:
    """The contract with a supplier."""
    for row in rows:
        if row["supplier"] == supplier:
            return row
    sys.exit(f"the list has no supplier {supplier}")


def sample(path: Path, today: datetime.date) -> dict:
    """A list with a contract whose notice is due soon, one that was missed, and one with time."""
    later = {days: (today + datetime.timedelta(days=days)).isoformat() for days in (60, 120, 400)}
    rows = [
        ("northnet", "Line of the branch office", 18000, later[120], 90, "active"),
        ("papyrus", "Printers", 4200, later[60], 90, "active"),
        ("skyhost", "Hosting of the shop", 96000, later[400], 180, "active"),
    ]
    table.write(path, FIELDS, [dict(zip(FIELDS, row)) for row in rows])
    return {"list": str(path), "contracts": len(rows)}


def due(path: Path, days: int, today: datetime.date) -> dict:
    """The contracts whose last day for notice comes within so many days."""
    found = sorted((facts(row, today) for row in table.read(path, FIELDS)), key=lambda row: row["days_left"])
    found = [row for row in found if row["status"] == "active" and row["days_left"] <= days]
    return {"count": len(found), "lines": [f"{row['supplier']} by {row['notice_by']}" for row in found]}


def set_status(path: Path, supplier: str, status: str, ends: str, cost: str = "") -> dict:
    """A contract with another status, end, and cost when one is given; what was before is given back."""
    if status not in STATUSES:
        sys.exit(f"{status} is none of {', '.join(STATUSES)}")
    rows = table.read(path, FIELDS)
    row = one(rows, supplier)
    before = {"before_status": row["status"], "before_ends": row["ends"], "before_cost": row["yearly_cost"]}
    row["status"], row["ends"] = status, day(ends).isoformat()
    row["yearly_cost"] = str(whole(cost)) if cost else row["yearly_cost"]
    table.write(path, FIELDS, rows)
    return {**row, **before}


def add(path: Path, supplier: str, service: str, cost: str, ends: str, notice: str) -> dict:
    """A new contract; the same once more changes nothing."""
    rows = table.read(path, FIELDS) if path.exists() else []
    new = dict(zip(FIELDS, (supplier, service, str(whole(cost)), day(ends).isoformat(), str(whole(notice)), "active")))
    if any(row["supplier"] == supplier and row != new for row in rows):
        sys.exit(f"{supplier} has a contract already")
    table.write(path, FIELDS, [*(row for row in rows if row != new), new])
    return new


def remove(path: Path, supplier: str) -> dict:
    """The list without a supplier."""
    rows = table.read(path, FIELDS)
    left = [row for row in rows if row["supplier"] != supplier]
    table.write(path, FIELDS, left)
    return {"removed": len(rows) - len(left)}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    numbers = {"sample": (1,), "due": (2, 3), "show": (2, 3), "set": (4, 5), "add": (6,), "remove": (2,)}
    if len(given) not in numbers.get(verb, ()):
        sys.exit(__doc__.split("Usage: ")[1])
    path = Path(given[0])
    today = day(given[2]) if verb in ("due", "show") and len(given) > 2 else datetime.date.today()
    with table.locked(path.parent, make=verb in ("sample", "add")):
        if verb == "sample":
            found = sample(path, today)
        elif verb == "due":
            found = due(path, whole(given[1]), today)
        elif verb == "show":
            found = facts(one(table.read(path, FIELDS), given[1]), today)
        else:
            found = {"set": set_status, "add": add, "remove": remove}[verb](path, *given[1:])
    print(json.dumps(found))


if __name__ == "__main__":
    main()
