"""A run that waits for a second person: who began it is told whom it waits for, and how they answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_cli_people import Office, files

CHECKED = """
runbook: 1
title: Tighten it
roles: {operator: {}, engineer: {team: infra}}
steps:
  - {id: bolts, role: operator, verifier: engineer, manual: Tighten the bolts.}
"""


def test_a_run_that_waits_for_somebody_else_names_them_and_their_command(
    project: Callable[[Mapping[str, str]], Desk], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "200")
    office = Office(project(files(**{"processes/desk/bolts.yaml": CHECKED})), monkeypatch)
    answers = office.desk.answers({"bolts": "done"})

    begun = office.as_("dee", "run", "desk/bolts", "--yes", "--answers", answers)
    run = begun.out.split()[1]
    again = office.as_("dee", "resume", run, "--yes")

    for told in (begun, again):
        assert told.code == 4, told.err
        assert "`bolts` was done by dee and waits for a second person as engineer" in told.out
        assert f"runbook confirm {run} bolts" in told.out
    assert office.as_("dee", "confirm", run, "bolts").code == 2
    assert office.as_("ana", "confirm", run, "bolts").code == 0
    assert office.as_("dee", "resume", run, "--yes").code == 0 or office.desk.status(run)["status"] == "succeeded"


ASKED = """
runbook: 1
title: Ask for it
roles:
  operator: {}
  dba: {team: infra, capabilities: {postgres: 3}}
  boss: {summary: Knows them, role: change-approver}
steps:
  - {id: look, role: dba, manual: Look}
  - {id: agree, role: boss, manual: Agree}
"""


def test_a_process_is_shown_with_all_that_its_roles_ask_for(project: Callable[[Mapping[str, str]], Desk]) -> None:
    desk = project(files(**{"processes/desk/asked.yaml": ASKED}))

    shown = desk.cli("show", "desk/asked")

    assert shown.code == 0, shown.err
    assert "(team infra; can postgres 3)" in " ".join(shown.out.split())
    assert "Knows them (holds change-approver)" in " ".join(shown.out.split())
