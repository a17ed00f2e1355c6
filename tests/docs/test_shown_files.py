"""Where a page shows a file of the examples, it shows what the file holds: its code is the code that is tested."""

from __future__ import annotations

import re

import pytest

from .pages import PAGES, ROOT, blocks

SHOWN = [
    (block, found[1])
    for page in PAGES
    for block in blocks(page)
    if (found := re.match(r"# (examples/\S+\.\w+)\n", block.text))
]


def test_the_packages_are_shown() -> None:
    assert {path for _, path in SHOWN} >= {
        "examples/runbook-port/runbook_port.py",
        "examples/runbook-port/tests/test_runbook_port.py",
        "examples/runbook-port/pyproject.toml",
        "examples/runbook-netrc/runbook_netrc.py",
    }


@pytest.mark.parametrize("number", range(len(SHOWN)), ids=[f"{block.name}:{path}" for block, path in SHOWN])
def test_a_page_shows_what_the_file_holds(number: int, request: pytest.FixtureRequest) -> None:
    block, path = SHOWN[number]
    wanted = f"# {path}\n{(ROOT / path).read_text('utf-8')}"

    if request.config.getoption("--update-golden"):
        page = block.page.read_text("utf-8")
        begin = page.index(f"# {path}\n")
        end = page.index("```", begin)
        block.page.write_text(page[:begin] + wanted + page[end:], "utf-8")
    else:
        assert block.text == wanted
