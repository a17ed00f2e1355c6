"""Make a folder of sample logs: two logs in use, one of them with three older, compressed generations.

A folder that is there already is only added to when it was made by this program.

Usage: make_sample_logs.py FOLDER
"""

from __future__ import annotations

import gzip
import sys
from pathlib import Path

MARK = ".made-as-a-sample"


def lines(service: str, first: int, count: int) -> bytes:
    """Log lines with running numbers."""
    return "".join(f"2026-11-22T06:00:00Z {service} request {first + n} served\n" for n in range(count)).encode()


def main() -> None:
    """Write the logs anew."""
    folder = Path(sys.argv[1])
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.log*"):
        old.unlink()
    (folder / MARK).touch()
    for generation in (3, 2, 1):
        with gzip.open(folder / f"shop.log.{generation}.gz", "wb") as file:
            file.write(lines("shop", 3000 - 1000 * generation, 1000))
    (folder / "shop.log").write_bytes(lines("shop", 3000, 1200))
    (folder / "mail.log").write_bytes(lines("mail", 0, 400))
    print(f"{folder}: 2 logs, 3 older generations, 4600 lines")


if __name__ == "__main__":
    main()
