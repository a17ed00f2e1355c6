"""Drafts outlive the program letter by letter, and are gone once they were sent."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.engine.drafts import Drafts


def test_what_is_typed_is_there_for_the_next_program_at_once(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, "run")
    for text in ("h", "ha", "hal", "half é"):
        drafts.keep("gauge", "remark", text)
    drafts.keep("gauge", "lamp", "red")

    assert Drafts(tmp_path, "run").of("gauge") == {"remark": "half é", "lamp": "red"}
    assert (tmp_path / "drafts" / "run.json").stat().st_mode & 0o777 == 0o600


def test_what_was_sent_is_forgotten(tmp_path: Path) -> None:
    drafts = Drafts(tmp_path, "run")
    drafts.keep("gauge", "remark", "dry")
    drafts.keep("gauge", "reason", "late")
    drafts.keep("sweep", "reason", "tired")

    drafts.forget("gauge", "reason")
    assert Drafts(tmp_path, "run").of("gauge") == {"remark": "dry"}
    drafts.forget("gauge")
    assert Drafts(tmp_path, "run").of("gauge") == {}
    assert Drafts(tmp_path, "run").of("sweep") == {"reason": "tired"}
    drafts.clear()
    assert list((tmp_path / "drafts").iterdir()) == []


@pytest.mark.parametrize("damaged", [b"", b"{", b"[1]", b'{"gauge": 3}', b"\xff\xfe"])
def test_damaged_drafts_are_none(tmp_path: Path, damaged: bytes) -> None:
    (tmp_path / "drafts").mkdir()
    (tmp_path / "drafts" / "run.json").write_bytes(damaged)

    drafts = Drafts(tmp_path, "run")
    assert drafts.of("gauge") == {}
    drafts.keep("gauge", "remark", "dry")
    assert Drafts(tmp_path, "run").of("gauge") == {"remark": "dry"}
