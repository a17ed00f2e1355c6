"""Find incidents that come again, in an export of the ticket system.

The export is a CSV file with the columns number, opened (date), service, symptom and minutes (time until solved).

Usage: recurring.py sample FILE
       recurring.py groups FILE LEAST
       recurring.py since FILE SERVICE SYMPTOM DATE LOOK   (the export must reach up to three days before LOOK)
"""

from __future__ import annotations

import csv
import datetime
import json
import sys
from collections import defaultdict
from pathlib import Path

WEEKEND = datetime.timedelta(days=3)
SAMPLE = """\
number,opened,service,symptom,minutes
INC-1980,2026-09-03,shop,timeout,95
INC-1994,2026-09-21,mail,queue full,40
INC-2003,2026-10-02,shop,timeout,130
INC-2011,2026-10-11,vpn,login refused,25
INC-2019,2026-10-19,shop,timeout,110
INC-2026,2026-10-30,print,paper jam,15
INC-2040,2026-11-12,mail,queue full,55
INC-2051,2026-11-23,shop,timeout,89
"""


def read(path: Path) -> list[dict]:
    """The incidents, with dates and numbers."""
    rows = []
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                row["opened"] = datetime.date.fromisoformat(row["opened"])
                row["minutes"] = int(row["minutes"])
            except (KeyError, TypeError, ValueError):
                sys.exit(f"{path}, line {number}: a date and a number of minutes are expected")
            rows.append(row)
    return sorted(rows, key=lambda row: row["opened"])


def groups(rows: list[dict], least: int) -> dict:
    """Incidents with the same service and symptom, the costliest first."""
    found = defaultdict(list)
    for row in rows:
        found[row["service"], row["symptom"]].append(row)
    several = sorted((each for each in found.values() if len(each) >= least), key=lambda each: -minutes(each))
    worst = several[0] if several else []
    return {
        "groups": len(several),
        "lines": [f"{each[0]['service']}, {each[0]['symptom']}: {len(each)} times" for each in several],
        "service": worst[0]["service"] if worst else "",
        "symptom": worst[0]["symptom"] if worst else "",
        "numbers": [row["number"] for row in worst],
        "minutes": minutes(worst),
        "days_between": round((worst[-1]["opened"] - worst[0]["opened"]).days / (len(worst) - 1)) if worst[1:] else 0,
    }


def minutes(rows: list[dict]) -> int:
    """The time that incidents took together."""
    return sum(row["minutes"] for row in rows)


def since(rows: list[dict], service: str, symptom: str, date: datetime.date, look: datetime.date) -> dict:
    """The incidents of one sort after a date, in an export that reaches up to the day of the look."""
    newest = rows[-1]["opened"] if rows else datetime.date.min
    if look <= date:
        sys.exit(f"the look on {look} does not come after {date}")
    if newest < look - WEEKEND:
        sys.exit(f"the newest incident of the export is of {newest}; export again for the look on {look}")
    found = [row["number"] for row in rows if (row["service"], row["symptom"]) == (service, symptom)
             if row["opened"] > date]  # fmt: skip
    return {"count": len(found), "numbers": found}


def day(text: str) -> datetime.date:
    """A day from its text."""
    try:
        return datetime.date.fromisoformat(text)
    except ValueError:
        sys.exit(f"{text} is no day such as 2026-11-25")


def main() -> None:
    """Print the answer as JSON."""
    what, given = (sys.argv[1:2] or [""])[0], sys.argv[2:]
    if {"sample": 1, "groups": 2, "since": 5}.get(what) != len(given) or (what == "groups" and not given[1].isdigit()):
        sys.exit("usage: recurring.py sample FILE | groups FILE LEAST | since FILE SERVICE SYMPTOM DATE LOOK")
    path = Path(given[0])
    try:
        if what == "sample":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SAMPLE, encoding="utf-8")
            print(json.dumps({"export": str(path)}))
        elif what == "groups":
            print(json.dumps(groups(read(path), int(given[1]))))
        else:
            print(json.dumps(since(read(path), given[1], given[2], day(given[3]), day(given[4]))))
    except (OSError, UnicodeDecodeError) as error:
        sys.exit(f"{path} can't be used: {error}")


if __name__ == "__main__":
    main()
