"""The book of runs: what is known of a run in memory is always the whole of what the journal had."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from runbook.engine.book import Book
from runbook.engine.identity import Actor
from runbook.journal.memory import Journal
from runbook.kinds import builtin
from runbook.run.commands import Answer
from runbook.run.events import Recorded
from runbook.testing import plan_from

ADA = Actor("ada", "host")
TEXT = "runbook: 1\ntitle: Two\nsteps:\n- {id: first, manual: Begin}\n- {id: last, manual: End it}\n"


class Interrupted(Journal):
    """A journal whose reader is interrupted after the first event, once."""

    left = 0

    def events(self, run: str, after: int = 0) -> Iterator[Recorded]:
        for recorded in super().events(run, after):
            yield recorded
            if self.left:
                self.left -= 1
                raise KeyboardInterrupt


def test_a_run_that_was_read_by_half_when_somebody_interrupted_is_read_anew() -> None:
    journal = Interrupted()
    book = Book(journal, builtin())
    book.begin("r", plan_from({"g/main": TEXT}, builtin(), {}), {}, "", ADA)
    book.forget("r")
    journal.left = 1

    with pytest.raises(KeyboardInterrupt):
        book.state("r")

    assert book.known("r").seq == book.state("r").seq == len(list(journal.events("r")))
    assert book.advance("r", [Answer("first", "done")], ADA)
