"""The example of a department, freshly made: every report, board and check has something to say of it."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

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


@pytest.fixture(scope="module")
def department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return made(tmp_path_factory.mktemp("example") / "department", weeks=6)


def runbook(folder: Path, words: str) -> subprocess.CompletedProcess[str]:
    """A call of the program at the time at which the story ends."""
    kept = {name: value for name, value in os.environ.items() if name not in ("RUNBOOK_HOME", "COLUMNS")}
    return subprocess.run(
        [sys.executable, "-m", "tests.then", END, *words.split()], cwd=folder,
        env={**kept, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_every_report_has_something_to_say(department):
    for words, text in SAYS.items():
        done = runbook(department, words)
        assert (done.returncode, text in done.stdout) == (0, True), f"{words}\n{done.stdout}\n{done.stderr}"
    for words, text in FINDS.items():
        done = runbook(department, words)
        assert (done.returncode, text in done.stdout) == (1, True), f"{words}\n{done.stdout}\n{done.stderr}"


def test_every_event_comes_from_the_engine_and_there_is_something_of_everything(department):
    journal = sqlite3.connect(department / ".runbook" / "journal.db")
    events = dict(journal.execute("SELECT type, count(*) FROM stream_event GROUP BY 1"))
    people = {person for (person,) in journal.execute("SELECT DISTINCT actor FROM stream_event")}
    kinds = {kind for (kind,) in journal.execute("SELECT DISTINCT kind FROM stream")}
    journal.close()

    assert {
        "ItemHandedOver", "ItemReopened", "ItemCancelled", "ItemWaiting", "ItemBlocked", "ItemFlagged", "FlagAnswered",
        "ItemHelped", "ItemClassified", "EscalationAcknowledged", "RungFired", "ThresholdFired", "WipExceeded",
        "PlanCommitted", "DutyMissed", "UpdateSent", "MilestoneSet", "EscalationHadNoTarget",
    } <= {*events}  # fmt: skip
    assert {"ana", "bo", "cy", "dora", "emil", "olga", "runbook"} <= people
    assert {"incident", "request", "change", "problem", "duty", "project", "project_task", "question"} <= kinds


def test_the_site_is_built_of_it(department, tmp_path):
    done = runbook(department, f"docs build --output {tmp_path / 'site'}")

    assert done.returncode == 0, done.stderr
    assert (tmp_path / "site" / "index.html").is_file()


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
