"""Accounts that should not be there are found, and a review is complete before it is signed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .conftest import Library


def sample_export(library: Library) -> Path:
    """The sample export of accounts, with one finding of every sort."""
    path = library.folder / "export"
    subprocess.run([sys.executable, library.script("access/make_sample.py"), path], check=True, capture_output=True)
    return path


@pytest.mark.parametrize(
    ("finding", "account"),
    [
        ("system-shells", "backup"),
        ("second-roots", "toor"),
        ("not-approved", "temp"),
        ("empty-passwords", "temp"),
        ("stale", "carla"),
        ("privileged", "temp"),
    ],
)
def test_a_finding_names_the_account(library: Library, finding: str, account: str) -> None:
    command = [sys.executable, str(library.script("access/review.py")), finding, str(sample_export(library)), "90"]

    done = subprocess.run(command, check=True, capture_output=True, text=True)

    assert json.loads(done.stdout)["accounts"] == [account]


def test_an_unknown_account_is_found_and_reported(library: Library) -> None:
    export = sample_export(library)
    with (export / "passwd").open("a") as file:
        file.write("mallory:x:1500:1500::/home/mallory:/bin/bash\n")

    result = library.run("access/access-review", export=export)

    assert result.outputs("unknown")["accounts"] == ["temp", "mallory"]
    assert "| mallory |" in (library.folder / result.outputs("report")["file"]).read_text()
    assert result.state("complete") == "failed"


def test_a_clean_export_needs_only_the_signature(library: Library) -> None:
    export = sample_export(library)
    (export / "passwd").write_text("root:x:0:0:root:/root:/bin/bash\nanna:x:1001:1001::/home/anna:/bin/bash\n")
    (export / "group").write_text("sudo:x:27:anna\n")

    result = library.run("access/access-review", export=export)

    assert result.outputs("report")["total"] == 0
    assert (result.state("assess"), result.state("sign")) == ("skipped", "succeeded")


def test_an_incomplete_export_stops_the_review_before_it_begins(library: Library) -> None:
    export = sample_export(library)
    (export / "shadow").unlink()

    result = library.run("access/access-review", export=export)

    assert result.status == "failed"
    assert result.state("look") == "cancelled"
