"""Signs answers at the terminal with the person's own key, which is asked for once in a sitting."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from runbook import app
from runbook.cli.loop.asker import Asker
from runbook.cli.loop.front import Line
from runbook.errors import Misuse, Refused
from runbook.run.commands import Answer
from runbook.run.digest import digest_of, is_bound
from runbook.run.progress import StepState
from runbook.run.signing import signed_at
from runbook.run.state import RunState


class Signer:
    """The key of the person here, once it is known, and what they were shown at the step they are asked about."""

    def __init__(self, workspace: app.Workspace, run: str) -> None:
        self._workspace = workspace
        self._run = run
        self._known = False
        self._key: Path | None = None
        self._seen = ""

    def turn_to(self, run: str) -> None:
        """From now on it is about another run; the key stays known."""
        self._run = run

    def shown(self, state: RunState, step: StepState) -> None:
        """The person looks at the step as it stands now."""
        self._seen = digest_of(state, step) if _is_bound(step) else ""

    def is_stale(self, state: RunState, step: StepState) -> bool:
        """True when they were shown something else than what stands there now."""
        now = state.steps.get(step.path, step)
        return _is_bound(now) and digest_of(state, now) != self._seen

    def signed(self, asker: Asker, state: RunState, reply: Answer) -> Answer:
        """The answer, bound to what was shown and signed, where it has to be; `Refused` when that has changed since."""
        if self.is_stale(state, asker.step):
            raise Refused("what is shown here has changed meanwhile", "look at it again, then answer")
        if is_bound(asker.step):
            reply = replace(reply, seen=self._seen)
        if not signed_at(asker.step):
            return reply
        if not self._known:
            self._ask(asker)
        try:
            with asker.front.lent():  # a key with a passphrase asks for it
                return app.signed(self._workspace, self._run, reply, self._key)
        except Misuse:
            self._known = False
            raise

    def _ask(self, asker: Asker) -> None:
        usual = app.usual_key()

        def check(typed: str) -> None:
            if typed and not Path(typed).expanduser().is_file():
                raise Refused(f"`{typed}` is not a file", "name your key, or the public part of one in the agent")

        question = "Key to sign with" if usual else "Key to sign with (empty: the one of the agent)"
        line = Line(question, check, default=str(usual or ""), help="the path of your ssh key", files=True)
        typed = asker.front.line(line, asker.open)
        self._key = Path(typed).expanduser() if typed else None
        self._known = True


def _is_bound(step: StepState) -> bool:
    return signed_at(step) or is_bound(step)


__all__ = ["Signer"]
