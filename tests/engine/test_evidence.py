"""Evidence is kept whole, once, by its content; what can't be evidence is refused and leaves nothing behind."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from runbook.engine import evidence
from runbook.engine.evidence import keep, kept
from runbook.errors import Misuse
from runbook.run.commands import Attach


def test_a_file_is_kept_under_its_content(tmp_path: Path) -> None:
    source = tmp_path / "reading.txt"
    source.write_bytes(b"2.4 bar")

    first = keep(tmp_path / "home", "gauge", source)
    again = keep(tmp_path / "home", "gauge", source)

    assert first == again == Attach("gauge", "reading.txt", first.sha256, 7)
    assert kept(tmp_path / "home", first.sha256).read_bytes() == b"2.4 bar"
    assert os.listdir(tmp_path / "home" / "evidence") == [first.sha256]


def test_what_is_too_large_or_empty_or_no_file_is_refused_and_leaves_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(evidence, "LARGEST", 2**20)
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "large").write_bytes(bytes(2**20 + 1))

    for name, says in (("pipe", "is not a file"), ("empty", "is empty"), ("large", "more than 1 MiB")):
        with pytest.raises(Misuse, match=says):
            keep(tmp_path / "home", "gauge", tmp_path / name)

    assert os.listdir(tmp_path / "home" / "evidence") == []
