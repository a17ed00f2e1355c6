"""What happens while a person is asked: put in by any thread, told by the one that talks to the person."""

from __future__ import annotations

import os
import queue
import select
import signal
from collections.abc import Callable
from contextlib import suppress

Telling = Callable[[], None]
"""Something to tell, when it is called."""


class News:
    """Things to tell, in order, and a bell that rings while there are any."""

    def __init__(self) -> None:
        self.over = False
        """True when there will be no more news."""
        self._woken: int | None = None
        """What signals had rung before."""
        self._news: queue.SimpleQueue[Telling | None] = queue.SimpleQueue()
        self.bell, self._ring = os.pipe()
        os.set_blocking(self._ring, False)
        os.set_blocking(self.bell, False)

    def put(self, news: Telling | None) -> None:
        """Have something told; None when nothing more will come."""
        self._news.put(news)
        with suppress(BlockingIOError):
            os.write(self._ring, b".")

    def tell(self) -> None:
        """Tell everything that has happened so far."""
        with suppress(BlockingIOError):
            os.read(self.bell, 4096)
        while True:
            try:
                news = self._news.get_nowait()
            except queue.Empty:
                return
            if news is None:
                self.over = True
            else:
                news()

    def rang_late(self) -> bool:
        """True when what the bell rang for was told before it rang; it is still again then."""
        with suppress(BlockingIOError):
            os.read(self.bell, 4096)
        return self._news.empty()

    def wait(self, seconds: float | None = None) -> bool:
        """Wait for news, and tell it; False when none came in so many seconds."""
        rung, _, _ = select.select([self.bell], [], [], seconds)
        self.tell()
        return bool(rung)

    def ring_for_signals(self) -> None:
        """From now on a signal rings too: one that comes right before somebody begins to listen would not be heard."""
        if self._woken is None:
            self._woken = signal.set_wakeup_fd(self._ring, warn_on_full_buffer=False)

    def close(self) -> None:
        """Let go of the bell."""
        if self._woken is not None:
            signal.set_wakeup_fd(self._woken)
        os.close(self.bell)
        os.close(self._ring)
