"""What a program leaves is kept as evidence before its end is told, also when whoever started it has died meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook.engine import capturing
from runbook.engine.evidence import kept
from runbook.errors import MachineRefuses
from runbook.outcome import Finished
from runbook.run.commands import Settle
from runbook.testing import Story, plan_from
from tests.engine.test_executor import Bench, Bring, bench
from tests.waiting import until

__all__ = ["bench"]

STEPS = """
steps:
  - id: dump
    title: Dump
    shell: {shell}
    timeout: 30s
    evidence:
      log: {{from: stdout}}
      report: {{from: file, path: report.txt}}
"""
SLOWLY = "until test -e go; do sleep 0.01; done; echo x >> acted; echo well > report.txt; echo said"


def evidence(bench: Bench) -> dict[str, bytes]:
    """What the journal names as evidence, with what is kept under its sum."""
    events = (each.event for each in bench.book.store.events(bench.run) if each.event.type == "EvidenceAttached")
    return {str(each.data["evidence"]): kept(bench.home, str(each.data["sha256"])).read_bytes() for each in events}


def test_it_is_kept_and_recorded_before_the_step_is_done(bench: Bring) -> None:
    made = bench(STEPS.format(shell="echo well > report.txt; echo said"))

    state = made.executor().carry_on()

    assert state.status == "succeeded"
    assert evidence(made) == {"log": b"said\n", "report": b"well\n"}
    assert [type for _, type in made.events()][-4:-1] == ["EvidenceAttached", "EvidenceAttached", "StepSucceeded"]


def test_a_disk_that_is_full_loses_nothing_and_the_program_is_not_run_again(
    bench: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = bench(STEPS.format(shell="echo x >> acted; echo well > report.txt; echo said"))

    def full(*words: object) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(capturing, "keep_written", full)
        with pytest.raises(MachineRefuses, match="evidence `report` of `dump` can't be kept: No space left"):
            made.executor().carry_on()
    assert "StepSucceeded" not in [type for _, type in made.events()]

    assert made.executor().carry_on().status == "succeeded"
    assert made.acted("acted") == 1
    assert evidence(made) == {"log": b"said\n", "report": b"well\n"}


def test_what_outlived_its_holder_is_kept_by_the_next_one(bench: Bring) -> None:
    made = bench(STEPS.format(shell=SLOWLY))
    if (child := os.fork()) == 0:
        made.executor(output=lambda *words: None).carry_on()
        os._exit(1)
    until(lambda: ("dump", "StepStarted") in made.events())
    os.kill(child, 9)
    os.waitpid(child, 0)
    (made.folder / "go").touch()
    until((made.folder / "report.txt").exists)

    assert made.executor().carry_on().status == "succeeded"

    assert made.acted("acted") == 1
    assert evidence(made) == {"log": b"said\n", "report": b"well\n"}


Tell = Callable[[Finished], Settle]


@pytest.fixture
def settled(tmp_path: Path) -> Tell:
    """What becomes of a program's end."""
    story = Story(plan_from({"g/one": "runbook: 1\ntitle: One" + STEPS.format(shell="./dump")}, kinds()))
    story.start().claim()
    return lambda end: capturing.with_evidence(Settle("dump", 1, end), story.state, tmp_path / "home", tmp_path)


def kinds():
    from runbook.kinds import builtin

    return builtin()


@pytest.mark.parametrize(
    ("end", "says"),
    [
        (Finished(0), "stdout is empty"),
        (Finished(0, stdout="a\ufffdb"), "stdout is not text"),
        (Finished(0, stdout="head\n[9 bytes dropped]\ntail", dropped=9), "9 bytes of the output were dropped"),
    ],
)
def test_output_that_is_not_whole_is_not_kept_as_if_it_were(settled: Tell, end: Finished, says: str) -> None:
    command = settled(end)

    assert command.evidence == ()
    assert command.uncaptured == {"log": says, "report": "report.txt is not there"}
