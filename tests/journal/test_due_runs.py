"""Which runs may go on by themselves is found by indexes, however many runs there are."""

from __future__ import annotations

from runbook.journal import sqlite
from runbook.journal.store import OPEN


def test_who_may_go_on_is_found_without_reading_every_run(path):
    journal = sqlite.Journal(path)

    plans = []
    for query, values in ((sqlite._DUE, OPEN), (sqlite._NEXT_DUE, ())):
        plans += [row[3] for row in journal._db.execute(f"EXPLAIN QUERY PLAN {query}", values)]
    journal.close()

    assert not [line for line in plans if line.startswith("SCAN") and "USING" not in line]
    for index in ("run_running", "attempt_due"):
        assert any(index in line for line in plans), plans
