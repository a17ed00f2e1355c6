"""Waiting for what another process brings about: until it is there, or will surely never be."""

from __future__ import annotations

import time
from collections.abc import Callable

PATIENCE = 120.0
"""Seconds after which something has surely gone wrong, however busy the machine is: no measure of speed."""


def until(holds: Callable[[], object], what: str | Callable[[], str] = "it", pause: float = 0.01) -> None:
    """Returns as soon as something holds."""
    last = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < last, f"{what if isinstance(what, str) else what()} has not come to pass"
        time.sleep(pause)
