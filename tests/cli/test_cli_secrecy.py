"""The proof that nothing of a secret is left behind, with few of them; `make secrets` has a thousand."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.secrecy.__main__ import proved
from benchmarks.secrecy.planting import PLANTS, overlooked
from benchmarks.secrecy.printing import shown
from benchmarks.secrecy.seeking import Needles, sought
from benchmarks.secrecy.shapes import secrets
from runbook.engine.masks import forms
from runbook.engine.supervisor.mask import Mask


def test_nothing_of_thirty_secrets_is_left_behind(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert proved(tmp_path, count=30, seed=2) == 0, capsys.readouterr().out

    said = capsys.readouterr().out
    assert "found=0\n" in said
    assert f"planted {len(PLANTS)}, found {len(PLANTS)}\n" in said


def test_the_search_finds_every_encoding_that_is_printed(tmp_path: Path) -> None:
    for number, secret in enumerate(each for each in secrets(40, seed=3) if 12 <= len(each) < 500):
        needles = Needles([secret])
        for place, text in enumerate(filter(None, shown(secret))):
            file = tmp_path / f"{number}-{place}"
            file.write_text(text, newline="")

            assert list(sought(tmp_path, needles).places), (secret, text)
            file.unlink()


def test_the_search_overlooks_what_it_does_not_seek(tmp_path: Path) -> None:
    known = secrets(10, seed=4)

    assert overlooked(tmp_path / "planted", known, Needles(["another one"])) == list(PLANTS)


@pytest.mark.parametrize("seed", range(3))
def test_every_secret_in_every_encoding_is_masked_alone(seed: int) -> None:
    for secret in secrets(30, seed):
        if 12 <= len(secret) < 500:
            for text in filter(None, shown(secret)):
                mask = Mask(list(forms([secret])))
                said = mask.passed(text.encode()) + mask.rest()

                assert list(Needles([secret]).within(said)) == [], (secret, text)
