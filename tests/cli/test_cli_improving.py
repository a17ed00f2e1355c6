"""`runbook improve`, `report service-review`, `report cost` and `slo export`, as people use them."""

from __future__ import annotations

import datetime
import json
import sqlite3
import subprocess
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from runbook.instants import instant, later
from runbook.journal.codec import content_hash
from runbook.journal.sqlite import Journal
from runbook.run.events import Event, Recorded
from tests.cli.conftest import Desk

PROCESS = """\
runbook: 1
title: Restart the web server
roles:
  operator: {summary: Does the work}
steps:
  # always first
  - id: drain
    title: Drain it  # of all users
    role: operator
    manual: Drain it.

  - id: restart
    title: Restart it
    manual: {text: Restart it., fields: {seen: {title: What was seen}}}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: T\n",
    "processes/web/group.yaml": "title: Web\nowner: platform\n",
    "processes/web/restart.yaml": PROCESS,
    "operations/policies/capacity.yaml": "rates: {operator: 80}\n",
    "operations/people/ana.yaml": "name: Ana Berg\nroles: [operator]\n",
    "operations/people/bo.yaml": "name: Bo Lind\nroles: [operator]\n",
}
BODY = '{"a":"definition"}'


def git(root: Path, *words: str) -> None:
    subprocess.run(
        ["git", "-c", "user.name=Ana", "-c", "user.email=a@example.com", *words], cwd=root, check=True,
        capture_output=True,
    )  # fmt: skip


@pytest.fixture
def made(project: Callable[[Mapping[str, str]], Desk]) -> Desk:
    """The project in git, with twenty runs in which people skipped the first step."""
    desk = project(FILES)
    git(desk.folder, "init", "-q")
    git(desk.folder, "add", ".")
    git(desk.folder, "commit", "-q", "-m", "Begin")
    past(desk, 20, skipped=True)
    return desk


def past(desk: Desk, many: int, skipped: bool, days: float = -0.1, name: str = "r") -> None:
    """Runs as the journal holds them, the last one so many days from now."""
    desk.home.mkdir(mode=0o700, parents=True, exist_ok=True)
    journal = Journal(desk.home / "journal.db")
    now = instant(datetime.datetime.now(datetime.UTC))
    begun = {}
    for number in range(many):
        run = f"{name}-{number}"
        journal.create(run, "web/restart", content_hash(BODY), BODY, "ana")
        with journal.write(run) as transaction:
            at = later(now, (days - number / 4 if days < 0 else days) * 86_400 + number * 60 * (days >= 0))
            transaction.append(list(_events(run, at, skipped, number)), "succeeded")
        begun[run] = at
    journal.close()
    with sqlite3.connect(desk.home / "journal.db") as db:  # runs begin when they are written; these did before, or will
        db.executemany("UPDATE run SET started_at = ? WHERE run = ?", ((at, run) for run, at in begun.items()))
    db.close()


def _events(run: str, at: str, skipped: bool, number: int, restart: float = 30) -> Iterator[Recorded]:
    who = ("ana", "bo")[number % 2]

    def told(seq: int, minutes: float, type: str, step: str | None = None, **data: Any) -> Recorded:
        return Recorded(seq, later(at, minutes * 60), who, Event(type, step, 1 if step else None, data), "host")

    waiting = {"for": "person", "kind": "manual", "title": "Drain", "prompt": {}}
    done = {"by": who, "outcome": "skipped" if skipped else "done"}
    yield told(1, 0, "RunStarted", run=run, process="web/restart", definition=content_hash(BODY), inputs={}, root="")
    yield told(2, 0, "StepStarted", "drain")
    yield told(3, 0, "StepWaiting", "drain", **waiting)
    reason = {"reason": "nobody is there"} if skipped else {"outputs": {}, "answers": {}}
    yield told(4, 5, "StepSkipped" if skipped else "StepSucceeded", "drain", reply=done, **reason)
    yield told(5, 5, "StepStarted", "restart")
    yield told(6, 5, "StepWaiting", "restart", **waiting)
    yield told(7, 5 + restart, "StepSucceeded", "restart", reply={"by": who, "outcome": "done"}, outputs={}, answers={})
    yield told(8, 5 + restart, "RunSucceeded", outputs={})


def evenings(desk: Desk, many: int, nights: int) -> None:
    """Runs of half an hour's work each, of which so many were begun shortly before five and ended the next morning."""
    today = datetime.datetime.now(datetime.UTC).date()
    journal = Journal(desk.home / "journal.db")
    begun = {}
    for number in range(many):
        run, night = f"e-{number}", number < nights
        day = today - datetime.timedelta(days=3 + number)
        at = f"{day}T{'16:45' if night else '10:00'}:00.000Z"
        journal.create(run, "web/restart", content_hash(BODY), BODY, "ana")
        with journal.write(run) as transaction:
            transaction.append(list(_events(run, at, False, number, 16.5 * 60 if night else 30)), "succeeded")
        begun[run] = at
    journal.close()
    with sqlite3.connect(desk.home / "journal.db") as db:
        db.executemany("UPDATE run SET started_at = ? WHERE run = ?", ((at, run) for run, at in begun.items()))
    db.close()


def suggestion(desk: Desk, rule: str = "dead-step") -> dict[str, Any]:
    found = desk.cli("improve", "--json").json["suggestions"]
    only: dict[str, Any] = next(each for each in found if each["rule"] == rule)
    return only


def test_a_suggestion_tells_its_evidence_and_a_diff_of_the_file(made: Desk) -> None:
    shown = made.cli("improve", "--process", "web/restart")

    assert shown.code == 0
    assert "make `drain` conditional, or take it out" in shown.out
    assert "people skipped it 20 of 20 times" in shown.out
    assert "+    when: inputs.with_drain" in shown.out
    assert f"runbook improve accept {suggestion(made)['id']}" in shown.out
    assert (made.folder / "processes/web/restart.yaml").read_text() == PROCESS


def test_an_accepted_patch_is_in_the_working_tree_keeps_comments_and_is_valid(made: Desk) -> None:
    done = made.cli("improve", "accept", suggestion(made)["id"])

    text = (made.folder / "processes/web/restart.yaml").read_text()
    assert (done.code, "changed: processes/web/restart.yaml" in done.out) == (0, True)
    assert "with_drain: {type: boolean" in text
    assert "    when: inputs.with_drain\n" in text
    for comment in ("# always first", "# of all users"):
        assert comment in text
    assert made.cli("validate").code == 0
    log = subprocess.run(["git", "log", "--oneline"], cwd=made.folder, check=True, capture_output=True).stdout
    assert len(log.splitlines()) == 1  # nothing was committed
    (only,) = made.cli("improve", "compare", "--json").json
    assert (only["rule"], only["before"], only["verdict"]) == ("dead-step", 1.0, "too early")


def test_accepting_is_refused_when_the_file_has_changed_since(made: Desk) -> None:
    id = suggestion(made)["id"]
    file = made.folder / "processes/web/restart.yaml"
    file.write_text(PROCESS.replace("text: Restart it.", "text: Restart it now."))
    git(made.folder, "commit", "-aqm", "Otherwise")

    refused = made.cli("improve", "accept", id)

    assert refused.code == 2
    assert f"`processes/web/restart.yaml` has changed since `{id}` was suggested" in refused.err
    assert "when:" not in file.read_text()
    assert made.cli("improve", "compare", "--json").json == []
    assert made.cli("improve", "accept", suggestion(made)["id"]).code == 0


def test_accepting_is_refused_when_the_file_has_changes_that_are_not_committed(made: Desk) -> None:
    file = made.folder / "processes/web/restart.yaml"
    file.write_text(f"{PROCESS}# mine\n")
    before = file.read_text()

    refused = made.cli("improve", "accept", suggestion(made)["id"])

    assert refused.code == 2
    assert "has changes that are not committed" in refused.err
    assert file.read_text() == before
    assert made.cli("improve", "compare", "--json").json == []


def test_accepting_is_refused_without_git_and_twice(made: Desk, project: Callable[[Mapping[str, str]], Desk]) -> None:
    id = suggestion(made)["id"]
    (made.folder / ".git").rename(made.folder / "git")
    refused = made.cli("improve", "accept", id)
    assert (refused.code, "is not kept in git" in refused.err) == (2, True)
    (made.folder / "git").rename(made.folder / ".git")
    assert made.cli("improve", "accept", id).code == 0

    again = made.cli("improve", "accept", id)

    assert again.code == 2
    assert len(made.cli("improve", "compare", "--json").json) == 1


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("accept", "rework-000000"), "there is no suggestion"),
        (("--process", "web/none"), "there is no process `web/none`"),
        (("measures", "web/none"), "there is no process `web/none`"),
        (("--process", "web/restart", "compare"), "stands before `compare`"),
    ],
)
def test_what_can_not_be_is_refused(made: Desk, words: tuple[str, ...], why: str) -> None:
    refused = made.cli("improve", *words)

    assert refused.code == 2
    assert why in refused.err


def test_a_suggestion_without_a_patch_names_what_to_call(made: Desk) -> None:
    stale = suggestion(made, "stale-doc")

    refused = made.cli("improve", "accept", stale["id"])

    assert stale["diff"] == ""
    assert refused.code == 2
    assert "has no patch" in refused.err
    assert 'runbook item open "Look over web/restart" --kind duty' in refused.err


def test_what_has_moved_is_told_and_makes_the_process_an_improving_one(made: Desk) -> None:
    assert made.cli("improve", "accept", suggestion(made)["id"]).code == 0
    git(made.folder, "commit", "-aqm", "As suggested")
    past(made, 20, skipped=False, days=0.001, name="after")

    shown = made.cli("improve", "compare")

    assert shown.out.startswith("moved      dead-step-")
    assert "went from 100 % to 0 % (20 cases)" in " ".join(shown.out.split())
    told = made.cli("maturity", "web/restart", "--json").json
    assert "`dead-step` was accepted" in json.dumps(told)


def test_the_policy_of_the_department_turns_rules_off(made: Desk) -> None:
    policy = made.folder / "operations/policies/improve.yaml"
    policy.write_text("rules:\n  automate: {off: true}\n  dead-step: {off: true}\n  stale-doc: {deviations: 100%}\n")

    assert made.cli("validate").code == 0
    assert made.cli("improve", "--json").json["suggestions"] == []
    policy.write_text("rules:\n  dead-step: {off: true, share: 10%}\n  ded-step: {}\n")
    wrong = made.cli("validate")
    assert wrong.code == 1
    assert "ded-step" in wrong.out + wrong.err


def test_a_limit_of_a_rule_that_is_off_is_found(made: Desk) -> None:
    (made.folder / "operations/policies/improve.yaml").write_text("rules:\n  rework: {off: true, share: 10%}\n")

    found = made.cli("validate")

    assert "RB385" in found.out
    assert "`rework` is off, so that `share` says nothing" in found.out


def test_the_measures_of_a_process_are_shown(made: Desk) -> None:
    shown = made.cli("improve", "measures", "web/restart").out
    told = made.cli("improve", "measures", "web/restart", "--json").json

    assert "20 runs" in shown
    assert "ana 10, bo 10" in shown
    assert (told["runs"], told["completion"], told["skipped"], told["deviations"]) == (20, 1.0, 0.5, 1.0)
    assert told["hours"] == pytest.approx(10.0)
    assert told["cost"] == pytest.approx(800.0)


def test_a_night_in_a_step_is_no_work_where_the_hours_of_people_are_written(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    desk = project(FILES)
    desk.cli("item", "open", "x")  # so that there is a journal
    evenings(desk, 20, nights=6)
    by_the_wall = desk.cli("improve", "--json").json["suggestions"]
    office = desk.folder / "operations" / "calendars" / "office.yaml"
    office.parent.mkdir()
    office.write_text("timezone: UTC\nhours: {all: ['09:00-17:00']}\n")

    told = desk.cli("improve", "measures", "web/restart", "--json").json

    assert [each["touch"] for each in told["steps"] if each["step"] == "restart"] == [[30 * 60, 30 * 60]]
    assert told["hours"] == pytest.approx(20 * 35 / 60)
    assert "split" in {each["rule"] for each in by_the_wall}
    assert "split" not in {each["rule"] for each in desk.cli("improve", "--json").json["suggestions"]}


def test_nothing_is_suggested_where_nothing_has_happened(project: Callable[[Mapping[str, str]], Desk]) -> None:
    desk = project(FILES)

    assert "Nothing of the last 90 days says" in desk.cli("improve").out
    assert desk.cli("improve", "compare").out == "No suggestion was accepted yet.\n"
    assert desk.cli("report", "cost").out == "Nobody was at anything in the last 90 days.\n"
    assert not (desk.home / "journal.db").exists()


def test_costs_are_told_by_what_is_asked_for(made: Desk) -> None:
    by_process = made.cli("report", "cost", "--json").json["costs"]
    by_person = made.cli("report", "cost", "--by", "person", "--json").json["costs"]

    assert by_process == [
        {"name": "web/restart", "items": 0, "runs": 20, "hours": 10.0, "cost": 800.0, "without_rate": []}
    ]
    assert [(each["name"], each["hours"], each["cost"]) for each in by_person] == [
        ("ana", 5.0, 400.0),
        ("bo", 5.0, 400.0),
    ]
    (made.folder / "operations/policies/capacity.yaml").write_text("planned_days_target: 2\n")
    shown = made.cli("report", "cost").out
    assert "No rate is known of ana, bo" in shown


def test_the_review_of_this_month_tells_concerns_causes_and_what_is_to_decide(made: Desk) -> None:
    month = datetime.datetime.now(datetime.UTC).strftime("%Y-%m")
    made.cli("item", "open", "Mail is down", "--severity", "critical", "--requester", "finance")
    made.cli("item", "assign", "INC-1", "ana")
    made.cli("item", "move", "INC-1", "doing")
    made.cli("item", "resolve", "INC-1", "restarted", "--proof", "seen", "--cause", "disk full")
    made.cli("item", "open", "New switch", "--kind", "change")
    made.cli("item", "open", "Printer jams", "--requester", "sales")
    made.cli("item", "flag", "INC-2", "It comes | back")
    made.cli("item", "flag", "CHG-1", "No `<b>` and *no* plan")

    text = made.cli("report", "service-review", "--month", month).out
    told = made.cli("report", "service-review", "--month", month, "--json").json
    of_finance = made.cli("report", "service-review", "--month", month, "--customer", "finance", "--json").json

    assert text.startswith(f"# Service review {month}\n\nItems: 3 opened, 1 resolved")
    assert "INC-2 Printer jams: It comes \\| back, by" in text
    assert "- CHG-1: answer the concern c1: No `<b>` and \\*no\\* plan" in text
    assert "| disk full | 1 |" in text
    assert "CHG-1 New switch (no date)" in text
    assert any(each.startswith("INC-2: answer the concern c1") for each in told["decisions"])
    assert [each["attainment"] for each in told["attainment"] if each["clock"] == "resolve"] == [1.0]
    assert (of_finance["opened"], of_finance["customer"], of_finance["changes"]) == (1, "finance", [])


def test_a_review_is_written_to_a_file_and_a_month_that_is_none_is_refused(made: Desk) -> None:
    written = made.cli("report", "service-review", "-o", made.folder / "review.md")

    assert written.code == 0
    assert (made.folder / "review.md").read_text().startswith("# Service review ")
    for month in ("soon", "2099-01", "2026-13"):
        assert made.cli("report", "service-review", "--month", month).code == 2
    assert made.cli("report", "service-review", "-o", made.folder / "none" / "x.md").code != 0


def test_agreements_are_written_as_objects_of_open_slo(made: Desk) -> None:
    (made.folder / "operations/services").mkdir()
    (made.folder / "operations/services/mail.yaml").write_text("title: Mail\nowner: ana\nsummary: All mail.\n")
    found = list(yaml.safe_load_all(made.cli("slo", "export").out))

    assert found == made.cli("slo", "export", "--json").json
    assert {each["apiVersion"] for each in found} == {"openslo/v1"}
    service, *objectives = found
    assert (service["kind"], service["metadata"]["name"]) == ("Service", "mail")
    assert {each["metadata"]["name"] for each in objectives} == {
        "mail-default-respond", "mail-default-resolve", "mail-default-update",
    }  # fmt: skip
    for each in objectives:
        spec = each["spec"]
        assert (spec["budgetingMethod"], spec["service"]) == ("Occurrences", "mail")
        assert spec["objectives"][0]["target"] == 0.95
        assert {"good", "total", "counter"} == set(spec["indicator"]["spec"]["ratioMetric"])
