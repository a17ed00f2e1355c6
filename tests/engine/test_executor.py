"""Carrying a run out: in order, within its limits, and whatever becomes of the supervisor or of who listens."""

from __future__ import annotations

import os
import signal
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from runbook.engine import executor
from runbook.engine.book import Book
from runbook.engine.executor import Executor, Listener
from runbook.engine.identity import Actor
from runbook.errors import Conflict
from runbook.journal.sqlite import Journal
from runbook.kinds import builtin
from runbook.run.commands import Answer, Cancel
from runbook.run.events import Recorded
from runbook.run.state import RunState
from runbook.testing import plan_from
from tests.waiting import until

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

ADA = Actor("ada")


class Bench:
    """One run in a folder of its own."""

    def __init__(self, folder: Path, steps: str) -> None:
        self.folder = folder
        self.home = folder / ".runbook"
        self.run = f"drill-{folder.name}"  # a name no other test has: programs are found by it
        self.book = Book(Journal(self.home / "journal.db"), builtin())
        text = f"runbook: 1\ntitle: Bench\n{steps}"
        self.book.begin(self.run, plan_from({"trial/steps": text}, builtin()), {}, str(folder), ADA)

    def executor(self, slots: int = 8, **listener: Any) -> Executor:
        """A new holder's."""
        epoch = self.book.store.take(self.run)
        return Executor(self.book, self.run, ADA, epoch, self.home, self.folder, slots, Listener(**listener))

    def events(self) -> list[tuple[str, str]]:
        """Everything that has happened: step and type."""
        return [(each.event.step or "", each.event.type) for each in self.book.store.events(self.run)]

    def acted(self, step: str) -> int:
        """How often a step's program has left its line."""
        file = self.folder / step
        return len(file.read_text().split()) if file.exists() else 0


Bring = Callable[[str], Bench]


@pytest.fixture
def bench(tmp_path: Path) -> Bring:
    """Makes the bench."""
    return lambda steps: Bench(tmp_path, steps)


IN_ORDER = """
steps:
  - {id: one, title: One, shell: echo x >> one}
  - {id: two, title: Two, shell: echo x >> two}
"""
HELD = "echo x >> {0}; until test -e go; do sleep 0.01; done"
SIDE_BY_SIDE = f"""
steps:
  - {{id: one, title: One, shell: '{HELD.format("one")}'}}
  - {{id: two, title: Two, shell: echo x >> two, needs: []}}
  - {{id: ask, title: Ask, manual: Look, needs: []}}
"""


class Interrupted(Exception):
    """What a listener raises here."""


def failing_at(type: str) -> Callable[[Recorded], None]:
    def tell(recorded: Recorded) -> None:
        if recorded.event.type == type:
            raise Interrupted

    return tell


def interrupted(*words: object) -> None:
    raise Interrupted


def test_no_thread_takes_a_run_further_while_another_looks(bench: Bring) -> None:
    it = bench("steps: [{id: ask, title: Ask, manual: Look}]")
    other = threading.Thread(target=lambda: it.book.advance(it.run, [Answer("ask", "done")], ADA))

    with it.book.steady(it.run) as state:
        seq = state.seq
        other.start()
        other.join(0.05)
        assert (state.seq, list(state.waiting)) == (seq, ["ask"])
    other.join(20)

    assert it.book.state(it.run).status == "succeeded"


# -- what was started is handed over ----------------------------------------------------------------


def test_run_is_carried_out_and_nothing_is_left_of_its_supervisor(bench: Bring) -> None:
    it = bench(IN_ORDER)
    told: list[str] = []

    state = it.executor(event=lambda recorded: told.append(recorded.event.type)).carry_on()

    assert state.status == "succeeded"
    assert told == ["StepStarted", "StepSucceeded", "StepStarted", "StepSucceeded", "RunSucceeded"]
    assert (it.acted("one"), it.acted("two")) == (1, 1)
    assert not list((it.home / "supervisors").iterdir())


@pytest.mark.parametrize("type", ["StepStarted", "StepSucceeded"])
def test_listener_that_fails_leaves_no_doubt(bench: Bring, type: str) -> None:
    it = bench(IN_ORDER)
    with pytest.raises(Interrupted):
        it.executor(event=failing_at(type)).carry_on()

    assert it.executor().carry_on().status == "succeeded"
    assert "StepInDoubt" not in [type for _, type in it.events()]
    assert (it.acted("one"), it.acted("two")) == (1, 1)
    assert not list((it.home / "supervisors").iterdir())


def test_start_that_was_never_handed_over_is_known_never_to_have_run(
    bench: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    it = bench(IN_ORDER)
    with monkeypatch.context() as patched:
        patched.setattr(Executor, "_hand_over", interrupted)
        with pytest.raises(Interrupted):
            it.executor().carry_on()

    assert it.executor().carry_on().status == "succeeded"
    assert [type for step, type in it.events() if step == "one"] == [
        "StepStarted", "AttemptNotRun", "StepStarted", "StepSucceeded",
    ]  # fmt: skip
    assert it.acted("one") == 1


# -- limits -----------------------------------------------------------------------------------------


def test_program_of_an_earlier_holder_takes_up_a_slot(bench: Bring) -> None:
    it = bench(SIDE_BY_SIDE)
    with pytest.raises(Interrupted):
        it.executor(slots=1, event=failing_at("StepStarted")).carry_on()
    until(lambda: it.acted("one"))
    turns: list[RunState] = []
    second = it.executor(slots=1, replies=lambda state: turns.append(state) or ())
    worker = threading.Thread(target=second.carry_on)
    worker.start()
    until(lambda: len(turns) > 3)
    assert not it.acted("two")
    (it.folder / "go").touch()
    worker.join(20)

    events = it.events()
    assert events.index(("one", "StepSucceeded")) < events.index(("two", "StepStarted"))


def test_programs_see_nothing_of_the_callers_secrets(bench: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_PASSWORD", "hunter2")
    it = bench("steps: [{id: look, title: Look, command: [env], outputs: {seen: stdout}}]")

    seen = it.executor().carry_on().steps["look"].outputs["seen"]

    assert "hunter2" not in seen
    assert {line.partition("=")[0] for line in seen.splitlines()} - set(executor.PASSED_ON) == {
        "RUNBOOK_RUN", "RUNBOOK_STEP", "RUNBOOK_ATTEMPT", "RUNBOOK_PROJECT",
    }  # fmt: skip
    assert f"RUNBOOK_ATTEMPT={it.run}:look:1" in seen


def test_room_is_needed_to_start_and_not_to_settle(bench: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    it = bench(IN_ORDER)
    monkeypatch.setattr(executor, "has_room", lambda home: not it.acted("one"))
    with pytest.raises(Exception, match=f"run {it.run} is paused") as refused:
        it.executor().carry_on()

    assert refused.value.exit_code == 7  # type: ignore[attr-defined]
    assert it.events()[-1] == ("one", "StepSucceeded")
    monkeypatch.undo()
    assert it.executor().carry_on().status == "succeeded"


def test_run_that_needs_no_program_needs_no_room(bench: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    it = bench("steps: [{id: ask, title: Ask, manual: Look}]")
    monkeypatch.setattr(executor, "has_room", lambda home: False)

    assert it.executor().carry_on().status == "waiting"
    it.book.advance(it.run, [Answer("ask", "done")], ADA)
    assert it.executor().carry_on().status == "succeeded"


def test_network_file_system_is_warned_of_and_used(bench: Bring, monkeypatch: pytest.MonkeyPatch) -> None:
    it = bench(IN_ORDER)
    monkeypatch.setattr(executor, "network_file_system", lambda home: "nfs4")
    warnings: list[str] = []

    assert it.executor(warned=warnings.append).carry_on().status == "succeeded"
    assert len(warnings) == 1
    assert "network file system (nfs4)" in warnings[0]


# -- the supervisor dies ----------------------------------------------------------------------------


def running(it: Bench) -> tuple[threading.Thread, list[RunState], Executor]:
    """A holder at work in a thread, once its first program has acted and its second is over."""
    ends: list[RunState] = []
    working = it.executor()
    worker = threading.Thread(target=lambda: ends.append(working.carry_on()))
    worker.start()
    until(lambda: it.acted("one") and ("two", "StepSucceeded") in it.events())
    return worker, ends, working


def bereave(it: Bench) -> None:
    runner = next(each.event.data["runner"] for each in it.book.store.events(it.run) if "runner" in each.event.data)
    os.kill(runner["pid"], signal.SIGKILL)


def test_death_of_the_supervisor_puts_in_doubt_what_ran_and_nothing_else(bench: Bring) -> None:
    it = bench(SIDE_BY_SIDE)
    worker, ends, _ = running(it)
    bereave(it)
    it.book.advance(it.run, [Answer("ask", "done")], ADA)
    (it.folder / "go").touch()
    worker.join(20)

    assert list(ends[0].in_doubt) == ["one"]
    assert [type for step, type in it.events() if step == "ask"][-1] == "StepSucceeded"
    it.book.advance(it.run, [Answer("one", "done", reason="It left its line")], ADA)
    assert it.executor().carry_on().status == "succeeded"
    assert (it.acted("one"), it.acted("two")) == (1, 1)


def test_cancel_ends_a_program_whose_supervisor_has_died(bench: Bring) -> None:
    it = bench(SIDE_BY_SIDE)
    worker, ends, _ = running(it)
    bereave(it)
    it.book.advance(it.run, [Cancel("enough")], ADA)
    worker.join(20)

    assert not worker.is_alive(), "the program was waited for, though the run was cancelled"
    assert list(ends[0].in_doubt) == ["one"]
    it.book.advance(it.run, [Answer("one", "failed", reason="It was ended")], ADA)
    assert it.executor().carry_on().status == "cancelled"


def test_other_work_goes_on_while_a_program_outlives_its_supervisor(bench: Bring) -> None:
    more = "  - {id: three, title: Three, shell: echo x >> three, needs: [ask]}\n"
    it = bench(SIDE_BY_SIDE + more)
    worker, _, _ = running(it)
    bereave(it)
    it.book.advance(it.run, [Answer("ask", "done")], ADA)

    until(lambda: it.acted("three"))
    assert ("one", "StepInDoubt") not in it.events()
    (it.folder / "go").touch()
    worker.join(20)
    assert ("one", "StepInDoubt") in it.events()


# -- stopping ---------------------------------------------------------------------------------------


def test_stop_lets_what_runs_end_and_starts_nothing(bench: Bring) -> None:
    it = bench(SIDE_BY_SIDE + "  - {id: three, title: Three, shell: echo x >> three, needs: [one]}\n")
    worker, ends, working = running(it)
    working.stop()
    (it.folder / "go").touch()
    worker.join(20)

    assert it.events()[-1] == ("one", "StepSucceeded")
    assert ends[0].status == "running"
    working.stop()
    working.wake()
    assert it.executor().carry_on().status == "waiting"
    assert it.acted("three") == 1


def test_timer_is_waited_for_as_long_as_patience_lasts(bench: Bring) -> None:
    it = bench("steps: [{id: pause, title: Wait, wait: 365d}]")
    working = it.executor()
    working.patience = 60.0

    assert working.carry_on().status == "waiting"


# -- who writes -------------------------------------------------------------------------------------


def test_overtaken_holder_is_told_so(bench: Bring) -> None:
    it = bench(IN_ORDER)
    first = it.executor()
    assert it.executor().carry_on().status == "succeeded"

    with pytest.raises(Conflict, match="taken over"):
        first.carry_on()
    assert (it.acted("one"), it.acted("two")) == (1, 1)


def test_run_is_made_and_begun_in_one_go_or_not_at_all(bench: Bring) -> None:
    it = bench(IN_ORDER)
    plan = plan_from({"trial/steps": f"runbook: 1\ntitle: T\n{IN_ORDER}"}, builtin())

    with pytest.raises(TypeError):
        it.book.begin("stillborn", plan, {"bad": object()}, "", ADA)

    assert it.book.store.row("stillborn") is None
    it.book.begin("born", plan, {}, "", ADA)
    assert [each.event.type for each in it.book.store.events("born")] == ["RunStarted"]
