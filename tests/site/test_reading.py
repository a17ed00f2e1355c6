"""A page as it is read: ticks, theme, tables, where the reader is, on paper, on a telephone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, ViewportSize, expect

from tests.site.conftest import PAGES, PHONE, RESTART, WIDE, Open, Visitor

TICK = "[data-tick='{}']"


def _ticked(page: Page) -> list[str]:
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('[data-tick]:checked')].map(box => box.dataset.tick)"
    )
    return found


def test_ticks_stay_and_say_what_is_next(visit: Visitor) -> None:
    page = visit.open(RESTART)
    total = page.locator(".step [data-tick]").count()
    expect(page.locator("[data-progress]")).to_have_text(f"0 of {total} done")
    expect(page.locator("[data-clear-ticks]")).to_be_hidden()

    page.locator(TICK.format("step-reachable")).check()
    page.locator(TICK.format("step-look")).check()
    expect(page.locator("[data-progress]")).to_have_text(f"2 of {total} done, next: 2")
    page.reload()

    assert _ticked(page) == ["step-reachable", "step-look"]
    page.locator("[data-progress] a").click()
    page.wait_for_url(f"**/{RESTART}#step-decide")
    expect(page.locator("#step-decide")).to_be_in_viewport()
    page.locator("[data-clear-ticks]").click()
    expect(page.locator("[data-clear-ticks]")).to_be_hidden()
    assert _ticked(page) == []
    page.reload()
    assert _ticked(page) == []


def test_ticks_are_dropped_with_another_version_of_the_process(visit_folder: Visitor, built_site: Path) -> None:
    context = visit_folder.context()
    page = visit_folder.open(RESTART, context)
    page.locator(TICK.format("step-look")).check()
    other = visit_folder.open("processes/incidents/major-incident.html", context)
    other.locator(TICK.format("step-lead")).check()
    kept = set(page.evaluate("Object.keys(localStorage)"))
    text = (built_site / RESTART).read_text(encoding="utf-8")
    changed = re.sub(r'data-version="\w+"', 'data-version="0123456789ab"', text)

    context.route("**/restart-server.html", lambda route: route.fulfill(body=changed, content_type="text/html"))
    page.reload()

    assert _ticked(page) == []
    left = set(page.evaluate("Object.keys(localStorage)"))
    assert len(kept) == 2
    assert len(left) == 1
    assert left < kept
    other.reload()
    assert _ticked(other) == ["step-lead"]


def test_a_browser_that_keeps_nothing_shows_everything_all_the_same(visit_folder: Visitor) -> None:
    context = visit_folder.context()
    for storage in ("localStorage", "sessionStorage"):
        refuse = "{ get() { throw new DOMException('refused', 'SecurityError'); } }"
        context.add_init_script(f"Object.defineProperty(window, '{storage}', {refuse})")
    page = visit_folder.open(RESTART, context)

    page.locator("[data-theme-button]").click()
    page.locator("[data-input=host]").fill("web-7")
    page.locator(TICK.format("step-reachable")).check()

    expect(page.locator("html")).to_have_attribute("data-theme", "light")
    expect(page.locator("#run-command code")).to_contain_text("host=web-7")
    expect(page.locator("[data-progress]")).to_contain_text("1 of")
    page.locator("#q").fill("kubectl")
    expect(page.locator("#found")).to_be_visible()


def test_the_theme_is_kept_and_there_before_anything_is_painted(visit: Visitor) -> None:
    context = visit.context()
    page = visit.open("index.html", context)
    light = page.evaluate("getComputedStyle(document.body).color")
    for theme in ("light", "dark"):
        page.locator("[data-theme-button]").click()
        expect(page.locator("html")).to_have_attribute("data-theme", theme)
    expect(page.locator("[data-theme-button]")).to_have_text("Theme: dark")
    dark = page.evaluate("getComputedStyle(document.body).color")
    assert dark != light

    # What the page is like when its body begins, before a script that waits for the whole page runs.
    context.add_init_script(
        "new MutationObserver((_, self) => { if (!document.body) return; self.disconnect();"
        " window.first = document.documentElement.dataset.theme; }).observe(document, {childList: true, subtree: true})"
    )
    page.goto(visit.root + RESTART)

    assert page.evaluate("window.first") == "dark"
    assert page.evaluate("getComputedStyle(document.body).color") == dark
    page.locator("[data-theme-button]").click()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "auto"


def test_the_theme_of_the_machine_is_taken_where_none_is_chosen(visit_folder: Visitor) -> None:
    light, dark = (
        visit_folder.open("index.html", color_scheme=each).evaluate(
            "getComputedStyle(document.documentElement).backgroundColor"
        )
        for each in ("light", "dark")
    )

    assert light != dark


def test_a_printed_page_shows_what_is_closed_and_no_buttons(visit: Visitor) -> None:
    page = visit.open(RESTART)
    closed = page.locator("main details:not([open])").count()
    assert closed > 0
    page.evaluate(
        "addEventListener('beforeprint', () => {"
        " window.printed = document.querySelectorAll('main details:not([open])').length; })"
    )

    page.pdf()

    assert page.evaluate("window.printed") == 0
    assert page.locator("main details:not([open])").count() == closed
    page.emulate_media(media="print")
    for gone in ("header.top", "nav.groups", "aside.contents", ".actions", "[data-progress-bar]"):
        expect(page.locator(gone)).to_be_hidden()
    for button in page.locator("[data-copy]").all():
        expect(button).to_be_hidden()
    expect(page.locator("#step-drain .box.warning")).to_be_visible()


@pytest.mark.parametrize("path", PAGES)
def test_a_telephone_shows_the_page_without_moving_it_sideways(path: str, read: Open) -> None:
    page = read(path, PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_the_search_of_a_telephone_fits(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART, viewport=PHONE)

    page.locator("#q").fill("restart")
    expect(page.locator("#found")).to_be_visible()

    box = page.locator("#found").bounding_box()
    assert box is not None
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= PHONE["width"]
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_table_is_sorted_by_what_is_clicked(visit_folder: Visitor) -> None:
    page = visit_folder.open("processes/web/index.html")
    titles = page.locator("table.procedures tbody th a")
    assert titles.all_inner_texts() == ["Restart a web server", "Rotate a certificate"]
    head = page.get_by_role("columnheader", name="Procedure")
    steps = page.get_by_role("columnheader", name="Steps")

    steps.get_by_role("button").press("Enter")
    assert titles.all_inner_texts() == ["Rotate a certificate", "Restart a web server"]
    expect(steps).to_have_attribute("aria-sort", "ascending")
    steps.get_by_role("button").press("Enter")
    assert titles.all_inner_texts() == ["Restart a web server", "Rotate a certificate"]
    expect(steps).to_have_attribute("aria-sort", "descending")
    head.get_by_role("button").click()

    assert steps.get_attribute("aria-sort") is None
    assert titles.all_inner_texts() == ["Restart a web server", "Rotate a certificate"]


def test_a_long_table_is_filtered_by_what_is_typed(visit_folder: Visitor) -> None:
    """A group of two has no filter, so this one is put in; what it does with rows is the same."""

    def with_filter(route: Route) -> None:
        path = Path(route.request.url.removeprefix("file://"))
        field = '<p hidden><label>Only <input type="search" data-filter></label></p><div class="wide"><table'
        body = path.read_text(encoding="utf-8").replace('<div class="wide"><table', field, 1)
        route.fulfill(body=body, content_type="text/html")

    context = visit_folder.context()
    context.route("**/web/index.html", with_filter)
    page = visit_folder.open("processes/web/index.html", context)
    rows = page.locator("table.procedures tbody tr")

    page.locator("[data-filter]").fill("TLS cert")
    expect(rows.filter(visible=True)).to_have_count(1)
    expect(page.locator("p [role=status]")).to_have_text("1 row")
    page.locator("[data-filter]").fill("")

    expect(rows.filter(visible=True)).to_have_count(2)


def test_the_contents_show_where_the_reader_is(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART)
    now = page.locator(".contents [aria-current]")
    expect(now).to_have_attribute("href", "#when")

    page.locator("#step-restart").evaluate("step => step.scrollIntoView({behavior: 'instant'})")
    expect(now).to_have_attribute("href", "#step-work")
    page.evaluate("scrollTo({top: document.documentElement.scrollHeight, behavior: 'instant'})")

    expect(now).to_have_count(1)
    expect(now).to_have_attribute("href", page.locator(".contents a").last.get_attribute("href") or "")


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "telephone"])
def test_an_anchor_of_a_step_leads_to_it_below_the_bars(size: ViewportSize, visit: Visitor) -> None:
    page = visit.open(f"{RESTART}#step-warm", viewport=size, reduced_motion="reduce")
    page.wait_for_function("document.getElementById('step-warm-title').getBoundingClientRect().top < 300")

    title, bar, progress = (page.locator(each).bounding_box() for each in ("#step-warm-title", ".top", ".progress"))

    assert title is not None
    assert bar is not None
    assert progress is not None
    assert max(each["y"] + each["height"] for each in (bar, progress)) <= title["y"]
