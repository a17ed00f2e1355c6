"""Pages of the site as one document: names are its own, links lead to what is there, and nothing is closed."""

from __future__ import annotations

import re
from collections import Counter
from functools import partial
from pathlib import Path

import pytest

from runbook import app
from runbook.views.site.paper import Sheets
from runbook.views.site.printing import checklists, procedures

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def sheets(tmp_path_factory: pytest.TempPathFactory) -> Sheets:
    """The checklists of our own processes."""
    workspace = app.Workspace(ROOT, home_folder=tmp_path_factory.mktemp("home") / "runs")
    library = app.part_of(app.read_all(workspace, keep=True), "backup")
    return Sheets(app.site_of(workspace, library), partial(app.plan, workspace, library), lambda path, key: "")


def test_every_name_of_the_document_is_there_once_and_every_link_leads_to_one(sheets: Sheets) -> None:
    html, _ = procedures(sheets.site.listed, "Backup", sheets.site)

    names = Counter(re.findall(r' id="([^"]*)"', html))
    links = re.findall(r' href="([^"]*)"', html)
    assert [name for name, count in names.items() if count > 1] == []
    assert links
    assert [link for link in links if not re.match("[a-z]+:", link) and link.removeprefix("#") not in names] == []
    assert html.count("<article") == len(sheets.site.listed)
    assert [tag for tag in re.findall("<details[^>]*>", html) if " open" not in tag] == []


def test_the_document_loads_nothing(sheets: Sheets) -> None:
    for html, style in (
        procedures(sheets.site.listed, "Backup", sheets.site),
        checklists(sheets.site.listed, "Backup", sheets),
    ):
        assert not re.search(r"<(link|script|img|iframe|object)\b", html)
        assert "url(" not in style.replace("attr(href url)", "")
        assert "@import" not in style


def test_several_have_a_table_of_contents_and_one_has_none(sheets: Sheets) -> None:
    several, _ = checklists(sheets.site.listed, "All <of> them", sheets)
    one, _ = checklists(sheets.site.listed[:1], "One", sheets)

    assert '<nav class="toc"><h1>All &lt;of&gt; them</h1>' in several
    assert several.count("<li><a href=") == len(sheets.site.listed)
    assert "toc" not in one


def test_id_and_version_stand_on_every_page(sheets: Sheets) -> None:
    card = sheets.site.listed[0]

    html, style = procedures([card], card.title, sheets.site)

    assert f'data-about="{card.id}  {card.definition[:12]}"' in html
    assert "string(about)" in style
    assert '"Page " counter(page) " of " counter(pages)' in style
