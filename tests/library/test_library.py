"""Every process of the library is valid, runs to its end with its own answers, and makes a whole page."""

from __future__ import annotations

import re

import pytest

from runbook.definition import Process
from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.views.procedure import procedure

from .conftest import ROOT, Library

RUN_AT_ONCE = (
    "access/access-review",
    "access/joiner",
    "access/leaver",
    "access/mover",
    "access/privileged-access",
    "backup/restore-file",
    "backup/sqlite-restore-drill",
    "capacity/capacity-report",
    "certificates/expiry-check",
    "changes/deploy-release",
    "changes/emergency-change",
    "changes/maintenance-window",
    "changes/normal-change",
    "configuration/drift-check",
    "continuity/failover-exercise",
    "incidents/major-incident",
    "incidents/post-incident-review",
    "incidents/problem-analysis",
    "incidents/security-first-response",
    "infrastructure/decommission-server",
    "infrastructure/patch-linux-server",
    "infrastructure/restart-service",
    "infrastructure/rotate-host",
    "monitoring/http-smoke-check",
    "service-desk/handle-request",
    "service-desk/lost-laptop",
    "service-desk/new-starter-workplace",
    "service-desk/password-reset",
    "service-desk/shift-handover",
    "storage/disk-space-check",
    "storage/disk-space-triage",
    "storage/log-rotation",
    "suppliers/contract-renewal",
    "suppliers/onboarding-review",
    "suppliers/outage-escalation",
)
NEED_INPUTS = ("backup/verify-sqlite-file", "configuration/take-baseline")
EVERY = tuple(sorted((*RUN_AT_ONCE, *NEED_INPUTS)))

HEADINGS = ("When to use it", "Before you start", "Hazards", "Roles", "Start it", "Steps", "If it fails")


@pytest.fixture(scope="module")
def pages() -> dict[str, tuple[Process, str]]:
    """Every process with its page."""
    paths = [ROOT / "runbook.yaml", *(ROOT / "processes").rglob("*.yaml")]
    files = {path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}
    project = read_library(files, builtin()).project
    return {id: (each, procedure(each, project, builtin())) for id, each in project.processes.items()}


def test_the_list_of_processes_is_complete() -> None:
    files = (ROOT / "processes").glob("*/*.yaml")

    found = {f"{each.parent.name}/{each.stem}" for each in files if each.stem != "group" and "." not in each.stem}

    assert found == set(EVERY)


def test_the_guide_names_every_process_with_what_it_is_for(pages: dict[str, tuple[Process, str]]) -> None:
    guide = (ROOT / "docs" / "how-to" / "use-the-library.md").read_text("utf-8")

    rows = [f"| [{id}](../../processes/{id}.yaml) | {each.summary} |" for id, (each, _) in pages.items()]
    assert [row for row in rows if row not in guide] == []
    assert f"{len(rows)} procedures in {len({id.partition('/')[0] for id in pages})} groups" in guide


def test_every_process_is_valid(library: Library) -> None:
    done = library.call("validate")

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{len(EVERY)} processes checked: no problems" in done.stdout


@pytest.mark.parametrize("process", RUN_AT_ONCE)
def test_a_process_runs_to_its_end_when_nothing_is_given(library: Library, process: str) -> None:
    result = library.run(process)

    assert (result.status, result.exit_code) == ("succeeded", 0), result.text


@pytest.mark.parametrize("id", EVERY)
def test_a_page_has_every_part_and_no_empty_one(pages: dict[str, tuple[Process, str]], id: str) -> None:
    process, page = pages[id]

    headings = re.findall(r"^## (.+)$", page, re.M)
    assert [each for each in HEADINGS if each not in headings] == []
    assert ("Overview" in headings) == ("```mermaid\n" in page) == (sum(1 for _ in process.every_step()) > 1)
    assert re.findall(r"^(#+) .+\n+(?=\1 |#{1,2} |---$)", page, re.M) == []
    assert [each["text"] for each in process.hazards if str(each["text"]).split(".")[0] not in page] == []


@pytest.mark.parametrize("id", EVERY)
def test_a_page_says_the_way_back_of_every_step_that_has_one(pages: dict[str, tuple[Process, str]], id: str) -> None:
    process, page = pages[id]
    every = list(process.every_step())

    assert page.count("**To undo it:**") == sum(1 for step in every if step.undo)
    assert page.count("This can't be undone.") == sum(1 for step in every if step.irreversible)


@pytest.mark.parametrize("id", EVERY)
def test_a_value_stands_only_where_it_is_filled_in(pages: dict[str, tuple[Process, str]], id: str) -> None:
    page = re.sub(r"^```.*?^```", "", pages[id][1], flags=re.M | re.S)
    prose = re.sub(r"`[^`\n]*`", "", page)

    lines = [line for line in prose.splitlines() if "{{" in line or "}}" in line]
    assert [line for line in lines if line.startswith(("#", "|", "**Why", "> "))] == []
    assert [line for line in lines if not re.search(r"\{\{ .*\b(inputs|steps|run)\.", line)] == []
