"""The tests of the library's own processes: all pass, and little is left untried."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import Any

import pytest
import yaml

from tests.waiting import PATIENCE

from .conftest import ROOT
from .test_library import EVERY

_AT_LEAST = 90.0
_EACH = 80.0


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `runbook test` says of the library."""
    home = tmp_path_factory.mktemp("home")
    done = subprocess.run(
        [sys.executable, "-m", "runbook", "--home", home, "test", "--json", "-n", "2"],
        cwd=ROOT, capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip
    assert done.stdout, done.stderr
    return json.loads(done.stdout)


def test_every_test_passes(report: Any) -> None:
    failed = [(each["process"], each["name"], each["mismatches"]) for each in report["tests"] if not each["passed"]]

    assert failed == []
    assert report["passed"]


def test_every_process_has_tests(report: Any) -> None:
    assert (report["untested"], report["broken"]) == ([], [])
    assert {each["process"] for each in report["coverage"]} == set(EVERY)


def test_little_is_left_untried(report: Any) -> None:
    little = {each["process"]: each["missing"] for each in report["coverage"] if each["percent"] < _EACH}

    assert little == {}
    assert report["percent"] >= _AT_LEAST


def test_every_test_says_how_the_run_ends_and_on_which_path(report: Any) -> None:
    for id in EVERY:
        tests = yaml.safe_load((ROOT / "processes" / f"{id}.test.yaml").read_text("utf-8"))["tests"]
        assert [name for name, test in tests.items() if "status" not in test["expect"]] == [], id
        assert [name for name, test in tests.items() if not test.get("title")] == [], id
