"""Drift from a baseline is named, and accepted or undone; a changed baseline is not trusted."""

from __future__ import annotations

from .conftest import Library


def test_drift_is_named_and_restored(library: Library) -> None:
    result = library.run("configuration/drift-check")

    assert result.outputs("compare")["changed"] == ["sites/admin.conf"]
    assert result.outputs("compare")["added"] == ["debug.conf"]
    assert result.outputs("compare")["removed"] == ["limits.conf"]
    assert "10.0.0.0/8" in (library.work / "drift-check" / "sample" / "sites" / "admin.conf").read_text()
    assert len(list((library.work / "drift-check").glob("aside-*/debug.conf"))) == 1


def test_accepted_drift_becomes_the_baseline(library: Library) -> None:
    accepted = library.run("configuration/drift-check", answers={"decide": {"choose": "accept"}})
    sample, baseline = library.work / "drift-check" / "sample", library.work / "drift-check" / "baseline"
    copied = library.folder / "copy"
    sample.rename(copied)

    again = library.run("configuration/drift-check", folder=copied, baseline=baseline)

    assert accepted.state("new-baseline") == "succeeded", accepted.text
    assert again.outputs("compare")["count"] == 0
    assert again.state("decide") == "skipped"


def test_a_changed_baseline_is_not_trusted(library: Library) -> None:
    folder, baseline = library.folder / "etc", library.folder / "baseline"
    folder.mkdir()
    (folder / "shop.conf").write_text("workers = 8\n")
    taken = library.run("configuration/take-baseline", folder=folder, baseline=baseline)
    (baseline / "files" / "shop.conf").write_text("workers = 9\n")

    result = library.run("configuration/drift-check", folder=folder, baseline=baseline)

    assert taken.status == "succeeded", taken.text
    assert result.state("compare") == "failed"
