"""That long work is under way, and for how long: on a terminal, and nowhere else."""

from __future__ import annotations

import sys
import threading
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager

_PATIENCE = 1.0
"""Seconds of work that nobody needs to be told about, and between two tellings."""


@contextmanager
def working(what: str) -> Iterator[Callable[[int], None]]:
    """While the block runs, one line of standard error says so with its seconds; it is gone at the end.

    The block is given something to tell how many things it has done so far, which the line then says as well.
    """
    done: deque[int] = deque(maxlen=1)
    if not sys.stderr.isatty():
        yield done.append
        return
    over = threading.Event()

    def tell() -> None:
        shown, seconds = "", 0
        while not over.wait(_PATIENCE):
            seconds += 1
            before, shown = len(shown), f"{what}{f': {done[-1]}' if done else ''}, {seconds} s"
            print(f"\r{shown.ljust(before)}", end="", file=sys.stderr, flush=True)
        if shown:
            print(f"\r{' ' * len(shown)}\r", end="", file=sys.stderr, flush=True)

    teller = threading.Thread(target=tell, name="progress", daemon=True)
    teller.start()
    try:
        yield done.append
    finally:
        over.set()
        teller.join()
