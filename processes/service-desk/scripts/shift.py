"""Sum up a shift from the board: what is open, what is late, and how much of the time was planned work.

The board is a CSV file with the columns ticket, title, severity, sort (planned or reactive), state (open, waiting,
done), due (ISO 8601) and minutes (worked on in this shift).

Usage: shift.py sample FILE
       shift.py sum FILE [NOW]
       shift.py report FILE TARGET [NOW]
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import table
import times

FIELDS = ("ticket", "title", "severity", "sort", "state", "due", "minutes")
SORTS, STATES = ("planned", "reactive"), ("open", "waiting", "done")
SAMPLE = """\
ticket,title,severity,sort,state,due,minutes
REQ-811,Laptop of the new buyer,moderate,planned,done,2026-11-25T16:00:00Z,70
REQ-815,VPN of the branch office drops,critical,reactive,open,2026-11-26T09:30:00Z,95
REQ-818,Change the rights of bruno,moderate,planned,waiting,2026-11-27T12:00:00Z,15
REQ-820,Printer on the second floor,minor,reactive,done,2026-11-30T12:00:00Z,25
REQ-822,Cannot open the payroll,moderate,reactive,open,2026-11-24T10:00:00Z,40
REQ-823,Stocktaking of the tokens,minor,planned,open,2026-12-04T12:00:00Z,0
"""


def read(path: Path) -> list[dict]:
    """The cards of the board; one that can't be understood ends the program."""
    rows = []
    for number, row in enumerate(table.read(path, FIELDS), 2):
        if row["sort"] not in SORTS or row["state"] not in STATES or not row["minutes"].isdecimal():
            sys.exit(f"{path}, line {number}: a card of the board is expected")
        due = times.instant(row["due"], f"{path}, line {number}: ")
        rows.append({**row, "due": due, "minutes": int(row["minutes"])})
    return rows


def summed(rows: list[dict], now: datetime.datetime) -> dict:
    """The numbers of the shift."""
    open_ = sorted((row for row in rows if row["state"] != "done"), key=lambda row: row["due"])
    late = [row["ticket"] for row in open_ if row["due"] < now]
    minutes = {sort: sum(row["minutes"] for row in rows if row["sort"] == sort) for sort in SORTS}
    total = sum(minutes.values())
    return {
        "open": len(open_),
        "done": len(rows) - len(open_),
        "critical": [row["ticket"] for row in open_ if row["severity"] == "critical"],
        "late": late,
        "late_count": len(late),
        "planned_minutes": minutes["planned"],
        "reactive_minutes": minutes["reactive"],
        "planned_percent": round(100 * minutes["planned"] / total) if total else 0,
        "next": [f"{row['ticket']} {row['title']}" for row in open_[:3]],
    }


def report(rows: list[dict], now: datetime.datetime, target: Path) -> dict:
    """The hand-over sheet as Markdown."""
    found = summed(rows, now)
    lines = [
        "# Hand-over",
        "",
        f"Planned work: {found['planned_minutes']} min, reactive: {found['reactive_minutes']} min.",
        "",
    ]
    lines += ["| ticket | title | severity | state | due |", "| --- | --- | --- | --- | --- |"]
    lines += [
        f"| {row['ticket']} | {row['title']} | {row['severity']} | {row['state']} | {row['due']:%Y-%m-%d %H:%M} |"
        for row in sorted(rows, key=lambda row: row["due"]) if row["state"] != "done"
    ]  # fmt: skip
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {**found, "report": str(target)}


def main() -> None:
    """Print the answer as JSON."""
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    needed = {"sample": 1, "sum": 1, "report": 2}.get(verb, -1)
    if len(given) not in (needed, needed + (verb != "sample")):
        sys.exit("usage: shift.py sample FILE | sum FILE [NOW] | report FILE TARGET [NOW]")
    path = Path(given[0])
    if verb == "sample":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SAMPLE, encoding="utf-8")
        print(json.dumps({"board": str(path)}))
        return
    now = times.instant(given[needed]) if len(given) > needed else times.now()
    print(json.dumps(summed(read(path), now) if verb == "sum" else report(read(path), now, Path(given[1]))))


if __name__ == "__main__":
    main()
