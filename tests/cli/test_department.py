"""The example of a department, freshly made: every report, board and check has something to say of it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from tests.department import END, ROOT, made

SAYS = {
    "validate": "18 processes checked",
    "sla test": "4 tests in 1 file: all as expected",
    "scope": "In scope",
    "scope drift": "out of scope",
    "maturity": "4 Measured",
    "scorecard": "desk/replace-toner",
    "duties": "backup/backup-check",
    "board --team infra": "Atlas is down",
    "board --team support": "waits for finance",
    "next --why": "late",
    "load": "on call now (infra)",
    "oncall show": "shares:",
    "sla report --by severity,team": "ola/take",
    "sla report --by process --window 30d": "below its objective",
    "report flow --team infra": "flow efficiency",
    "report flow --team support": "of requests finish in",
    "report capacity": "days each",
    "plan week --week next": "room for",
    "forecast": "95 % chance",
    "forecast --team infra --days 14": "items or more",
    "item list": "[blocked]",
    "item list --kind project": "PRJ-",
    "who": "Vera Sandberg",
    "me": "Atlas is down",
    "runs --limit 5": "succeeded",
    "history servers/patch-server": "tell-users",
    "integration list": "pager",
    "improve": "because",
    "improve measures backup/backup-check": "runs",
    "report service-review": "## Decisions needed",
    "report service-review --customer finance": "## Attainment",
    "report cost --by process": "servers/patch-server",
    "report project PRJ-1": "Move Atlas to the new storage",
    "outbox": "as they should be",
    "doctor escalations": "nothing is missing",
    "verify --all": "as it was written",
}
FINDS = {
    "duties --missed --since 60d": "missed",
    "oncall check": "is on call and on leave",
    "gaps": "7 inputs and outputs: 1 gap",
    "docs check": "",
}
"""What ends with 1, since there is something to find."""


CHILD = """\
import contextlib, io, json, sys
from tests.then import set_clock
set_clock(sys.argv[1])
from runbook.cli import main
for words in sys.stdin.read().splitlines():
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = main.run(words.split())
    print(json.dumps([words, code, out.getvalue(), err.getvalue()]))
"""
"""Calls the program once for each line that it reads, at one time, in one process."""


def calls(folder: Path, lines: Iterable[str]) -> dict[str, tuple[int, str, str]]:
    """What comes of calls of the program at the time at which the story ends: the exit code, and what was written."""
    kept = {name: value for name, value in os.environ.items() if name not in ("RUNBOOK_HOME", "COLUMNS")}
    done = subprocess.run(
        [sys.executable, "-c", CHILD, END], cwd=folder, env={**kept, "PYTHONPATH": str(ROOT)},
        input="\n".join(lines), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert not done.returncode, done.stderr
    return {words: (code, out, err) for words, code, out, err in map(json.loads, done.stdout.splitlines())}


def test_every_report_has_something_to_say_and_there_is_something_of_everything(tmp_path):
    folder = made(tmp_path / "department", weeks=6)
    site = f"docs build --output {tmp_path / 'site'}"
    found = calls(folder, [*SAYS, *FINDS, site])

    for words, text in {**SAYS, **FINDS}.items():
        code, out, err = found[words]
        assert (code, text in out) == (int(words in FINDS), True), f"{words}\n{out}\n{err}"
    assert found[site][0] == 0, found[site]
    assert (tmp_path / "site" / "index.html").is_file()
    check_variety(folder)


def check_variety(folder: Path) -> None:
    """The journal has events of every sort, of everybody, about items of every kind."""
    journal = sqlite3.connect(folder / ".runbook" / "journal.db")
    events = {type for (type,) in journal.execute("SELECT DISTINCT type FROM stream_event")}
    people = {person for (person,) in journal.execute("SELECT DISTINCT actor FROM stream_event")}
    kinds = {kind for (kind,) in journal.execute("SELECT DISTINCT kind FROM stream")}
    journal.close()

    assert {
        "ItemHandedOver", "ItemReopened", "ItemCancelled", "ItemWaiting", "ItemBlocked", "ItemFlagged", "FlagAnswered",
        "ItemHelped", "ItemClassified", "EscalationAcknowledged", "RungFired", "ThresholdFired", "WipExceeded",
        "PlanCommitted", "DutyMissed", "UpdateSent", "MilestoneSet", "EscalationHadNoTarget",
    } <= events  # fmt: skip
    assert {"ana", "bo", "cy", "dora", "emil", "olga", "runbook"} <= people
    assert {"incident", "request", "change", "problem", "duty", "project", "project_task", "question"} <= kinds


def heads(folder: Path) -> dict[str, Any]:
    """How every stream ends, and every run without the folder that it was made in."""
    journal = sqlite3.connect(folder / ".runbook" / "journal.db")
    found: dict[str, Any] = dict(journal.execute("SELECT stream, head_hash FROM stream"))
    for run, at, type, actor, body in journal.execute("SELECT run, at, type, actor, body FROM event ORDER BY run, seq"):
        data = json.loads(body)
        data.pop("root", None)
        found.setdefault(run, []).append((at, type, actor, data))
    journal.close()
    return found


def test_the_same_seed_tells_the_same_story_and_another_one_another(tmp_path):
    first, second = (heads(made(tmp_path / name, weeks=1)) for name in ("one", "two"))
    other = heads(made(tmp_path / "other", 1, "--seed", "8"))

    assert first == second
    assert len(first) > 40
    assert first != other


def test_a_story_that_ends_in_winter_can_be_told_and_a_folder_that_is_taken_is_refused(tmp_path):
    folder = made(tmp_path / "winter", weeks=1, until="2027-01-03T11:00")
    again = subprocess.run(
        [sys.executable, ROOT / "examples/it-department/seed.py", folder], capture_output=True, text=True, check=False
    )

    assert "leave: [{from: 2026-10-" in (folder / "operations/people/ana.yaml").read_text("utf-8")
    assert (again.returncode, "has a project already" in again.stderr) == (2, True)
