"""What `tick` and `daemon` share: their options, how they tell of runs, and how a signal ends them."""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING, Any

import click

from runbook import app
from runbook.cli.options import style
from runbook.cli.voice import Voice
from runbook.errors import RunbookError
from runbook.views import passages
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.engine.keeper import Keeper
    from runbook.engine.unattended import Passage

STOPPING = "Stopping; what runs is finished first. The same signal again leaves it running in the background."


def max_runs_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--max-runs`."""
    return click.option(
        "--max-runs", type=click.IntRange(1, 64), default=4, show_default=True, help="Runs carried out side by side."
    )(function)


class Teller:
    """Tells what came of each run, and remembers whether there was trouble."""

    def __init__(self, workspace: app.Workspace, *, beside: bool = False, quiet: bool = False) -> None:
        self.voice = Voice(beside)
        self.trouble = False
        self.bug: Exception | None = None
        """The first error that is none of the run's, but ours."""
        self._workspace = workspace
        self._quiet = quiet
        self._warned: set[str] = set()

    def tell(self, passage: Passage) -> None:
        """The lines for one run."""
        if passage.error:
            self._complain(passage, passage.error)
            return
        state = passage.state
        failed = passage.moved and state is not None and state.status == "failed"
        self.trouble = self.trouble or failed
        if state and passage.moved and (failed or not self._quiet):
            look = style(sys.stderr if self.voice.beside else sys.stdout)
            hidden = app.hidden_from_caller(self._workspace, state)
            line = passages.moved(state, passage.row.process, look, hidden)
            self.voice.say(line, beside=self.voice.beside or (failed and self._quiet))
        if not self._quiet:
            self.voice.say(*passages.not_started(passage.row.run, passage.objections))

    def zone(self) -> str:
        """The time zone in which items are told of: that of the office, or UTC while its calendar can't be read."""
        with suppress(RunbookError):
            return app.department_zone(self._workspace)
        return "UTC"

    def carried(self, done: Sequence[str], troubles: Sequence[str]) -> None:
        """What became of tickets and of notices."""
        if not self._quiet:
            self.voice.say(*map(visible, done))
        self.trouble = self.trouble or bool(troubles)
        self.voice.say(*(f"runbook: {visible(each)}" for each in troubles), beside=True)

    def warn(self, text: str) -> None:
        """The machine is not as it should be; it is said once."""
        if text not in self._warned:
            self._warned.add(text)
            self.voice.say(f"runbook: warning: {visible(text)}", beside=True)

    def _complain(self, passage: Passage, error: Exception) -> None:
        self.trouble = True
        what, trace = str(error), list[str]()
        if not isinstance(error, (RunbookError, OSError)):
            self.bug = self.bug or error
            what = f"this is a bug in runbook ({type(error).__name__}: {error})"
            trace = "".join(traceback.format_exception(error)).splitlines()
        self.voice.say(f"runbook: run {passage.row.run} is not carried on: {visible(what)}", *trace, beside=True)
        if isinstance(error, RunbookError) and error.help:
            self.voice.say(f"  {visible(error.help)}", beside=True)


@contextmanager
def stopped_by_signals(keeper: Keeper) -> Iterator[Callable[[], bool]]:
    """The first Ctrl-C, TERM or HUP lets what runs end; a second one interrupts. Yields whether one has come."""
    come = False

    def signalled(number: int, frame: FrameType | None) -> None:
        nonlocal come
        if come:
            raise KeyboardInterrupt
        come = True
        keeper.stop()
        if keeper.in_hand:
            with suppress(OSError):
                os.write(2, f"{STOPPING}\n".encode())  # printing might be interrupted by this very signal

    kept: dict[signal.Signals, Any] = {}
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(number) is not signal.SIG_IGN:  # as under `nohup`
            kept[number] = signal.signal(number, signalled)
    try:
        yield lambda: come
    finally:
        for each, handler in kept.items():
            signal.signal(each, handler)


def leave(code: int) -> None:
    """End at once, while threads still look after runs: the supervisors keep the programs, and they are adopted."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError):
            stream.flush()
    os._exit(code)
