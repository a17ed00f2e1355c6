"""What is kept between two readings is taken up by the same program only, and its loss is no loss."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.engine import cache

FOUND = {"version": "1", "files": {"a": {"digest": "d"}}}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / ".runbook"


def test_what_is_saved_is_loaded(home: Path) -> None:
    cache.VERDICTS.save(home, FOUND, {})

    assert cache.VERDICTS.load(home) == FOUND


def test_another_program_starts_anew(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache.VERDICTS.save(home, FOUND, {})

    monkeypatch.setattr(cache, "program", lambda folders: "another")

    assert cache.VERDICTS.load(home) == {}


def test_a_changed_rule_makes_another_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rule = tmp_path / "reading" / "rules" / "a.py"
    rule.parent.mkdir(parents=True)
    rule.write_text("A = 1")
    monkeypatch.setattr(cache.runbook, "__file__", str(tmp_path / "__init__.py"))
    before = cache.program()

    rule.write_text("A = 12")

    assert cache.program() != before


@pytest.mark.parametrize("text", ["", "{", "[]", "7", '{"program": 1}'])
def test_a_damaged_cache_is_as_good_as_none(home: Path, text: str) -> None:
    home.mkdir()
    (home / "cache.json").write_text(text)

    assert cache.VERDICTS.load(home) == {}


def test_what_has_not_changed_is_not_written(home: Path) -> None:
    cache.VERDICTS.save(home, FOUND, FOUND)

    assert not home.exists()
