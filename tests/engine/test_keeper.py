"""What looking after many runs costs: counted, not timed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runbook import app
from runbook.engine.book import Book
from runbook.engine.executor import Executor
from runbook.engine.identity import Actor
from runbook.engine.keeper import Keeper
from runbook.engine.unattended import Passage, Unattended
from runbook.journal.codec import content_hash
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.run.commands import Answer
from runbook.testing import plan_from
from tests.waiting import until

ADA = Actor("ada")
KINDS = builtin()
ASKS = plan_from({"g/ask": "runbook: 1\ntitle: A\nsteps: [{id: say, manual: S}, {id: go, shell: 'true'}]\n"}, KINDS)
WAITS = plan_from({"g/wait": "runbook: 1\ntitle: W\nsteps: [{id: month, wait: 30d}]\n"}, KINDS)


class Watched(Journal):
    """A journal that counts the runs that were read, and the statements; it does not wait for the disk."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._db.execute("PRAGMA synchronous=OFF")
        self.folded: list[str] = []
        self.statements = 0
        self._db.set_trace_callback(self._count)

    def _count(self, statement: str) -> None:
        self.statements += 1
        if statement.startswith("SELECT epoch, head_seq"):
            self.folded.append(statement.rpartition("'")[0].rpartition("'")[2])


class Room:
    """A journal of many runs, and who looks after them."""

    def __init__(self, home: Path) -> None:
        self.home = home
        self.journal = Watched(home / "journal.db")
        self.book = Book(self.journal, KINDS)
        self.passages: list[Passage] = []

    def begin(self, run: str, plan: object = ASKS) -> str:
        self.book.begin(run, plan, {}, str(self.home), ADA)  # type: ignore[arg-type]  # a plan of this file
        self.book.forget(run)
        return run

    def say(self, run: str) -> None:
        """Answer the run, so that its program is ready."""
        self.book.advance(run, [Answer("say", "done")], ADA)
        self.book.forget(run)

    def open_book(self) -> Book:
        return Book(Journal(self.home / "journal.db"), KINDS)

    def keeper(self, max_runs: int = 4, news: Callable[[], None] = lambda: None) -> Keeper:
        def reported(passage: Passage) -> None:
            self.passages.append(passage)
            news()

        unattended = Unattended(self.open_book, ADA, self.home, lambda root: 2)
        return Keeper(self.book, unattended, max_runs, reported, app.now)

    def cost(self, act: Callable[[], None]) -> tuple[list[str], int]:
        """The runs that were read meanwhile, and the number of statements."""
        self.journal.folded, self.journal.statements = [], 0
        act()
        return self.journal.folded, self.journal.statements


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    made = Room(tmp_path / "home")
    yield made
    made.journal.close()


def test_two_thousand_runs_that_wait_cost_a_few_statements_and_none_is_read(room: Room) -> None:
    for number in range(1000):
        room.begin(f"ask-{number}")
        room.begin(f"wait-{number}", WAITS)
    ready = room.begin("ready")
    room.say(ready)

    folded, statements = room.cost(lambda: room.keeper().keep(forever=False))

    assert folded == ["ready"]
    assert statements < 30
    assert [(each.row.run, each.moved) for each in room.passages] == [("ready", True)]
    folded, statements = room.cost(lambda: room.keeper().keep(forever=False))
    assert (folded, statements < 10) == ([], True)


def test_runs_that_wait_for_room_are_read_when_there_is_room(room: Room) -> None:
    runs = [room.begin(f"r{number:02}") for number in range(12)]
    for run in runs:
        room.say(run)

    folded, _ = room.cost(lambda: room.keeper(max_runs=2).keep(forever=False))

    assert sorted(folded) == runs
    assert sorted(each.row.run for each in room.passages) == runs


def test_runs_that_are_due_and_wait_for_room_are_read_twice_at_most_and_all_are_carried_out(room: Room) -> None:
    text = "runbook: 1\ntitle: T\nsteps: [{id: go, shell: '[ -e again ]', retry: {attempts: 2, delay: 1s}}]\n"
    plan = plan_from({"g/retry": text}, KINDS)
    runs = [room.begin(f"r{number}", plan) for number in range(6)]
    for run in runs:
        Executor(room.book, run, ADA, room.journal.take(run), room.home, room.home, 1, patience=0.0).carry_on()
        room.book.forget(run)
    (room.home / "again").touch()
    until(lambda: len(room.journal.due()) == len(runs))

    folded, _ = room.cost(lambda: room.keeper(max_runs=1).keep(forever=False))

    assert sorted(each.row.run for each in room.passages if each.state and each.state.status == "succeeded") == runs
    assert max(folded.count(run) for run in runs) <= 2


def test_what_nobody_here_may_start_is_read_once_while_nothing_changes(room: Room) -> None:
    text = "runbook: 1\ntitle: O\nroles: {o: {}, x: {people: [bob]}}\nsteps: [{id: go, role: x, shell: 'true'}]\n"
    room.begin("theirs", plan_from({"g/o": text}, KINDS))

    def news() -> None:
        """Somebody else writes meanwhile, and what they began is carried out; then it is enough."""
        if len(room.passages) > 1:
            keeper.stop()
            return
        other = Book(Journal(room.home / "journal.db"), KINDS)
        other.begin("ours", ASKS, {}, str(room.home), ADA)
        other.advance("ours", [Answer("say", "done")], ADA)
        other.store.close()

    keeper = room.keeper(news=news)
    folded, _ = room.cost(lambda: keeper.keep(forever=True))

    assert folded == ["theirs", "ours"]
    assert [each.row.run for each in room.passages] == ["theirs", "ours"]
    assert room.passages[0].objections[0][0] == "go"


def test_nothing_of_a_run_is_kept_in_memory(room: Room) -> None:
    for number in range(8):
        room.say(room.begin(f"r{number}"))
    keeper = room.keeper()

    keeper.keep(forever=False)

    assert room.book._states == {}
    assert keeper.in_hand == []
    assert keeper._rests == {}


def test_a_run_whose_definition_is_not_understood_stops_no_other(room: Room) -> None:
    body = '{"format": 99, "from": "a later runbook"}'
    room.journal.create("newer", "g/newer", content_hash(body), body, "ada")
    room.say(room.begin("sound"))

    room.keeper().keep(forever=False)

    found = {each.row.run: each for each in room.passages}
    assert "is not a process" in str(found["newer"].error)
    assert found["sound"].moved


def test_a_bug_in_a_thread_is_brought_to_light_and_stops_no_other_run(room: Room) -> None:
    def parallel(root: Path) -> int:
        if not room.passages:
            raise ZeroDivisionError("a bug")
        return 1

    for run in ("r1", "r2"):
        room.say(room.begin(run))
    unattended = Unattended(room.open_book, ADA, room.home, parallel)

    Keeper(room.book, unattended, 1, room.passages.append, app.now).keep(forever=False)

    assert [type(each.error) for each in room.passages] == [ZeroDivisionError, type(None)]
