"""Runs as pages of the site, from real runs: what was done, when and by whom, and nothing that is confidential."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from html import unescape
from pathlib import Path

import pytest

from runbook import app
from runbook.app.site import build_site
from tests.cli.conftest import Desk
from tests.cli.conftest import project as project  # noqa: PLC0414  # a fixture
from tests.cli.test_cli_confidential import SECRET, answered
from tests.cli.test_cli_confidential import office as office  # noqa: PLC0414  # a fixture
from tests.cli.test_cli_people import Office

Make = Callable[[Mapping[str, str]], Desk]

PROCESS = """\
runbook: 1
title: Swap the <disk>
practice: service-management
tags: [disks, hardware]
review: {every: 30d, last: "2026-01-01"}
roles: {operator: {}}
inputs: {bay: {type: integer}}
steps:
  - {id: look, title: Look, shell: 'echo OUTPUT-WORD {{ inputs.bay }}'}
  - {id: label, title: Label it, manual: Write the label}
  - {id: photo, title: Photo, manual: {text: Take one, fields: {serial: {}}}}
  - {id: may, title: May it go on, approval: operator}
"""


def files(runs: str) -> dict[str, str]:
    return {
        "runbook.yaml": f"runbook: 1\ntitle: Disks\ndocs: {{runs: {runs}, base_url: 'https://ops.example.org/x'}}\n",
        "processes/disks/group.yaml": "title: Disks\nowner: storage\n",
        "processes/disks/swap.yaml": PROCESS,
        "processes/disks/never.yaml": "runbook: 1\ntitle: Never\nsteps: [{id: a, title: A, manual: A}]\n",
    }


def built(desk: Desk, name: str = "site") -> Path:
    """The folder of the site, built from the project as it stands."""
    workspace = app.Workspace(desk.folder, None, desk.home)
    folder = desk.folder / name
    build_site(workspace, app.read_all(workspace), folder, lambda count: None)
    return folder


def text(page: Path) -> str:
    """What of a page is to be read in it, on one line."""
    main = page.read_text("utf-8").partition('<main id="content"')[2].partition("</main>")[0].partition(">")[2]
    return " ".join(unescape(re.sub("<[^>]+>", " ", main)).split())


def swapped(desk: Desk, bay: int = 70_707) -> str:
    """A run in which a step was skipped, a file kept and an approval given."""
    run = desk.begin("disks/swap", bay=bay)
    photo = desk.folder.parent / "lamp<b>.txt"
    photo.write_text("FILE-WORD")
    assert desk.cli("answer", run, "label", "skipped", "--reason", "No <b>tape</b>").code in (0, 4)
    assert desk.cli("attach", run, "photo", photo).code == 0
    assert desk.cli("answer", run, "photo", "done", "-f", "serial=ANSWER-WORD").code in (0, 4)
    approved = desk.cli("approve", run, "may")
    assert approved.code in (0, 4), approved.err
    desk.cli("resume", run, "--yes")
    return run


def test_a_run_is_a_page_with_how_it_went_and_without_what_was_filled_in(project: Make) -> None:
    desk = project(files("true"))
    run = swapped(desk)

    page = built(desk) / "runs" / f"{run}.html"

    told = text(page)
    assert "Swap the <disk> succeeded" in told
    assert "No <b>tape</b>" in told
    assert re.search(r"label was skipped by \S+: No <b>tape</b>", told)
    assert re.search(r"1 Look look \S+ \d{4}-\d\d-\d\d \d\d:\d\d:\d\d \S+ s succeeded", told)
    assert re.search(r"May it go on \S+ operator approved", told)
    assert re.search(r"photo lamp_b_\.txt|photo lamp<b>\.txt", told)
    assert re.search(r"\b[0-9a-f]{64}\b", told)
    whole = page.read_text("utf-8")
    assert "<b>" not in whole
    for word in ("OUTPUT-WORD", "FILE-WORD", "ANSWER-WORD", "70707"):
        assert word not in whole
    assert 'href="../processes/disks/swap.html"' in whole


def test_the_list_leads_to_the_newest_runs_those_under_way_first(project: Make) -> None:
    desk = project(files("2"))
    first, open, last = swapped(desk), desk.begin("disks/swap", bay=2), swapped(desk)

    site = built(desk)

    assert {each.stem for each in (site / "runs").iterdir()} == {"index", open, last}
    told = text(site / "runs" / "index.html")
    assert told.index(open) < told.index(last)
    assert first not in told
    process = (site / "processes" / "disks" / "swap.html").read_text("utf-8")
    assert f'href="../../runs/{last}.html"' in process
    assert f"<code>{first}</code>" in process


def test_no_run_is_a_page_unless_the_project_wants_it(project: Make) -> None:
    desk = project(files("false"))
    swapped(desk)

    site = built(desk)

    assert not (site / "runs").exists()
    assert "runs/" not in (site / "index.html").read_text("utf-8")


def test_a_run_of_an_older_version_says_so(project: Make) -> None:
    desk = project(files("true"))
    run = swapped(desk)
    assert "It has changed since" not in text(built(desk) / "runs" / f"{run}.html")

    (desk.folder / "processes/disks/swap.yaml").write_text(PROCESS.replace("Write the label", "Write it"))

    assert "It has changed since this run." in text(built(desk) / "runs" / f"{run}.html")


@pytest.mark.parametrize("outcome", ["done", "failed"])
def test_what_is_confidential_is_on_no_page_whoever_builds(office: Office, outcome: str) -> None:
    settings = office.desk.folder / "runbook.yaml"
    settings.write_text(settings.read_text() + "docs: {runs: true}\n")
    run = answered(office, outcome)

    site = built(office.desk)

    assert run in text(site / "runs" / f"{run}.html")
    for page in site.rglob("*"):
        assert page.is_dir() or SECRET not in page.read_text("utf-8")


def test_programs_find_every_procedure_with_its_proof(project: Make) -> None:
    desk = project(files("false"))
    run = swapped(desk)

    told = json.loads((built(desk) / "api" / "processes.json").read_text("utf-8"))["processes"]

    assert [each["id"] for each in told] == ["disks/never", "disks/swap"]
    never, swap = told
    assert (never["last_run"], never["last_success"], never["freshness"]) == (None, None, "never")
    assert (swap["last_run"]["run"], swap["last_run"]["status"], swap["last_success"]["run"]) == (run, "succeeded", run)
    assert {name: swap[name] for name in ("title", "url", "owner", "practice", "tags", "review_due", "freshness")} == {
        "title": "Swap the <disk>",
        "url": "https://ops.example.org/x/processes/disks/swap.html",
        "owner": "storage",
        "practice": "service-management",
        "tags": ["disks", "hardware"],
        "review_due": "2026-01-31",
        "freshness": "fresh",
    }
    assert re.fullmatch("[0-9a-f]{64}", swap["version"])
