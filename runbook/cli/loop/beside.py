"""The keys that do not answer a step: notes, evidence, why, undo, a shell, back and on, and leaving."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from runbook import app
from runbook.clauses import Evidence
from runbook.cli.loop.asker import Asker
from runbook.cli.loop.front import Later, Line, Overtaken, Pause
from runbook.cli.loop.outside import carried_out
from runbook.durations import in_words
from runbook.errors import Refused, RunbookError
from runbook.run.commands import Command, HandOver, Jump, Note, Reopen
from runbook.run.events import Status
from runbook.run.evidence import missing
from runbook.run.moves import to_reopen, to_skip
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.views import asking, undoing
from runbook.views.visible import visible

_MOST_LISTED = 12
"""Steps that are listed to go back to, or on to; any other one can be named."""


@dataclass(frozen=True, slots=True)
class Beside:
    """What can be done at a question without answering it; `record` has a command recorded, and told."""

    asker: Asker
    workspace: app.Workspace
    state: RunState
    record: Callable[[Command], None]

    def do(self, word: str) -> None:
        """What the key with that word stands for; `Later`, `Pause` or `Overtaken` when the question is left by it."""
        front, step = self.asker.front, self.asker.step
        match word:
            case "later":
                raise Later
            case "pause":
                self._pause()
            case "help":
                front.say(*self.asker.menu().help(front.width))
            case "why":
                front.say(*asking.why(step, front.style, front.width))
            case "undo":
                front.say(*undoing.beside(self.state, step, front.style, front.width))
            case "note":
                self._record(Note(self.asker.reason("note", "Note"), step.path), "note")
            case "attach":
                self._attach()
            case "shell":
                self._shell()
            case "back":
                self._go_back(lambda each: not each.act, "Back to which step")
            case "redo":
                self._go_back(lambda each: bool(each.act), "Which step once more")
            case "jump":
                self._jump()

    def _record(self, command: Command, word: str = "") -> None:
        """Have it recorded; what was typed for that word has been sent by it."""
        self.record(command)
        if word:
            self.asker.drafts.forget(self.asker.step.path, f"why {word}")

    def _attach(self) -> None:
        def check(typed: str) -> None:
            if not typed or not Path(typed).expanduser().is_file():
                raise Refused(f"`{typed}` is not a file", "name a file that is there")

        front, step = self.asker.front, self.asker.step
        piece = self._piece(missing(step, every=True))
        line = Line("File", check, help="the path of the file to keep", files=True)
        path = Path(front.line(line, self.asker.open)).expanduser()
        self._record(app.keep_evidence(self.workspace, self.state.run, step.path, path, piece))
        front.say(*asking.still_missing(step, front.width))

    def _piece(self, pieces: tuple[Evidence, ...]) -> str:
        """Which piece of evidence it is, where there are several that are not there yet."""
        ids = tuple(each.id for each in pieces)
        if len(ids) < 2:
            return ids[0] if ids else ""

        def check(typed: str) -> None:
            if typed not in ids:
                raise Refused(f"`{typed}` is none of them", f"name one of {', '.join(ids)}")

        return self.asker.front.line(Line("As which", check, default=ids[0], suggestions=ids), self.asker.open)

    def _shell(self) -> None:
        front, step = self.asker.front, self.asker.step
        shell = os.environ.get("SHELL") or "/bin/sh"
        front.say(f"A shell in {self.state.root}; `exit` comes back to the run.")
        began = time.monotonic()
        env = {**os.environ, "RUNBOOK_RUN": self.state.run, "RUNBOOK_STEP": step.path}
        try:
            with front.lent():
                code = carried_out([shell], self.state.root or None, env)
        except OSError as error:
            front.say(f"{shell} can't be started: {error.strerror}")
            return
        took = in_words(round(time.monotonic() - began))
        self._record(Note(f"was in a shell for {took} (exit code {code})", step.path))

    def _go_back(self, usual: Callable[[StepState], bool], question: str) -> None:
        over = [each for each in self.state.steps.values() if each.status.is_final]
        over.sort(key=lambda each: each.ended_at, reverse=True)
        steps = self._allowed(to_reopen, over)
        first = next((each for each in steps if usual(each)), steps[0] if steps else None)
        target = self._target(question, steps, first, "No step that is over can be done once more now.")
        reason = self.asker.reason("back", f"Why is `{target}` done once more")
        self._record(Reopen(target, reason), "back")
        raise Overtaken

    def _jump(self) -> None:
        pending = (each for each in self.state.steps.values() if each.status is Status.PENDING)
        steps = self._allowed(to_skip, pending)
        target = self._target(
            "On to which step", steps, steps[0] if steps else None, "There is no step to jump to now."
        )
        reason = self.asker.reason("jump", f"Why is what comes before `{target}` skipped")
        self._record(Jump(target, reason), "jump")
        raise Overtaken

    def _allowed(self, rule: Callable[[RunState, str], object], steps: Iterable[StepState]) -> list[StepState]:
        """The first few of these steps that the rule lets the operator move to; each look costs a list of steps."""

        def allowed(step: StepState) -> bool:
            try:
                rule(self.state, step.path)
            except RunbookError:
                return False
            return True

        return list(islice(filter(allowed, steps), _MOST_LISTED))

    def _target(self, question: str, steps: list[StepState], usual: StepState | None, none: str) -> str:
        """The path of one of these steps, as the person names it."""
        if usual is None:
            raise Refused(none, "answer the step that waits")
        front = self.asker.front
        for each in steps:
            front.say(f"  {each.path}  {visible(each.step.title)} ({each.status.value})")
        paths = tuple(each.path for each in steps)

        def check(typed: str) -> None:
            if typed not in self.state.steps:
                raise Refused(f"`{typed}` is no step that was reached", f"name one, such as `{usual.path}`")

        return front.line(Line(question, check, default=usual.path, suggestions=paths), self.asker.open)

    def _pause(self) -> None:
        """Leave the run; who is to go on, and what they should know, if the person says so."""
        front, open = self.asker.front, self.asker.open
        to = front.line(Line("Who goes on (empty: you, later)", lambda typed: None), open)
        if to:
            text = front.line(Line("What should they know (may be empty)", lambda typed: None), open)
            self._record(HandOver(to, text))
        raise Pause
