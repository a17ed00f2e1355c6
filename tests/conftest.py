"""The options `--update-golden` and `--laws`, and the comparison with golden cases in `tests/cases/`.

The programs of this environment come first, as for a reader who did what the README says.
"""

from __future__ import annotations

import gc
import os
import re
import signal
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests import memory
from tests.people import people_at_terminals

__all__ = ["people_at_terminals"]

if not {"TMPDIR", "PYTEST_DEBUG_TEMPROOT"} & os.environ.keys() and (place := memory.place()):
    os.environ["PYTEST_DEBUG_TEMPROOT"] = str(place)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as in the background of a script: no Ctrl-C would be heard
    signal.signal(signal.SIGINT, signal.default_int_handler)
os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"

CASE = re.compile(
    r"^# (?P<title>[^\n]+)\n\n(`{8})\w+\n(?P<given>.*?)^\2\n\n(`{8})\w+\n(?P<wanted>.*?)^\4\n", re.M | re.S
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the outputs in tests/cases/")
    parser.addoption(
        "--laws", type=int, default=0, help="try the laws of runs on so many wild runs that nobody has seen"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Properties are tried on the same examples each time, unless somebody looks for new ones."""
    settings.register_profile("same", max_examples=150, derandomize=True)
    settings.register_profile("new", max_examples=max(config.getoption("--laws"), 1))
    settings.load_profile("new" if config.getoption("--laws") else "same")


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """The long campaigns run only when they are asked for: `make campaigns`."""
    if config.getoption("-m"):
        return
    for item in items:
        if "slow" in item.keywords:
            item.add_marker(pytest.mark.skip(reason="a long campaign: ask for it with `make campaigns`"))


def pytest_collection_finish() -> None:
    """Ten thousand tests are no garbage: what is collected during a test need not be looked for among them."""
    gc.collect()
    gc.freeze()


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, Callable[[str], str]], None]:
    """Compares each case of a file (a heading, what is given, the exact output) with what a function makes of it."""

    def check(name: str, make: Callable[[str], str]) -> None:
        path = Path(__file__).parent / "cases" / name
        text = path.read_text(encoding="utf-8")
        found = [(case["title"], make(case["given"]), case) for case in CASE.finditer(text)]
        assert len(found) == len(re.findall(r"^# .+\n\n`{8}\w", text, re.M)) > 0, f"a case in {name} can't be read"
        if request.config.getoption("--update-golden"):
            for _, output, case in reversed(found):
                text = text[: case.start("wanted")] + output + text[case.end("wanted") :]
            path.write_text(text, encoding="utf-8")
        for title, output, case in found:
            assert request.config.getoption("--update-golden") or output == case["wanted"], title

    return check
