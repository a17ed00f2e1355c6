"""Count every line of the logs of a folder before a rotation, and prove afterwards that none was lost.

The proof compares content, not only counts: what was there before has to be, byte for byte, the beginning of
what is there now. Lines that were written meanwhile may follow.

Usage: log_lines.py count FOLDER PATTERN RECORD
       log_lines.py prove RECORD
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import generations


def count(folder: Path, pattern: str, record: Path) -> None:
    """Write down what every log of the folder holds, older generations included."""
    logs = {str(log): generations.measure(log) for log in generations.logs(folder, pattern)}
    if not logs:
        sys.exit(f"no log in {folder} matches {pattern}")
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_text(json.dumps(logs, indent=1))
    print(json.dumps({"logs": len(logs), "lines": total(logs), "record": str(record)}))


def prove(record: Path) -> None:
    """Compare with what was written down; end with 1 and name the log when something is missing."""
    before = json.loads(record.read_text())
    lost = []
    now = {}
    for name, was in before.items():
        log = Path(name)
        now[name] = generations.measure(log)
        if generations.measure(log, was["bytes"]) != was:
            lost.append(f"{name}: {was['lines']} lines before, {now[name]['lines']} now, or their content differs")
    print(json.dumps({"logs": len(now), "lines": total(now), "lost": lost}))
    if lost:
        sys.exit("lines were lost: " + "; ".join(lost))


def total(logs: dict[str, dict[str, object]]) -> int:
    """The lines of all logs together."""
    return sum(int(str(each["lines"])) for each in logs.values())


if __name__ == "__main__":
    if sys.argv[1] == "count":
        count(Path(sys.argv[2]), sys.argv[3], Path(sys.argv[4]))
    else:
        prove(Path(sys.argv[2]))
