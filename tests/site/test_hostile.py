"""What is hostile in a project is text on its site: every element and attribute of every page is one of ours."""

from __future__ import annotations

import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from runbook import app
from runbook.diagnostics import Severity
from tests.site.hostile import HOSTILE
from tests.site.project_of_hostile import committed, worked, written

_OURS = """html head meta title link script body a header form label input kbd div button main nav ol li ul span h1 h2
h3 h4 h5 h6 p dl dt dd meter section strong em code pre var table caption thead tbody tr th td select option details
summary blockquote hr br s aside footer svg g path rect polygon polyline circle ellipse text tspan line defs marker desc
noscript img mark article samp b i"""
_ELEMENTS = frozenset(re.findall(r"\w+", _OURS))
_SCHEMES = {"", "http", "https", "mailto", "tel", "ssh", "sftp", "ftp", "data"}
_ALERT = re.compile(r"0; url=\.\./processes/g[0-2]/p[0-9]+\.html")
"""Where an alert may lead by itself: to a procedure of the project."""
_VOID = {"meta", "link", "input", "br", "hr", "img"}


class _Page(HTMLParser):
    """What of a page a browser would run, load or obey, that is none of ours; and whether its elements are closed."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found: list[str] = []
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag not in _ELEMENTS:
            self.found.append(f"<{tag}>")
        for name, value in given.items():
            if name.startswith("on") or name in ("style", "srcdoc", "formaction", "background", "ping"):
                self.found.append(f"<{tag} {name}={value}>")
            if name in ("href", "src", "action", "xlink:href") and not _harmless(tag, value):
                self.found.append(f"<{tag} {name}={value}>")
        if tag == "script" and not re.fullmatch(r"(\.\./)*assets/[a-z-]+\.js", given.get("src", "")):
            self.found.append(f"<script src={given.get('src')}>")
        leads = _ALERT.fullmatch(given.get("content", ""))
        if tag == "meta" and given.get("http-equiv", "").lower() == "refresh" and not leads:
            self.found.append("<meta refresh>")
        if tag not in _VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if self.open and self.open[-1] == tag:
            self.open.pop()
        elif tag not in _VOID and tag not in ("path", "rect", "polygon", "circle", "line", "polyline", "ellipse"):
            self.found.append(f"</{tag}> where <{self.open[-1] if self.open else ''}> is open")

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in _VOID:
            self.open.pop()

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def _harmless(tag: str, target: str) -> bool:
    """A link may lead anywhere that a scheme of ours leads to; what is loaded comes from the site itself."""
    cleaned = re.sub(r"[\x00-\x20]", "", target).lower()
    try:
        parts = urlsplit(cleaned)
    except ValueError:
        return tag == "a"
    if tag == "a":
        return parts.scheme in _SCHEMES - {"data"}
    return not parts.scheme and not parts.netloc


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("hostile")
    written(root)
    committed(root)
    workspace = app.Workspace(root)
    assert worked(workspace) == len(HOSTILE)
    library = app.read_all(workspace, keep=True)
    wrong = [str(each.message) for each in library.diagnostics if each.severity is Severity.ERROR]
    assert not wrong, wrong[:5]
    assert not library.broken
    built = app.build_site(workspace, library, root / "site", lambda count: None)
    assert built.files > len(HOSTILE) // 8
    return root / "site"


def test_there_are_enough_hostile_texts_and_the_reader_sees_what_they_would_do() -> None:
    seen = 0
    for text in HOSTILE:
        page = _Page()
        page.feed(f"<p title='{text}'>{text}</p>")
        seen += bool(page.found)

    assert len(set(HOSTILE)) >= 130
    assert seen > 100


def test_every_element_of_every_page_is_ours(site: Path) -> None:
    pages = sorted(site.rglob("*.html"))
    found = {}
    for path in pages:
        page = _Page()
        page.feed(path.read_text("utf-8"))
        page.close()
        if page.found or page.open:
            found[path.name] = [*page.found[:5], *page.open[:3]]

    assert len(pages) > 30
    assert not found


def test_hostile_texts_are_there_as_texts(site: Path) -> None:
    page = _Page()
    page.feed((site / "processes/g0/p0.html").read_text("utf-8"))

    shown = "".join(page.texts)
    assert all(text in shown for text in HOSTILE[:3])


@pytest.mark.parametrize(
    ("pages", "least"), [("boards/hostile.html", 90), ("boards/index.board.html", 30), ("catalogue.html", 90)]
)
def test_hostile_items_and_services_are_on_the_board_and_in_the_catalogue_as_texts(
    site: Path, pages: str, least: int
) -> None:
    page = _Page()
    page.feed((site / pages).read_text("utf-8"))

    shown = " ".join("".join(page.texts).split())
    assert sum(" ".join(text.split()) in shown for text in HOSTILE) >= least
    if pages.startswith("boards"):
        for note, many in (("blocked: ", 15), ("waits for ", 5)):
            assert sum(note + " ".join(text.split()) in shown for text in HOSTILE) >= many


def test_an_alert_leads_to_its_procedure_and_several_are_told_with_their_hostile_titles(site: Path) -> None:
    alone = (site / "alerts/Down.3.html").read_text("utf-8")
    several = _Page()
    several.feed((site / "alerts/Slow_0.html").read_text("utf-8"))

    assert '<meta http-equiv="refresh" content="0; url=../processes/g0/p3.html">' in alone
    assert HOSTILE[0] in "".join(several.texts)


def test_every_element_of_every_page_for_mkdocs_is_ours_once_it_is_html(
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    import markdown  # MkDocs brings it along

    from runbook.views.mkdocs.source import EXTENSIONS

    root = tmp_path_factory.mktemp("hostile")
    written(root)
    workspace = app.Workspace(root)
    app.build_mkdocs(workspace, app.read_all(workspace, keep=True), root / "site", lambda count: None)
    found = {}
    for path in sorted((root / "site/docs").rglob("*.md")):
        page = _Page()
        page.feed(markdown.markdown(path.read_text("utf-8"), extensions=["toc", *EXTENSIONS]))
        page.close()
        if page.found or page.open:
            found[path.name] = [*page.found[:5], *page.open[:3]]

    assert not found


def test_every_page_forbids_what_is_not_ours(site: Path) -> None:
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:"
    for path in site.rglob("*.html"):
        assert policy in path.read_text("utf-8"), path
