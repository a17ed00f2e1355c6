"""Write a capacity report twice: as JSON for machines and as Markdown for people.

Usage: write_report.py FOLDER NAME PATH NAME=VALUES...     VALUES is a JSON object
"""

from __future__ import annotations

import json
import platform
import sys
import time
from pathlib import Path


def markdown(report: dict[str, object], parts: dict[str, dict[str, object]]) -> str:
    """The report as a table."""
    lines = [f"# Capacity of {report['host']}", "", f"Measured {report['at']} at `{report['path']}`.", ""]
    lines += ["| resource | measure | value |", "| --- | --- | ---: |"]
    lines += [
        f"| {part} | {name.replace('_', ' ')} | {value} |"
        for part, all_ in parts.items()
        for name, value in all_.items()
    ]
    return "\n".join(lines) + "\n"


def main() -> None:
    """Write both files and print where they are."""
    folder, name, path = Path(sys.argv[1]), sys.argv[2], sys.argv[3]
    parts = {part: json.loads(values) for part, _, values in (each.partition("=") for each in sys.argv[4:])}
    at = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    report: dict[str, object] = {"host": platform.node(), "at": at, "path": path, **parts}
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(report, indent=2) + "\n")
    (folder / f"{name}.md").write_text(markdown(report, parts))
    print(json.dumps({"json": str(folder / f"{name}.json"), "markdown": str(folder / f"{name}.md")}))


if __name__ == "__main__":
    main()
