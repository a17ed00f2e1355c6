"""One sitting at a run: carry it out, tell what happens, take answers from a file or from the person here."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Any

from runbook import app
from runbook.cli.options import columns, style
from runbook.cli.voice import Voice
from runbook.engine.executor import Executor, Listener
from runbook.errors import Conflict, Misuse, Refused, RunbookError
from runbook.outcome import Json
from runbook.run.answers import Script, answers_of
from runbook.run.commands import Answer, Command
from runbook.run.events import Recorded
from runbook.run.state import RunState
from runbook.views import machine, terminal
from runbook.views.lines import fitted
from runbook.views.visible import visible

EXIT_BY_STATUS = {"succeeded": 0, "succeeded with failures": 0, "undone": 0, "failed": 1, "cancelled": 1}
WAITING = 4
INTERRUPTED = 130
_FINISHING = "Pausing; what runs is finished first. Ctrl-C again leaves it running in the background."


class Session:
    """One sitting. `attended` when a person at this terminal can be asked; `folder` is that of the answers file."""

    def __init__(
        self,
        workspace: app.Workspace,
        run: str,
        *,
        answers: Json = None,
        folder: Path | None = None,
        unattended: bool = False,
        as_json: bool = False,
        plain: bool = False,
        every_step: bool = False,
        before: Mapping[str, Mapping[str, Json]] | None = None,
        conduct: app.Conduct | None = None,
    ) -> None:
        self.workspace = workspace
        self.run = run
        self.state: RunState = app.state(workspace, run)
        self.as_json = as_json
        self.attended = not (unattended or as_json) and sys.stdin.isatty() and sys.stdout.isatty()
        self.voice = Voice(as_json)
        self.style = style(sys.stderr if as_json else sys.stdout)
        self._script = Script(answers_of(answers, workspace.book.state(run).plan) if answers is not None else {})
        self._folder = folder
        self._conduct = conduct or app.Conduct()
        self._plain = plain
        self._every_step = every_step
        self.before = before or {}
        """What people answered in an earlier run, by step, to be offered again."""
        self.told = 0
        """The number of the newest event that was told."""
        self._interrupted = False

    def carry_on(self, resumed: bool = False, taken_from: str = "") -> int:
        """Hold the run, which may have been taken from somebody, and carry it out as far as it goes; the exit code."""
        try:
            with app.held(self.workspace, self.run) as epoch:
                self._sit(epoch, resumed, taken_from)
        except KeyboardInterrupt:
            self.voice.say("Left. What runs goes on in the background, and is looked after on resume.")
            self.voice.say(f"Go on with: runbook resume {self.run}")
            return INTERRUPTED
        return self._close()

    def _sit(self, epoch: int, resumed: bool, taken_from: str) -> None:
        if taken_from:
            for recorded in app.note_taken_over(self.workspace, self.run, epoch, taken_from):
                self.tell(recorded)
        if resumed:
            for recorded in app.note_resumed(self.workspace, self.run, epoch):
                self.tell(recorded)
        listener = Listener(self.tell, self.voice.output, self._replies, self.refused, self.warned)
        executor = app.executor(self.workspace, self.run, listener, self._conduct, epoch)
        with self._signals(executor):
            if self.attended:
                from runbook.cli.loop.attend import attend

                self.state = attend(self, executor, self._every_step, self._plain)
            else:
                self.state = executor.carry_on()

    def introduce(self, resumed: bool) -> None:
        """Tell the person here what they should know before they begin, or go on."""
        if not self.attended:
            return
        from runbook.views import asking

        state, width = self.workspace.book.state(self.run), columns()
        if resumed and state.handed_over:
            self.voice.say(*self._report(width))
            return
        show = asking.resumption if resumed else asking.introduction
        self.voice.say(*show(state, self.style, width))

    def _report(self, width: int) -> Iterator[str]:
        """The shift report, for whoever takes the run up from somebody else."""
        from runbook.views import shift_report
        from runbook.views.markdown_terminal import lines

        state, events = self.workspace.book.state(self.run), list(app.events(self.workspace, self.run))
        yield from lines(
            shift_report.as_markdown(state, events, app.now(), app.hidden_from_caller(self.workspace, state)),
            width,
            self.style.colour,
        )

    # -- telling --------------------------------------------------------------------------------

    def tell(self, recorded: Recorded) -> None:
        """What has just happened."""
        self.told = recorded.seq
        self.voice.finish(recorded.event.step)
        seen = app.seen_now(self.workspace, self.run, recorded)
        self._say(*terminal.happened(seen, self.workspace.book.known(self.run), self.style))

    def _say(self, *lines: str, beside: bool | None = None) -> None:
        """Print lines, broken between words for the person here; for a log as they are."""
        width = columns() if self.attended else 0
        parts = (part for line in lines for part in (fitted(line, width) if width else [line]))
        self.voice.say(*parts, beside=beside)

    def refused(self, command: Command | None, error: RunbookError) -> None:
        """A reply was not accepted, or nobody here may give one: the step goes on waiting."""
        self._say(f"runbook: {visible(str(error))}", beside=True)
        if error.help:
            self._say(f"  {visible(error.help)}", beside=True)

    def warned(self, text: str) -> None:
        """The machine is not as it should be."""
        self._say(f"runbook: warning: {visible(text)}", beside=True)

    def _replies(self, state: RunState) -> Sequence[Answer]:
        found = []
        for reply in self._script.replies(state):
            try:
                found.append(app.with_files(self.workspace, self.run, app.tidy(reply), self._folder))
            except (Refused, Misuse, Conflict) as error:
                self.refused(reply, error)
        return found

    # -- the end --------------------------------------------------------------------------------

    @contextmanager
    def _signals(self, executor: Executor) -> Iterator[None]:
        """The first Ctrl-C (or TERM, or a closed terminal) pauses; a second one leaves at once."""

        def signalled(number: int, frame: FrameType | None) -> None:
            if self._interrupted or self.attended:
                raise KeyboardInterrupt
            self._interrupted = True
            with suppress(OSError):  # it may have ended just now
                executor.stop()
            with suppress(OSError):
                os.write(2, f"\n{_FINISHING}\n".encode())  # printing might be interrupted by this very signal

        kept: dict[signal.Signals, Any] = {}
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            kept[number] = signal.signal(number, signalled)
        try:
            yield
        finally:
            for each, handler in kept.items():
                signal.signal(each, handler)

    def pause(self) -> None:
        """The person leaves the run as it is."""
        self._interrupted = True
        if self.workspace.book.known(self.run).running:
            self._say("", _FINISHING)

    def _close(self) -> int:
        """Say how it stands, and give the exit code."""
        state, hidden = self.state, app.hidden_from_caller(self.workspace, self.state)
        if state.ended:
            self._say(*terminal.ending(state, self.style, hidden))
        else:
            for path, reason in app.objections(self.workspace, self.run):
                self._say(f"`{path}` is not started: {visible(reason)}")
            if self._interrupted:
                self._say(f"Paused. Go on with: runbook resume {self.run}")
            else:
                self._say(*terminal.what_next(state, app.rivals(self.workspace, self.run), hidden))
        if self.as_json:
            self.voice.report(machine.line(machine.status(state, hidden)))
        if self._interrupted and not state.ended:
            return INTERRUPTED
        return EXIT_BY_STATUS.get(state.status, WAITING)


def read_data(path: str, what: str) -> Json:
    """The data of a YAML file of answers or inputs; a message with its place when it can't be read."""
    from runbook.engine.files import LONGEST_FILE
    from runbook.reading.tree import read_tree
    from runbook.views.diagnostics import as_text

    try:
        with Path(path).open("rb") as stream:
            content = stream.read(LONGEST_FILE)
    except OSError as error:
        raise Misuse(f"the {what} file {path} can't be read: {error.strerror}", "check the path") from None
    tree, problems = read_tree(path, content)
    if problems or tree is None:
        sources = {path: tree.source} if tree else {}
        raise Misuse(f"the {what} file has problems:\n{as_text(problems, sources)}", "mend them, then try again")
    return tree.data
