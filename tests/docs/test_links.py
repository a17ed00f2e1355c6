"""Every link of the documentation leads somewhere, and every page can be reached."""

from __future__ import annotations

from pathlib import Path

import pytest

from .pages import PAGES, ROOT, anchors, links

FURTHER = (ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md")


@pytest.mark.parametrize("page", [*PAGES, *FURTHER], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    lost = []

    for link in links(page):
        target, _, anchor = link.partition("#")
        if target.startswith(("https://", "http://")):
            continue
        file = (page.parent / target).resolve() if target else page
        if not file.exists() or (anchor and anchor not in anchors(file)):
            lost.append(link)

    assert not lost


def test_every_page_is_in_the_index() -> None:
    index = ROOT / "docs" / "index.md"

    linked = {(index.parent / link).resolve() for link in links(index)}

    assert {page for page in PAGES if page.name not in ("README.md", "index.md")} <= linked


def test_the_index_is_in_the_readme() -> None:
    assert "docs/index.md" in set(links(ROOT / "README.md"))
