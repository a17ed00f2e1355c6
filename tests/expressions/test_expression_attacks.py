"""What people have used to break out of template languages, or to exhaust them: all refused or cheap."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import pytest
from attacks import ESCAPES, EXHAUSTIONS, NAMES

from runbook.errors import ExpressionError
from runbook.expressions import evaluate, parse, parse_template, render
from tests.waiting import PATIENCE

ATTACKS = ESCAPES + EXHAUSTIONS


def test_the_list_of_attacks_is_long_enough() -> None:
    assert len(ESCAPES) >= 58
    assert len(EXHAUSTIONS) >= 55
    assert len(set(ATTACKS)) == len(ATTACKS)


@pytest.mark.parametrize("source", ESCAPES, ids=range(len(ESCAPES)))
def test_an_escape_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(source), NAMES)

    assert str(caught.value)[0].islower() or str(caught.value)[0] in "`'"
    assert caught.value.help
    assert 0 <= caught.value.column <= len(source)


@pytest.mark.parametrize("source", ESCAPES, ids=range(len(ESCAPES)))
def test_an_escape_in_a_template_never_becomes_more_than_text_of_the_author(source: str) -> None:
    try:
        result = render(parse_template("a {{ " + source + " }} b"), NAMES)
    except ExpressionError:
        return

    assert source == "}}{{ 1" or result.startswith("a ")
    assert "class" not in result
    assert "root:" not in result


@pytest.mark.parametrize("source", EXHAUSTIONS, ids=range(len(EXHAUSTIONS)))
def test_an_exhaustion_is_cheap(source: str) -> None:
    started = time.process_time()
    try:
        result = evaluate(parse(source), NAMES)
    except ExpressionError as error:
        result = f"{error}: {error.help}"
    took = time.process_time() - started

    assert took < 3.0, "what is not bounded takes hours: this is no measure of speed"
    assert not isinstance(result, str | list) or len(result) <= 1 << 20


def _try_all() -> None:
    for source in ATTACKS:
        try:
            evaluate(parse(source), NAMES)
        except ExpressionError:
            pass


def test_no_attack_takes_much_memory() -> None:
    child = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True, timeout=PATIENCE)

    assert int(child.stdout) < 50_000_000


@pytest.mark.parametrize("source", ["9" * 5000, "(" * 500, "'x' * 10**10", "'" + "x" * 9000 + "'"], ids=range(4))
def test_reading_alone_never_evaluates(source: str) -> None:
    started = time.process_time()
    with pytest.raises(ExpressionError):
        parse(source)

    assert time.process_time() - started < 3.0


if __name__ == "__main__":
    evaluate(parse("1 + 1 > 0 and 'a' is match('a')"), NAMES)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _try_all()
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
