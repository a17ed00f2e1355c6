"""A maintenance of forty steps is carried out by three people with logins of their own, over two restarts, and proved.

The example stands in `examples/data-centre`; the record that comes of it in `tests/cases/maintenance/`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pytest

from runbook import app
from tests.maintenance import EXAMPLE, UPS, Team, files, played, team_of
from tests.people import People

CASES = Path(__file__).parents[1] / "cases" / "maintenance"


# -- the example ------------------------------------------------------------------------------------


def test_the_example_is_what_it_is_said_to_be() -> None:
    library = app.read_all(app.Workspace(EXAMPLE))
    process = library.project.processes[UPS]
    steps = [*process.steps, *process.finally_]
    kinds = [step.kind for step in steps]
    evidence = [each for step in steps for each in step.evidence if each.required]

    assert not library.diagnostics
    assert len(steps) == 40
    assert (kinds.count("manual"), kinds.count("approval")) == (12, 3)
    assert sum(kind in ("command", "shell", "verify") for kind in kinds) == 25
    assert sum(bool(step.verifier) for step in steps) == 2
    assert sorted(each.source or "" for each in evidence) == ["", "", "", "", "file", "stdout"]
    assert any(step.performer and step.performer.same_as for step in steps)
    assert any(step.performer and step.performer.claimed_first for step in steps)
    assert len(list((EXAMPLE / "operations" / "people").glob("*.yaml"))) >= 6


# -- the story --------------------------------------------------------------------------------------


@pytest.fixture
def team(people_at_terminals: Callable[..., People]) -> Team:
    return team_of(people_at_terminals(dict(files())))


def test_three_people_maintain_it_over_two_restarts(team: Team, request: pytest.FixtureRequest) -> None:
    played(team)

    reader = team["cleo"]
    status = reader.status()
    assert status["status"] == "succeeded"
    assert [step["status"] for step in status["steps"]] == ["succeeded"] * 40
    nothing_was_done_twice(team)
    it_is_proved(team)
    for form, name in (("markdown", "record.md"), ("html", "record.txt")):
        record = reader.cli("record", "last", "--format", form).out
        golden(settled(words(record) if form == "html" else record), CASES / name, request)


def nothing_was_done_twice(team: Team) -> None:
    events = team["cleo"].events()
    over = [event["step"] for event in events if event["type"] == "StepSucceeded"]
    assert len(over) == len(set(over)) == 40
    assert not [event for event in events if event["type"] in ("StepInDoubt", "AttemptAbandoned", "StepReopened")]
    assert team.log == [
        "mute", "start-generator", "test-battery begun", "test-battery ended", "to-static", "q3 closed", "q4 open",
        "shut-down", "qb open", "q1 open", "q2 open", "q2 closed", "q1 closed", "start-rectifier", "qb closed",
        "q4 closed", "q3 open", "to-inverter", "stop-generator", "unmute",
    ]  # fmt: skip


def it_is_proved(team: Team) -> None:
    """The run, and its archive away from the project, are as they were written."""
    cleo = team["cleo"]
    archive = cleo.own / "ups.zip"
    sound = cleo.cli("verify", "last", "--json").json
    assert (sound["sound"], sound["findings"], sound["evidence"]) == (True, [], 6)
    assert cleo.cli("export", "last", "-o", archive).code == 0
    away = cleo.call(
        "-m", "runbook", "verify", archive, "--json", cwd=cleo.own, env={**cleo.environment, "RUNBOOK_HOME": ""}
    )
    assert away.returncode == 0, away.stdout + away.stderr
    assert b'"sound": true' in away.stdout


# -- the record -------------------------------------------------------------------------------------


class _Words(HTMLParser):
    """The text of a page: a line for each block, with a bar between the cells of a table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.text, self.style = "", False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.style = self.style or tag in ("style", "title")
        if tag in ("td", "th", "dd"):
            self.text += " | "
        elif tag not in ("code", "span", "strong", "em", "b", "small"):
            self.text += "\n"
        else:
            self.text += " "

    def handle_endtag(self, tag: str) -> None:
        self.style = self.style and tag not in ("style", "title")

    def handle_data(self, data: str) -> None:
        self.text += "" if self.style else data if data.strip() else " "


def words(page: str) -> str:
    parser = _Words()
    parser.feed(page)
    lines = (" ".join(line.split()).removeprefix("| ") for line in parser.text.splitlines())
    return "\n".join(line for line in lines if line) + "\n"


def settled(record: str) -> str:
    """The record with everything that differs from time to time replaced by one example of it."""
    for pattern, example in (
        (r"/\S+/project\b", "/srv/data-centre"),
        (r"\bups-maintenance-\d{4}-[a-z0-9]{4}\b", "ups-maintenance-1122-k7qd"),
        (r"\b\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "2026-11-22T09:00:00Z"),
        (r"\b\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\b", "2026-11-22 09:00:00"),
        (r"\b[0-9a-f]{64}\b", "5c1e" * 16),
        (r"\b(?:\d+ min(?: \d+ s)?|\d+(?:\.\d+)? s)\b", "2.5 s"),
    ):
        record = re.sub(pattern, example, record)
    return record


def golden(text: str, path: Path, request: pytest.FixtureRequest) -> None:
    if request.config.getoption("--update-golden"):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, "utf-8")
    assert text == path.read_text("utf-8")
