"""Row 5: a whole command, from the shell's prompt to the last record: read, check and run twelve programs."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from benchmarks import twelve
from benchmarks.measure import Contender, compare, cpu
from benchmarks.results import OURS, Result, result
from benchmarks.setting import PYTHON, RUNBOOK, Setting


def rows(setting: Setting) -> Iterator[Result]:
    """`runbook run` of a process of twelve `true`."""
    root = setting.folder("command")
    twelve.write_process(root)
    command: list[str | Path] = [RUNBOOK, "run", "--yes", "twelve/true"]
    cpu(command, root)
    measured = compare(
        lambda: sum(cpu([PYTHON, "-c", "pass"], root) for _ in range(5)) / 5,
        [Contender(OURS, lambda: cpu(command, root)), *_peers(setting)],
        setting.rounds,
    )
    yield result(5, "run 12 x true, whole command", "python -c pass", measured, 9.0, ["dagu 10", "prefect 1140"])


def _peers(setting: Setting) -> Iterator[Contender]:
    if setting.peers is None:
        return
    folder = setting.folder("command-peers")
    twelve.write_doit(folder, twelve.STEPS, chain=True)
    twelve.write_nox(folder)
    twelve.write_luigi(folder)
    twelve.write_playbook(folder)
    last = str(twelve.STEPS - 1)
    luigi = ["--module", "nothing", "Nothing", "--number", last, "--local-scheduler", "--no-lock"]
    yield Contender("doit", lambda: cpu([setting.peer("doit")], folder), 3)
    yield Contender("nox", lambda: cpu([setting.peer("nox")], folder), 3)
    yield Contender("luigi", lambda: cpu([setting.peer("luigi"), *luigi], folder, {"PYTHONPATH": "."}), 3)
    yield Contender("ansible-playbook", lambda: cpu([setting.peer("ansible-playbook"), "play.yaml"], folder), 1)
