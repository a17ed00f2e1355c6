"""Runs killed with signal 9 at random instants, in all the ways a process can lose its companions, then resumed."""

from __future__ import annotations

import os
import random
import re
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

import pytest
import yaml

from tests.waiting import PATIENCE

from .project import Trial, slay, twelve_steps

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")

VICTIMS = (
    ("command",) * 8
    + ("command supervisor",) * 4
    + ("command supervisor program",) * 3
    + ("command program",) * 2
    + ("supervisor",) * 2
    + ("supervisor program",)
)
SPAN = 0.5
"""Seconds from the first event within which the first blow falls; a run that is left alone takes about as long."""


def strike(trial: Trial, victims: str, command: subprocess.Popen[bytes], chance: random.Random) -> None:
    """Kill these, in any order; what stood in the journal before was acknowledged."""
    blows: list[tuple[Callable[[int, int], None], int]] = []
    if "command" in victims:
        blows.append((os.killpg, command.pid))
    if "supervisor" in victims:
        blows += [(slay, pid) for pid in trial.supervisors()]
    if "program" in victims:
        blows += [(slay, pid) for pid in trial.programs()]
    chance.shuffle(blows)
    trial.remember()
    for blow, pid in blows:
        try:
            blow(pid, signal.SIGKILL)
        except ProcessLookupError:
            pass


def carry_out(trial: Trial, seed: int) -> dict[str, int]:
    """One run, killed once or more, resumed until it ends; what there was to count."""
    chance = random.Random(seed)
    victims = [chance.choice(VICTIMS) for _ in range(chance.choice((1, 1, 1, 2, 2, 3)))]
    script = trial.folder / "given.yaml"
    script.write_text(yaml.safe_dump({"confirm": "done"}))
    by_file = chance.random() < 0.5
    options = ["--yes", *(["--answers", str(script)] if by_file else [])]
    kills = 0
    command = trial.start("run", "trial/steps", *options)
    trial.wait_until(lambda: trial.run() or command.poll() is not None)
    for round, victim in enumerate(victims):
        time.sleep(chance.uniform(0.0, SPAN if not round else 2 * SPAN))
        kills += command.poll() is None
        strike(trial, victim, command, chance)
        if "command" not in victim:
            break
        command.wait()
        judge_what_was_said(trial)
        if round + 1 < len(victims):
            command = trial.start("resume", trial.run(), *options)
    command.wait(timeout=PATIENCE)
    trial.remember()
    for _ in range(10):
        if trial.is_over():
            break
        trial.answer_all()
        told = trial.call("resume", trial.run(), *options)
        assert told.returncode in (0, 1, 4), told.stderr
        trial.remember()
    trial.judge(killed_programs=any("program" in victim for victim in victims))
    judge_what_was_said(trial)
    if all(victim == "command" for victim in victims):
        assert not trial.doubts, "only the command was killed, and yet something was in doubt"
        assert "AttemptAbandoned" not in [row[4] for row in trial.events()], "a result that was kept was not adopted"
    return counted(trial, kills)


def judge_what_was_said(trial: Trial) -> None:
    """What the command has told the operator is in the journal."""
    said = trial.said(where="out")
    for sign, type in ((">", "StepStarted"), (r"\+", "StepSucceeded")):
        for step in set(re.findall(rf"^{sign} (?:running|succeeded)\s+(\S+)", said, re.M)):
            assert type in trial.types(step), f"{type} of `{step}` was told and is not in the journal"


def counted(trial: Trial, kills: int) -> dict[str, int]:
    rows = trial.events()
    types = Counter(row[4] for row in rows)
    return {
        "runs": 1,
        "kills": kills,
        "events kept": len(trial.acknowledged),
        "programs": sum(len(trial.effects(step)) for step in trial.standing()),
        "adopted": sum('"adopted":true' in row[9] for row in rows),
        "never ran": types["AttemptNotRun"],
        "in doubt": types["StepInDoubt"],
        "redone": sum(trial.redone.values()),
    }


def test_run_killed_at_a_random_instant_loses_nothing_and_repeats_nothing(
    seed: int, trial: Callable[[Mapping[str, Any]], Trial], record_property: Callable[[str, object], None]
) -> None:
    counts = carry_out(trial(twelve_steps(0.04)), seed)

    record_property("crash", counts)
