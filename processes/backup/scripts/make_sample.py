"""Make the sample database of the restore drill: a small shop, three tables, 10,000 rows, always the same.

Usage: make_sample.py TARGET
"""

from __future__ import annotations

import datetime
import os
import sqlite3
import sys
from pathlib import Path

CUSTOMERS, ORDERS, LINES = 500, 2500, 7000
SCHEMA = """
CREATE TABLE customer (id INTEGER PRIMARY KEY, name TEXT NOT NULL, town TEXT NOT NULL);
CREATE TABLE purchase (id INTEGER PRIMARY KEY, customer INTEGER NOT NULL REFERENCES customer, day TEXT NOT NULL);
CREATE TABLE line (id INTEGER PRIMARY KEY, purchase INTEGER NOT NULL REFERENCES purchase,
                   article TEXT NOT NULL, pieces INTEGER NOT NULL, cents INTEGER NOT NULL);
CREATE INDEX line_by_purchase ON line (purchase);
"""
TOWNS = ("Aalborg", "Bergen", "Coimbra", "Dresden", "Évora", "Freiburg", "Graz")


def fill(connection: sqlite3.Connection) -> None:
    """Write the schema and the rows."""
    first_day = datetime.date(2024, 1, 1)
    connection.executescript(SCHEMA)
    connection.executemany(
        "INSERT INTO customer VALUES (?, ?, ?)",
        ((n, f"Customer {n:04}", TOWNS[n * 5 % len(TOWNS)]) for n in range(1, CUSTOMERS + 1)),
    )
    connection.executemany(
        "INSERT INTO purchase VALUES (?, ?, ?)",
        (
            (n, n * 37 % CUSTOMERS + 1, (first_day + datetime.timedelta(days=n // 4)).isoformat())
            for n in range(1, ORDERS + 1)
        ),
    )
    connection.executemany(
        "INSERT INTO line VALUES (?, ?, ?, ?, ?)",
        ((n, n * 11 % ORDERS + 1, f"A-{n * 7 % 211:03}", n % 5 + 1, n * 13 % 9000 + 99) for n in range(1, LINES + 1)),
    )
    connection.commit()


def main() -> None:
    """Build the database beside its place, then move it there in one step."""
    target = Path(sys.argv[1])
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".partial")
    partial.unlink(missing_ok=True)
    connection = sqlite3.connect(partial)
    fill(connection)
    connection.close()
    os.replace(partial, target)
    print(f"{target}: {CUSTOMERS + ORDERS + LINES} rows in 3 tables")


if __name__ == "__main__":
    main()
