"""Values in real shells: in every place where one may stand, it arrives as it is and nothing else runs."""

from __future__ import annotations

from pathlib import Path

import pytest
from shell_matrix import BASH_ONLY, PAYLOADS, SHOWN, Expected, V, run_all

from runbook.scripts import rewrite, shown

PLACES = [
    *((shell, name, *place) for shell in ("dash", "bash") for name, place in SHOWN.items()),
    *(("bash", name, *place) for name, place in BASH_ONLY.items()),
]
IDS = [f"{shell} {name}" for shell, name, *_ in PLACES]


def test_the_matrix_is_large_enough() -> None:
    assert len(SHOWN) >= 30
    assert len(set(PAYLOADS)) >= 30


def test_the_matrix_finds_what_pasting_would_run(tmp_path: Path) -> None:
    missed = []

    for number, (name, (script, _)) in enumerate(SHOWN.items()):
        folder = tmp_path / str(number)
        folder.mkdir()
        _, hit = run_all("dash", [(script.replace(V, "$(touch hit)"), {})], folder)
        if not hit:
            missed.append(name)

    assert missed == []


@pytest.mark.parametrize(("shell", "name", "script", "expected"), PLACES, ids=IDS)
def test_a_value_arrives_as_it_is_and_runs_nothing(
    shell: str, name: str, script: str, expected: Expected, tmp_path: Path
) -> None:
    rewritten = rewrite(script)

    outputs, hit = run_all(shell, [(rewritten.text, {"RB_1": payload}) for payload in PAYLOADS], tmp_path)

    assert not hit
    assert outputs == [expected(payload) for payload in PAYLOADS]


@pytest.mark.parametrize(("shell", "name", "script", "expected"), PLACES, ids=IDS)
def test_what_is_shown_can_be_copied_into_a_shell(
    shell: str, name: str, script: str, expected: Expected, tmp_path: Path
) -> None:
    rewritten = rewrite(script)

    outputs, hit = run_all(shell, [(shown(rewritten, {"RB_1": payload}), {}) for payload in PAYLOADS], tmp_path)

    assert not hit
    assert outputs == [expected(payload) for payload in PAYLOADS]
