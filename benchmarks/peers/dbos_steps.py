"""DBOS on SQLite: one workflow of so many steps that do nothing, each of them durable.

Arguments: folder, steps. Prints its CPU seconds without those of starting.
"""

from __future__ import annotations

import resource
import sys
from pathlib import Path

from dbos import DBOS, DBOSConfig


@DBOS.step()
def nothing(number: int) -> int:
    """A step."""
    return number


@DBOS.workflow()
def chain(steps: int) -> int:
    """The steps one after the other."""
    return sum(nothing(number) for number in range(steps))


def main() -> None:
    """Carry the workflow out, and say what it cost."""
    folder, steps = Path(sys.argv[1]), int(sys.argv[2])
    config: DBOSConfig = {
        "name": "measured",
        "system_database_url": f"sqlite:///{folder / 'dbos.db'}",
        "run_admin_server": False,
        "log_level": "ERROR",
    }
    DBOS(config=config)
    DBOS.launch()
    before = resource.getrusage(resource.RUSAGE_SELF)
    assert chain(steps) == steps * (steps - 1) // 2
    after = resource.getrusage(resource.RUSAGE_SELF)
    DBOS.destroy()
    print(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)


main()
