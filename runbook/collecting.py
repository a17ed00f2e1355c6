"""The collector of garbage, and when it only costs time: while much is read of which everything is kept."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_SELDOM = 20_000
"""Things made since the last time at which it is worth to look for garbage among them: those of some pages."""


@contextmanager
def without_collecting() -> Iterator[None]:
    """Keeps the collector of garbage from walking through all that is being read: there is none."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@contextmanager
def seldom_collecting() -> Iterator[None]:
    """Lets the collector walk through what is new, seldom, and never through what was read before, which stays."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(_SELDOM, *before[1:])
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()
