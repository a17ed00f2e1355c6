"""No malformed file crashes, hangs or fills the machine: each is refused at a place inside of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from malformed.corpus import GOOD, corpus
from malformed.runner import mutants, problem, read_and_check

from tests.waiting import PATIENCE

RUNNER = Path(__file__).parents[1] / "malformed" / "runner.py"
CASES = corpus()
RICH = (Path(__file__).parent / "rich.yaml").read_bytes()


def in_a_child(*arguments: str) -> list[tuple[str, float, str]]:
    """What the runner prints, from a process with 500 MB of memory and 2 s for each case."""
    command = [sys.executable, str(RUNNER), "malformed.runner:read_and_check", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    last = lines[-1][0] if lines else "the first"
    assert done.returncode == 0, f"ended with {done.returncode} after {last}: {done.stderr[-2000:]}"
    return [(name, seconds, wrong) for name, seconds, wrong in lines]


def test_the_corpus_is_large_and_its_good_file_is_good() -> None:
    assert len(CASES) >= 200
    assert read_and_check("case.yaml", GOOD.encode()) == ()
    assert [each for each in read_and_check("case.yaml", RICH) if each.code < "RB200"] == []


@pytest.mark.parametrize("name", [name for name in CASES if not name.startswith("bomb")])
def test_a_malformed_file_is_refused_at_a_place_inside_of_it(name: str) -> None:
    assert problem(read_and_check, CASES[name]) == ""


def test_a_crash_and_a_silent_answer_would_be_noticed() -> None:
    def crash(path: str, content: bytes) -> object:
        raise RecursionError("too deep")

    assert problem(crash, b"a") == "RecursionError: too deep"
    assert problem(lambda path, content: (), b"a") == "there is no finding"
    finding = read_and_check("case.yaml", b"a: 1\n\n\nb: [\n")
    assert problem(lambda path, content: finding, b"a") != ""


def test_the_whole_corpus_passes_in_little_memory_and_time() -> None:
    results = in_a_child()

    assert {name for name, _, _ in results} == set(CASES)
    assert [(name, wrong) for name, _, wrong in results if wrong] == []
    assert max(seconds for _, seconds, _ in results) < 2


def test_the_child_really_has_little_memory(tmp_path: Path) -> None:
    greedy = tmp_path / "greedy.py"
    greedy.write_text("def check(path, content):\n    return [] if len(content) < 99 else bytearray(600_000_000)\n")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); import runpy; sys.argv = ['runner', 'greedy:check']; "
    code += f"runpy.run_path({str(RUNNER)!r}, run_name='__main__')"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=PATIENCE)

    assert "MemoryError" in done.stdout, done.stderr


@pytest.mark.parametrize("seed", range(4))
def test_random_changes_of_a_good_file_never_crash(seed: int) -> None:
    for name, content in mutants(seed, 100, RICH):
        assert problem(read_and_check, content, refused=False) == "", (name, content)


@pytest.mark.slow
def test_many_random_changes_never_crash_in_little_memory() -> None:
    for seed in range(10):
        assert [(name, wrong) for name, _, wrong in in_a_child(str(seed), "3000") if wrong] == []
