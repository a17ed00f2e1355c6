"""Read the timeline of an incident and work out how long each part of it took.

The timeline is a CSV file with the columns at (ISO 8601), who, mark and what. `mark` is empty, or one of: began,
noticed, answered, cause, restored. Rows may stand in any order.

Usage: timeline.py sample FILE
       timeline.py times FILE
       timeline.py report FILE TARGET
"""

from __future__ import annotations

import csv
import datetime
import json
import sys
from pathlib import Path

MARKS = ("began", "noticed", "answered", "cause", "restored")
NEEDED = ("began", "noticed", "answered", "restored")
SAMPLE = """\
at,who,mark,what
2026-11-23T08:02:00Z,monitoring,began,Error rate of the shop rises to 40 percent
2026-11-23T08:19:00Z,service desk,noticed,First call of a user
2026-11-23T08:27:00Z,anna,answered,Incident accepted and bridge opened
2026-11-23T08:41:00Z,anna,,Restart of the shop brings no change
2026-11-23T09:05:00Z,bruno,cause,The connection pool of the database is exhausted
2026-11-23T09:22:00Z,bruno,,Pool doubled with an emergency change
2026-11-23T09:31:00Z,anna,restored,Error rate back to normal
"""


def instant(text: str) -> datetime.datetime:
    """A point in time; without a zone it is UTC."""
    found = datetime.datetime.fromisoformat(text.replace("Z", "+00:00"))
    return found if found.tzinfo else found.replace(tzinfo=datetime.timezone.utc)


def read(path: Path) -> list[dict]:
    """The rows in the order of time."""
    rows = []
    with path.open(newline="", encoding="utf-8") as file:
        for number, row in enumerate(csv.DictReader(file), 2):
            try:
                row["at"] = instant(row["at"])
            except (KeyError, ValueError):
                sys.exit(f"{path}, line {number}: a time such as 2026-11-23T08:02:00Z is expected")
            if (row.get("mark") or "") not in ("", *MARKS):
                sys.exit(f"{path}, line {number}: {row['mark']} is none of {', '.join(MARKS)}")
            rows.append(row)
    return sorted(rows, key=lambda row: row["at"])


def times(rows: list[dict]) -> dict:
    """Minutes to notice, to answer, and to restore; the longest silence, too."""
    first = {mark: next((row["at"] for row in rows if row["mark"] == mark), None) for mark in MARKS}
    missing = [mark for mark in NEEDED if first[mark] is None]
    if missing:
        sys.exit(f"nothing in the timeline is marked {', '.join(missing)}")
    order = [first[mark] for mark in NEEDED]
    if order != sorted(order):
        sys.exit(f"the marks stand in another order than {', '.join(NEEDED)}")

    def minutes(start: str, end: str) -> int:
        return round((first[end] - first[start]).total_seconds() / 60)

    gaps = [(after["at"] - before["at"]).total_seconds() / 60 for before, after in zip(rows, rows[1:])]
    return {
        "entries": len(rows),
        "to_notice": minutes("began", "noticed"),
        "to_answer": minutes("noticed", "answered"),
        "to_restore": minutes("began", "restored"),
        "longest_silence": round(max(gaps, default=0)),
    }


def report(rows: list[dict], target: Path) -> dict:
    """The timeline as Markdown, with its times."""
    found = times(rows)
    lines = ["# Timeline", "", *(f"- {name.replace('_', ' ')}: {value}" for name, value in found.items()), ""]
    lines += ["| time (UTC) | who | what |", "| --- | --- | --- |"]
    lines += [f"| {row['at']:%Y-%m-%d %H:%M} | {row['who']} | {row['what']} |" for row in rows]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return {**found, "report": str(target)}


def main() -> None:
    """Print the answer as JSON."""
    if len(sys.argv) < 3 or sys.argv[1] not in ("sample", "times", "report"):
        sys.exit("usage: timeline.py sample|times|report FILE [TARGET]")
    path = Path(sys.argv[2])
    if sys.argv[1] == "sample":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SAMPLE, encoding="utf-8")
        print(json.dumps({"timeline": str(path)}))
    elif sys.argv[1] == "times":
        print(json.dumps(times(read(path))))
    else:
        if len(sys.argv) != 4:
            sys.exit("report needs a target")
        print(json.dumps(report(read(path), Path(sys.argv[3]))))


if __name__ == "__main__":
    main()
