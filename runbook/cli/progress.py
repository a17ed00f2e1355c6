"""That long work is under way, and for how long: on a terminal, and nowhere else."""

from __future__ import annotations

import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_PATIENCE = 1.0
"""Seconds of work that nobody needs to be told about, and between two tellings."""


@contextmanager
def working(what: str) -> Iterator[None]:
    """While the block runs, one line of standard error says so with its seconds; it is gone at the end."""
    if not sys.stderr.isatty():
        yield
        return
    over = threading.Event()

    def tell() -> None:
        shown, seconds = "", 0
        while not over.wait(_PATIENCE):
            seconds += 1
            shown = f"{what}, {seconds} s"
            print(f"\r{shown}", end="", file=sys.stderr, flush=True)
        if shown:
            print(f"\r{' ' * len(shown)}\r", end="", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield
    finally:
        over.set()
        teller.join()
