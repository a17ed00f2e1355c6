"""`python -m benchmarks`: measures every row and prints one table of ratios."""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from benchmarks import command, durable, environment, keys, operations, programs, reading, site, startup, testing
from benchmarks.measure import Unmeasured
from benchmarks.results import Result, as_json, as_text
from benchmarks.setting import Setting

ROWS: dict[int, Callable[[Setting], Iterator[Result]]] = {
    1: startup.rows,
    2: reading.rows,
    3: durable.rows,
    4: programs.rows,
    5: command.rows,
    6: keys.rows,
    7: testing.rows,
    8: site.rows,
    9: operations.rows,
}


def main() -> int:
    """Measure what was asked for; 1 when a target was missed or a row failed."""
    options = _options()
    peers = None if options.no_peers else environment.prepared()
    results: list[Result] = []
    with tempfile.TemporaryDirectory(prefix="runbook-bench-", dir=options.folder) as folder:
        setting = Setting(Path(folder), peers, options.rounds)
        for number in options.only or ROWS:
            print(f"measuring row {number} ...", file=sys.stderr)
            try:
                results += ROWS[number](setting)
            except Unmeasured as error:
                results.append(Result(number, "the whole row", "", None, notes=(str(error),)))
    print(json.dumps(as_json(results), indent=2, ensure_ascii=False) if options.json else as_text(results))
    return 1 if any(each.verdict in ("MISSED", "failed") for each in results) else 0


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="CPU seconds as ratios to a floor measured in the same run, with the target beside each.",
    )
    parser.add_argument(
        "--only", type=int, action="append", choices=list(ROWS), metavar="ROW", help="one row; repeatable"
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--no-peers", action="store_true", help="measure runbook and the floors alone")
    parser.add_argument("--rounds", type=int, default=7, help="rounds of the short rows (7)")
    parser.add_argument(
        "--folder", type=Path, help="where to work: a folder on a real disk, the system's default when left out"
    )
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())
