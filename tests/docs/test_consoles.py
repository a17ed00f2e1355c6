"""Every console block of the documentation is played, and what it shows is what the page says."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from .console import Console, agrees, commands, settled
from .pages import PAGES, ROOT, Block, blocks

IN_THE_LIBRARY = {"docs/how-to/use-the-library.md", "docs/how-to/run-unattended.md"}
"""Pages whose commands are typed in this repository."""
IN_AN_EXAMPLE = {"docs/tutorials/three-people-one-maintenance.md": "examples/data-centre"}
"""Pages whose commands are typed in a copy of a project that stands in this repository."""

ELSEWHERE = {"docs/tutorials/the-department.md"}
"""Pages with a test of their own."""

PLAYED = [page for page in PAGES if any(blocks(page, "console")) and page.relative_to(ROOT).as_posix() not in ELSEWHERE]


@pytest.mark.parametrize("page", PLAYED, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_a_page_shows_what_the_terminal_shows(page: Path, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    console = Console(tmp_path)
    if page.relative_to(ROOT).as_posix() in IN_THE_LIBRARY:
        shutil.copy(ROOT / "runbook.yaml", tmp_path)
        shutil.copytree(ROOT / "processes", tmp_path / "processes", ignore=shutil.ignore_patterns("__pycache__"))
    if example := IN_AN_EXAMPLE.get(page.relative_to(ROOT).as_posix()):
        ignored = shutil.ignore_patterns(".runbook", "plant", "__pycache__")
        shutil.copytree(ROOT / example, tmp_path, ignore=ignored, dirs_exist_ok=True)
    update = request.config.getoption("--update-golden")
    text, moved, different = page.read_text("utf-8"), 0, []

    for block in blocks(page):
        if block.path and block.info[0] in ("yaml", "markdown", "html"):
            write(console, block)
        if block.info[:1] != ("console",):
            continue
        lines: list[str] = []
        for command, expected in commands(block.text):
            shown = console.run(command, expected)
            good = agrees(shown, expected)
            taken = not good and update and may_stand(shown, expected)
            if not (good or taken):
                told = ["$ " + command, *shown, "--- instead of", *expected]
                different.append(f"{block.name}\n" + "\n".join(told))
            lines += [f"$ {command}", *(line.rstrip() for line in (settled(shown) if taken else expected))]
        new = "\n".join(lines) + "\n"
        start = block.start + moved
        text = text[:start] + new + text[start + len(block.text) :]
        moved += len(new) - len(block.text)

    if update:
        page.write_text(text, "utf-8")
    assert not different, "\n\n".join(different)


def may_stand(shown: list[str], expected: list[str]) -> bool:
    """True when a page may be brought up to date with this: it leaves nothing out, and this is no crash of ours."""
    return "..." not in expected and not any("this is a bug" in line for line in shown)


def write(console: Console, block: Block) -> None:
    """The file that a block is, in the folder that the reader is in."""
    path = console.place / block.path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(block.text, "utf-8")
