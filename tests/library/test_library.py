"""Every process of the library is valid and runs to its end with its own answers."""

from __future__ import annotations

import pytest

from .conftest import ROOT, Library

RUN_AT_ONCE = (
    "access/access-review",
    "backup/sqlite-restore-drill",
    "capacity/capacity-report",
    "certificates/expiry-check",
    "configuration/drift-check",
    "monitoring/http-smoke-check",
    "storage/disk-space-check",
    "storage/disk-space-triage",
    "storage/log-rotation",
)
NEED_INPUTS = ("backup/verify-sqlite-file", "configuration/take-baseline")


def test_the_list_of_processes_is_complete() -> None:
    files = (ROOT / "processes").glob("*/*.yaml")

    found = {f"{each.parent.name}/{each.stem}" for each in files if each.stem != "group" and "." not in each.stem}

    assert found == {*RUN_AT_ONCE, *NEED_INPUTS}


def test_every_process_is_valid(library: Library) -> None:
    done = library.call("validate")

    assert done.returncode == 0, done.stdout + done.stderr


@pytest.mark.parametrize("process", RUN_AT_ONCE)
def test_a_process_runs_to_its_end_when_nothing_is_given(library: Library, process: str) -> None:
    result = library.run(process)

    assert (result.status, result.exit_code) == ("succeeded", 0), result.text
