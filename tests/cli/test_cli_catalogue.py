"""The catalogue at the command line: scope, gaps, maturity and the scorecard, and processes that are only listed."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk

Make = Callable[[Mapping[str, str]], Desk]

RESTORE = """\
runbook: 1
title: Restore a file
owner: bo
backup_owner: cy
service: backup
kind: request
review: {every: 300d, last: "2026-10-01"}
roles: {operator: {summary: Does it}}
interfaces:
  inputs: [{name: backup set list, from: storage/lists}]
  outputs: [{name: restored file, to: finance, within: 4h}]
steps:
  - {id: copy, title: Copy it, why: To have it back., idempotent: true, shell: 'exit {{ inputs.code }}'}
  - id: look
    title: Look at it
    manual: {text: Open it., fields: {size: {type: integer}}}
inputs: {code: {type: integer, default: 0}}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Kept\n",
    "operations/department.yaml": (
        "id: it-support\ncharter: Servers and backups for the project.\nowner: ana\n"
        "customers: [atlas, {id: finance, needs: [{name: restored file, within: 2h}]}]\n"
        "in_scope: [servers, backups]\n"
        "out_of_scope:\n  - {what: application code defects, route_to: atlas}\n"
        "out_of_scope_policy: accept\n"
    ),
    "operations/services/backup.yaml": "owner: bo\ntier: 1\ndepends_on: [storage]\n",
    "operations/services/storage.yaml": "owner: cy\n",
    "operations/people/ana.yaml": "name: Ana\n",
    "operations/people/bo.yaml": "name: Bo\n",
    "operations/people/cy.yaml": "name: Cy\n",
    "processes/backup/group.yaml": "title: Backup\nowner: bo\n",
    "processes/backup/restore.yaml": RESTORE,
    "processes/backup/rotate.yaml": "runbook: 1\ntitle: Rotate the backups\nowner: bo\n",
}


@pytest.fixture(autouse=True)
def _wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """A terminal in which every line has room."""
    monkeypatch.setenv("COLUMNS", "120")


@pytest.fixture
def desk(project: Make) -> Desk:
    return project(FILES)


def test_the_scope_is_a_tree_of_what_is_covered_and_by_what(desk: Desk) -> None:
    shown = desk.cli("scope")

    assert shown.code == 0
    assert shown.out.splitlines() == [
        "it-support · owner ana",
        "  Servers and backups for the project.",
        "  for atlas, finance",
        "",
        "In scope",
        "├─ servers",
        "│  └─ nobody takes care of it yet",
        "└─ backups",
        "   ├─ service backup",
        "   └─ 2 processes",
        "",
        "Out of scope · work of others is taken on",
        "└─ application code defects → atlas",
        "",
        "Services",
        "├─ backup (tier 1, owner bo, needs storage)",
        "│  └─ backup/restore  Restore a file  (bo, request)",
        "├─ storage (tier 3, owner cy)",
        "│  └─ no process yet",
        "└─ in no service",
        "   └─ backup/rotate  Rotate the backups  (bo; listed only, steps not written yet)",
    ]
    told = desk.cli("scope", "--json").json
    assert told["not_covered"] == ["servers"]
    assert told["services"][0]["processes"] == ["backup/restore"]


def test_work_without_a_process_is_drift(desk: Desk) -> None:
    desk.cli("item", "open", "Defect of the application", "--out-of-scope")
    desk.cli("item", "open", "More room", "--kind", "request", "--service", "storage")
    desk.cli("item", "open", "Room for logs", "--kind", "request", "--service", "storage")
    desk.cli("item", "open", "Get a file back", "--kind", "request", "--process", "backup/restore")

    shown = desk.cli("scope", "drift")

    assert shown.out.splitlines() == [
        "2 storage (no process): REQ-1, REQ-2",
        "1 application code defects (out of scope): INC-1",
    ]
    assert [each["count"] for each in desk.cli("scope", "drift", "--since", "90d", "--json").json] == [2, 1]
    assert (
        desk.cli("scope", "drift", "--since", "2036-01-01").out == "All work belongs to a process of the catalogue.\n"
    )


def test_an_option_before_the_command_it_is_for_is_refused(desk: Desk) -> None:
    refused = desk.cli("scope", "--json", "drift")

    assert (refused.code, refused.out) == (2, "")
    assert "`--json` stands before `drift`" in refused.err


def test_gaps_are_told_and_end_with_1(desk: Desk) -> None:
    shown = desk.cli("gaps")

    assert shown.code == 1
    assert shown.out.splitlines() == [
        "backup/restore: backup set list: nobody gives it: nobody knows `storage/lists`",
        "  = list them under `suppliers`, or name somebody else",
        "backup/restore: restored file: slower than needed: it comes within 4h, and `finance` needs it within 2h",
        "  = agree on one time",
        "",
        "2 inputs and outputs: 2 gaps",
    ]
    assert [each["sort"] for each in desk.cli("gaps", "--json").json] == ["unsupplied", "too-slow"]


def test_without_gaps_it_ends_with_0(project: Make) -> None:
    fits = RESTORE.replace("from: storage/lists", "from: ana").replace("within: 4h", "within: 1h")
    desk = project({**FILES, "processes/backup/restore.yaml": fits})

    shown = desk.cli("gaps")

    assert (shown.code, shown.out) == (0, "2 inputs and outputs: they fit together\n")


def done(desk: Desk, times: int, code: int = 0) -> None:
    """So many runs of the process, to their end."""
    for _ in range(times):
        run = desk.begin("backup/restore", code=code)
        if not code:
            desk.cli("answer", run, "look", "done", "-f", "size=3")


def test_the_ladder_of_maturity_is_climbed_by_writing_and_by_running(desk: Desk) -> None:
    told = desk.cli("maturity", "--json").json

    assert {each["process"]: each["name"] for each in told["processes"]} == {
        "backup/restore": "documented",
        "backup/rotate": "grouped",
    }
    assert told["department"] == "grouped"

    done(desk, 5)

    shown = desk.cli("maturity")
    assert shown.out.splitlines()[:2] == [
        "4 Measured    backup/restore  no change of it has made its runs quicker, or fail less often",
        "2 Grouped     backup/rotate   its steps are not written yet",
    ]
    assert "The department stands at 2 Grouped: every process has come that far." in shown.out


def test_the_scorecard_fails_under_a_score_and_names_what_is_missing(desk: Desk) -> None:
    done(desk, 1)

    shown = desk.cli("scorecard", "--fail-under", "9")
    whole = desk.cli("scorecard", "backup/restore", "--fail-under", "9")

    assert shown.code == 1
    assert "1 of 2 pass fewer than 9 checks" in shown.out
    assert "     ✗ documented: its steps are not written yet" in shown.out
    assert (whole.code, whole.out) == (0, "9/9  backup/restore  Restore a file\n")
    told = desk.cli("scorecard", "--json").json
    assert [(each["process"], each["score"]) for each in told] == [("backup/restore", 9), ("backup/rotate", 4)]


def test_evidence_that_somebody_left_out_costs_a_point(desk: Desk) -> None:
    run = desk.begin("backup/restore")
    desk.cli("answer", run, "look", "skipped", "--reason", "no time")

    told = desk.cli("scorecard", "backup/restore", "--json").json[0]

    assert told["failed"] == {"evidence": f"somebody left out a step that asks for evidence in {run}"}


def test_failures_cost_a_point(desk: Desk) -> None:
    done(desk, 1, code=1)

    told = desk.cli("scorecard", "backup/restore", "--json").json[0]

    assert told["failed"] == {"failures": "1 of 1 runs failed"}


def test_an_unknown_process_is_refused_everywhere(desk: Desk) -> None:
    for command in ("maturity", "scorecard"):
        refused = desk.cli(command, "backup/restor")
        assert (refused.code, refused.out) == (2, "")
        assert "did you mean `backup/restore`?" in refused.err


def test_a_broken_process_is_left_out_and_told(project: Make) -> None:
    desk = project({**FILES, "processes/backup/bad.yaml": "runbook: 1\ntitle: [\n"})

    assert "backup/bad is left out: see `runbook validate`" in desk.cli("scope").out
    assert "backup/bad is left out: see `runbook validate`" in desk.cli("maturity").out
    assert desk.cli("scorecard", "--fail-under", "1").code == 1


def test_without_a_department_there_is_still_a_catalogue(project: Make) -> None:
    kept = {path: text for path, text in FILES.items() if not path.startswith("operations")}
    desk = project(kept)

    shown = desk.cli("scope")

    assert shown.out.splitlines()[:2] == [
        "Catalogue",
        "  no department is described: write `operations/department.yaml`",
    ]
    assert desk.cli("validate").code == 0


@pytest.mark.parametrize(
    "words",
    [
        ("run", "backup/rotate"),
        ("run", "backup/rotate", "--yes"),
        ("run", "backup/rotate", "--json"),
        ("run", "backup/rotate", "--dry-run"),
        ("run", "backup/rotate", "--instructions"),
        ("print", "backup/rotate"),
        ("graph", "backup/rotate"),
    ],
    ids=" ".join,
)
def test_a_process_that_is_only_listed_is_not_carried_out(desk: Desk, words: tuple[str, ...]) -> None:
    refused = desk.cli(*words)

    assert refused.code == 2
    assert "`backup/rotate` is only listed: its steps are not written yet" in refused.err
    assert "write `steps` in processes/backup/rotate.yaml" in refused.err
    assert desk.cli("runs", "--json").json == []


def test_a_process_that_is_only_listed_is_valid_and_stands_in_the_list(desk: Desk) -> None:
    assert desk.cli("validate", "--level", "warning").code == 0
    assert "backup/rotate   Rotate the backups  (bo; listed only, steps not written yet)" in desk.cli("list").out
    assert [each["listed_only"] for each in desk.cli("list", "--json").json] == [False, True]
    assert "Steps:     not written yet: it is only listed" in desk.cli("show", "backup/rotate").out
    assert "**Steps** | not written yet: it is only listed" in desk.cli("render", "backup/rotate").out


def test_a_process_is_listed_with_one_command(desk: Desk) -> None:
    added = desk.cli("new", "backup/test-tapes", "--listed")

    assert added.code == 0
    text = (desk.folder / "processes/backup/test-tapes.yaml").read_text("utf-8")
    assert "title: Test tapes\n" in text
    assert "steps:" not in text
    told = desk.cli("maturity", "backup/test-tapes", "--json").json["processes"][0]
    assert (told["name"], told["wanting"]) == ("grouped", ["its steps are not written yet"])
    refused = desk.cli("new", "backup/other", "--listed", "--steps", "Do it")
    assert (refused.code, refused.err.splitlines()[0]) == (2, "runbook: a process that is only listed has no steps")


def test_services_in_a_circle_and_unknown_names_are_found(project: Make) -> None:
    desk = project(
        {
            **FILES,
            "operations/department.yaml": FILES["operations/department.yaml"].replace("owner: ana", "owner: anna"),
            "operations/services/storage.yaml": "owner: cy\ndepends_on: [backup, netwrk]\n",
            "operations/services/network.yaml": "id: net\nowner: noc\n",
        }
    )

    checked = desk.cli("validate", "--level", "warning")

    assert checked.code == 1
    for code, message in (
        ("RB350", "there is neither a person nor a team `anna`"),
        ("RB350", "there is neither a person nor a team `noc`"),
        ("RB352", "there is no service `netwrk`"),
        ("RB352", "the id `net` is not the name of the file"),
        ("RB353", "services depend on each other in a circle: `backup` → `storage` → `backup`"),
    ):
        assert any(code in line and message in line for line in checked.out.splitlines()), message


def test_a_route_that_leads_to_nobody_is_found(project: Make) -> None:
    department = FILES["operations/department.yaml"].replace("route_to: atlas", "route_to: atlsa")
    desk = project({**FILES, "operations/department.yaml": department})

    assert "RB351 unknown-route" in desk.cli("validate").out


def page(desk: Desk, name: str) -> str:
    """A page of the site, without its tags and with one space between words."""
    built = desk.cli("docs", "build", "--output", desk.home.parent / "site", "--strict")
    assert built.code == 0, built.err
    text = (desk.home.parent / "site" / name).read_text("utf-8")
    return " ".join(re.sub(r"<[^>]*>", " ", text.split("<main", 1)[1].split("</main>")[0]).split())


def test_the_site_has_a_page_of_the_catalogue(desk: Desk) -> None:
    done(desk, 5)

    text = page(desk, "catalogue.html")

    assert "Servers and backups for the project." in text
    assert "servers: nobody takes care of it yet" in text
    assert "Work of others is taken on. application code defects → atlas" in text
    assert "Backup 1 bo storage Restore a file" in text
    assert "4 Measured 1" in text
    assert "Rotate the backups 2 Grouped steps that say what, why, by whom and with which result" in text
    assert "Restore a file 4 Measured a change after which it is quicker, or fails less often" in text


def test_the_page_of_a_listed_process_says_so_and_offers_no_run(desk: Desk) -> None:
    text = page(desk, "processes/backup/rotate.html")

    assert "It is only listed: its steps are not written yet." in text
    assert "Start" not in text
    assert "runbook run" not in text


def test_the_page_of_a_process_leads_to_its_service(desk: Desk) -> None:
    page(desk, "catalogue.html")
    text = (desk.home.parent / "site/processes/backup/restore.html").read_text("utf-8")

    assert re.search(r'<dt>Service</dt><dd><a href="../../catalogue.html#service-backup">backup</a>', text)


def test_a_project_without_a_department_has_no_such_page(project: Make) -> None:
    desk = project({path: text for path, text in FILES.items() if not path.startswith("operations")})

    desk.cli("docs", "build", "--output", desk.home.parent / "site")

    assert not (desk.home.parent / "site/catalogue.html").exists()
    assert "catalogue.html" not in (desk.home.parent / "site/index.html").read_text("utf-8")


def test_what_an_author_wrote_neither_moves_the_cursor_nor_becomes_a_tag(project: Make) -> None:
    evil = r'"<script>alert(1)</script>\e[2J\u202E"'
    department = (
        f"id: it-support\ncharter: {evil}\nowner: ana\nin_scope: [{evil}]\n"
        f"out_of_scope:\n  - {{what: {evil}, route_to: ana}}\n"
    )
    service = f"owner: bo\ntitle: {evil}\nsummary: {evil}\n"
    desk = project({**FILES, "operations/department.yaml": department, "operations/services/backup.yaml": service})

    for words in (("scope",), ("gaps",), ("maturity",), ("scorecard",), ("validate",)):
        shown = desk.cli(*words)
        assert shown.code != 3
        assert not {"\x1b", "\u202e"} & set(shown.out + shown.err), words
    desk.cli("docs", "build", "--output", desk.home.parent / "site")
    text = (desk.home.parent / "site/catalogue.html").read_text("utf-8")
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert" in text
