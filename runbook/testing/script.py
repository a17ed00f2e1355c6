"""What people say in a test: which answer a step that waits gets next, and when.

It is looked up as in an answers file: one that is for every turn of a step is given in each of them; of several,
the turns take one after the other.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from runbook.instants import later
from runbook.run.answers import written_at
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.testing.case import Said


class Script:
    """The answers of a test, each given once."""

    def __init__(self, answers: Mapping[str, Sequence[Said]]) -> None:
        self._left = {path: list(each) for path, each in answers.items()}
        self._for_all = {path: each[0] for path, each in answers.items() if len(each) == 1}
        self._given: set[str] = set()
        """The steps that got an answer that is for every turn."""
        self.used: set[int] = set()

    def next_of(self, step: StepState) -> Said | None:
        """The answer that the step gets next; it is not given by that."""
        if self._left.get(step.path):
            return self._left[step.path][0]
        written = written_at(step)
        if written == step.path:
            return None
        if reply := self._for_all.get(written):
            return None if step.path in self._given else reply
        return next(iter(self._left.get(written, ())), None)

    def take(self, step: StepState, said: Said) -> None:
        """That answer is given."""
        self.used.add(id(said))
        for path in (step.path, written_at(step)):
            left = self._left.get(path)
            if left and left[0] is said and (path == step.path or path not in self._for_all):
                left.pop(0)
                return
        self._given.add(step.path)

    def due(self, state: RunState) -> Iterator[tuple[str, StepState, Said]]:
        """Every step that waits for an answer that is at hand, with the instant at which it is given."""
        for path in (*state.waiting, *state.in_doubt):
            step = state.steps[path]
            if said := self.next_of(step):
                yield later(step.since or state.now, said.after), step, said

    def unused(self) -> Iterator[tuple[str, Said]]:
        """The answers that were never asked for, of those that are for this test alone."""
        for path, several in self._left.items():
            yield from ((path, said) for said in several if id(said) not in self.used and not said.shared)
