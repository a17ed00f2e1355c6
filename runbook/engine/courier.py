"""Carries tickets and notices out beside the runs, in a thread of its own, so that no slow system keeps a run waiting.

Rule 1: it goes again when something is due or has happened to an item, and is never quicker than its pause.
Rule 2: it may end at any point: what it was about is in the journal, and whoever comes next goes on.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.errors import RunbookError

if TYPE_CHECKING:
    from runbook.engine.outbox import Carried

_PAUSE = 2.0
"""Seconds between two rounds, however much happens."""
_LONGEST = 60.0
"""Seconds after which it looks even when nothing seems to have happened."""
_LOOK = 0.5
_PATIENCE = 20.0
"""Seconds that a round has to end in when it is to be the last."""


@dataclass(slots=True)
class Courier:
    """Goes round until it is stopped; `now` is in seconds, as what it is told to come again at."""

    carry: Callable[[], Carried]
    """One round."""
    changes: Callable[[], Callable[[], object]]
    """Gives, in its thread, something to ask for that is another when something has happened to an item."""
    now: Callable[[], int]
    told: Callable[[str], None] = lambda text: None
    warned: Callable[[str], None] = lambda text: None
    _stopped: threading.Event = field(default_factory=threading.Event)
    _thread: threading.Thread | None = None

    def start(self) -> None:
        """Go round from now on."""
        self._thread = threading.Thread(target=self._go, name="courier", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Begin no other round; the one that is under way has a while to end."""
        self._stopped.set()
        if self._thread is not None:
            self._thread.join(_PATIENCE)

    def _go(self) -> None:
        newest = self.changes()
        while not self._stopped.is_set():
            seen, began, next_at = newest(), time.monotonic(), self._round()
            while not self._stopped.wait(_LOOK):
                rested = time.monotonic() - began
                due = rested >= _LONGEST or newest() != seen or (next_at and self.now() >= next_at)
                if due and rested >= _PAUSE:
                    break

    def _round(self) -> int:
        try:
            carried = self.carry()
        except (RunbookError, OSError) as error:
            self.warned(str(error))
            return 0
        for each in carried.done:
            self.told(each)
        for each in carried.troubles:
            self.warned(each)
        return carried.next_at
