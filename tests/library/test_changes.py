"""A release is switched in one move and back again, and the calendar knows what clashes."""

from __future__ import annotations

import datetime
import hashlib
import json
import subprocess
import sys
import tarfile
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library


def called(library: Library, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of a program."""
    command = [sys.executable, str(library.script(f"changes/{script}")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def said(library: Library, script: str, *arguments: object) -> Any:
    """The answer of a program that worked."""
    done = called(library, script, *arguments)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_a_broken_release_is_taken_back_and_the_old_one_is_in_use(library: Library) -> None:
    result = library.run("changes/deploy-release", sample="broken")

    shop = library.work / "deploy-release" / "shop"
    assert result.outputs("smoke")["faults"] == ["the setting database is missing"]
    assert json.loads((shop / "current" / "service.json").read_text())["version"] == "1.0"


def shop_and_package(folder: Path, service_json: str, sums: str | None = None) -> tuple[Path, Path]:
    """A service with release 1.0 in use, and a package with these files."""
    shop, build = folder / "shop", folder / "build"
    fine = json.dumps({"name": "shop", "version": "1.0", "settings": {"port": 1, "database": "orders"}})
    for place, text in ((shop / "releases" / "1.0", fine), (build, service_json)):
        place.mkdir(parents=True)
        (place / "service.json").write_text(text)
        (place / "SHA256SUMS").write_text(f"{hashlib.sha256(text.encode()).hexdigest()}  service.json\n")
    if sums is not None:
        (build / "SHA256SUMS").write_text(sums)
    (shop / "current").symlink_to("releases/1.0")
    with tarfile.open(folder / "shop.tar", "w") as tar:
        for name in ("service.json", "SHA256SUMS"):
            tar.add(build / name, name)
    return shop, folder / "shop.tar"


@pytest.mark.parametrize(
    ("service_json", "fault"),
    [
        ("{ broken", "service.json can't be used"),
        ("[]", "service.json can't be used"),
        ('{"settings": {"port": 1, "database": "orders"}}', "service.json can't be used"),
        ('{"version": "1.1"}', "service.json can't be used"),
        ('{"version": "0.3", "settings": {"port": 1, "database": "orders"}}', "it calls itself 0.3"),
    ],
)
def test_a_release_that_is_wrong_in_any_way_goes_back(
    library: Library, tmp_path: Path, service_json: str, fault: str
) -> None:
    shop, package = shop_and_package(tmp_path, service_json)

    result = library.run("changes/deploy-release", service=shop, package=package)

    assert result.outputs("smoke")["faults"][0].startswith(fault), result.text
    assert (result.status, result.state("roll-back")) == ("succeeded", "succeeded"), result.text
    assert (shop / "current").resolve().name == "1.0"


@pytest.mark.parametrize("sums", ["", f"{'0' * 64}  service.json\n", f"{'0' * 64}  other.json\n", "odd\n"])
def test_a_package_with_a_file_that_has_no_right_checksum_leaves_nothing(
    library: Library, tmp_path: Path, sums: str
) -> None:
    shop, package = shop_and_package(tmp_path, "{}", sums)

    done = called(library, "release.py", "unpack", shop, package, "1.1")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "not as in SHA256SUMS" in done.stderr
    assert [each.name for each in (shop / "releases").iterdir()] == ["1.0"]


@pytest.mark.parametrize("content", [b"", b"no archive", b"\x1f\x8b\x08\x00cut"])
def test_a_package_that_is_none_is_refused_in_one_line(library: Library, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "bad.tar").write_bytes(content)

    done = called(library, "release.py", "check", tmp_path / "bad.tar", "")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_a_service_without_a_release_to_go_back_to_gets_none(library: Library, tmp_path: Path) -> None:
    shop, package = shop_and_package(tmp_path, "{}")
    (shop / "current").unlink()

    result = library.run("changes/deploy-release", service=shop, package=package)

    assert (result.status, result.state("way-back")) == ("failed", "failed")


def test_a_service_and_a_package_of_ones_own_do_without_the_sample(library: Library, tmp_path: Path) -> None:
    shop, package = shop_and_package(tmp_path, "{}")
    before = package.read_bytes()

    assert library.run("changes/deploy-release", service=shop).state("own-package") == "failed"
    assert library.run("changes/deploy-release", package=package).state("sample-package") == "failed"
    assert package.read_bytes() == before


def test_a_release_can_be_undone_step_by_step(library: Library) -> None:
    result = library.run("changes/deploy-release")
    shop = library.work / "deploy-release" / "shop"
    assert (shop / "current").resolve().name == "1.1"

    assert "is in use" in called(library, "release.py", "remove", shop, "1.1").stderr
    said(library, "release.py", "switch", shop, result.outputs("switch")["before"])
    said(library, "release.py", "remove", shop, "1.1")

    assert [each.name for each in (shop / "releases").iterdir()] == ["1.0"]
    assert said(library, "release.py", "smoke", shop, "1.0")["healthy"]


@pytest.mark.parametrize("name", ["../evil", "folder/file", ".hidden"])
def test_a_package_that_leads_elsewhere_is_refused(library: Library, tmp_path: Path, name: str) -> None:
    package = tmp_path / "bad.tar"
    (tmp_path / "file").write_text("x")
    with tarfile.open(package, "w") as tar:
        tar.add(tmp_path / "file", name)

    done = called(library, "release.py", "unpack", tmp_path / "shop", package, "1.1")

    assert done.returncode == 1
    assert not (tmp_path / "evil").exists()


@pytest.mark.parametrize("name", ["..", "", "a/b"])
def test_a_release_is_never_named_by_a_path(library: Library, tmp_path: Path, name: str) -> None:
    done = called(library, "release.py", "remove", tmp_path, name)

    assert (done.returncode, done.stderr) == (1, f"{name} is no name of a release\n")


@pytest.mark.parametrize(
    ("service", "begins", "count", "frozen"),
    [
        ("shop", "2036-12-08T20:00:00Z", 1, False),
        ("shop", "2036-12-08T21:30:00Z", 1, False),
        ("shop", "2036-12-08T22:00:00Z", 0, False),
        ("mail", "2036-12-08T21:30:00Z", 0, False),
        ("mail", "2036-12-17T23:30:00Z", 1, True),
        ("mail", "2037-01-04T07:30:00+01:00", 0, False),
    ],
)
def test_a_clash_is_found(
    library: Library, tmp_path: Path, service: str, begins: str, count: int, frozen: bool
) -> None:
    calendar = tmp_path / "calendar.csv"
    said(library, "calendar_check.py", "sample", calendar)

    found = said(library, "calendar_check.py", "clashes", calendar, service, begins, 60, "run-1")

    assert (found["count"], found["frozen"]) == (count, frozen)


def test_a_window_is_booked_once_and_withdrawn(library: Library, tmp_path: Path) -> None:
    calendar, window = tmp_path / "calendar.csv", ("mail", "2026-12-09T20:00Z", 60, "run-1", "Move of the mail", "[]")
    said(library, "calendar_check.py", "sample", calendar)
    before = calendar.read_text()

    said(library, "calendar_check.py", "book", calendar, *window)
    said(library, "calendar_check.py", "book", calendar, *window)
    assert len(calendar.read_text().splitlines()) == 4

    assert said(library, "calendar_check.py", "withdraw", calendar, "run-1") == {"withdrawn": 1}
    assert calendar.read_text() == before


def test_a_window_of_somebody_else_is_neither_replaced_nor_withdrawn(library: Library, tmp_path: Path) -> None:
    calendar, time = tmp_path / "calendar.csv", ("shop", "2036-12-08T20:00Z", 60)
    said(library, "calendar_check.py", "sample", calendar)
    before = calendar.read_text()

    done = called(library, "calendar_check.py", "book", calendar, *time, "run-1", "Other change", "[]")
    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert "Move of the shop database" in done.stderr
    assert said(library, "calendar_check.py", "withdraw", calendar, "run-1") == {"withdrawn": 0}
    assert calendar.read_text() == before

    known = said(library, "calendar_check.py", "clashes", calendar, *time, "run-1")["titles"]
    said(library, "calendar_check.py", "book", calendar, *time, "run-1", "Other change", json.dumps(known))
    said(library, "calendar_check.py", "withdraw", calendar, "run-1")
    assert calendar.read_text() == before


def test_windows_that_are_booked_at_once_are_all_kept(library: Library, tmp_path: Path) -> None:
    calendar = tmp_path / "calendar.csv"
    script = [sys.executable, str(library.script("changes/calendar_check.py")), "book", str(calendar)]
    said(library, "calendar_check.py", "sample", calendar)

    begun = [
        subprocess.Popen([*script, f"service-{n}", "2036-12-09T20:00Z", "60", f"run-{n}", "Work", "[]"])
        for n in range(8)
    ]

    assert [each.wait() for each in begun] == [0] * 8
    assert len(calendar.read_text().splitlines()) == 3 + 8


@pytest.mark.parametrize("text", ["kind,service\nwindow,shop\n", "kind,service,begins,ends\nwindow,shop,x,y\n"])
def test_a_calendar_that_is_none_is_refused_in_one_line(library: Library, tmp_path: Path, text: str) -> None:
    (tmp_path / "calendar.csv").write_text(text)

    done = called(library, "calendar_check.py", "clashes", tmp_path / "calendar.csv", "shop", "now", 60, "run-1")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


def test_nothing_is_released_while_the_service_is_frozen(library: Library, tmp_path: Path) -> None:
    shop, package = shop_and_package(tmp_path, "{}")
    now = datetime.datetime.now(datetime.UTC)
    times = ",".join((now + datetime.timedelta(days=days)).isoformat() for days in (-1, 1))
    calendar = tmp_path / "calendar.csv"
    calendar.write_text(f"kind,service,begins,ends,title\nfreeze,shop,{times},Year\n")

    result = library.run("changes/deploy-release", service=shop, package=package, calendar=calendar)

    assert (result.status, result.state("freeze"), result.state("unpack")) == ("failed", "failed", "cancelled")
    with pytest.raises(AssertionError, match="service"):
        library.run("changes/deploy-release", service=f"{shop}/", package=package, calendar=calendar)


def test_a_calendar_that_is_not_there_is_not_made_up(library: Library, tmp_path: Path) -> None:
    result = library.run("changes/normal-change", calendar=tmp_path / "typo.csv")

    assert (result.status, result.state("clashes")) == ("failed", "failed")
