"""Every sort of page against the rules of axe: in light, in dark, on a telephone, and with its boxes open."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.site.conftest import PAGES, PHONE, RESTART, Open, Visitor

AXE = Axe()
QUICK = {"resultTypes": ["violations"], "preload": False}
"""Nothing but what is wrong; and axe itself asks for no files, which a page from a folder would not get."""
EVERYTHING = {
    **QUICK,
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"],
}
COLOURS = {**QUICK, "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}

UNSEEN = """() => {
    const at = document.activeElement;
    if (!at || at === document.body) return [];
    const box = at.getBoundingClientRect();
    const [left, right] = [Math.max(box.left, 0), Math.min(box.right, innerWidth)];
    const [top, bottom] = [Math.max(box.top, 0), Math.min(box.bottom, innerHeight)];
    const points = [[(left + right) / 2, (top + bottom) / 2], [left + 3, top + 3], [right - 3, bottom - 3]];
    const seen = points.some(([x, y]) => at.contains(document.elementFromPoint(x, y)));
    const shape = at.closest("svg") && at.querySelector(".d-shape, .d-touch"); // a node of a diagram has no outline
    const { outlineStyle, strokeWidth } = getComputedStyle(shape || at);
    const marked = shape ? parseFloat(strokeWidth) >= 3 : outlineStyle !== "none";
    return seen && marked ? [] : [`${at.outerHTML.slice(0, 120)} at ${box.top}`];
}"""
"""What has the focus, where nobody can see it or nothing marks it."""


def violations(page: Page, options: dict[str, Any], within: str = "html") -> list[str]:
    """What the rules find on a page."""
    found = AXE.run(page, context=within, options=options).response["violations"]
    return [f"{each['id']}: {node['html'][:160]} {node['failureSummary']}" for each in found for node in each["nodes"]]


@pytest.mark.parametrize("path", PAGES)
def test_a_page_is_accessible(path: str, read: Open) -> None:
    page = read(path)
    if ".checklist." not in path:  # it is black on white, as on paper
        page.locator("[data-theme-button]").wait_for()

    assert violations(page, EVERYTHING) == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS) == []


@pytest.mark.parametrize("path", ["index.html", RESTART])
def test_a_page_is_accessible_on_a_telephone(path: str, read: Open) -> None:
    page = read(path, PHONE)

    assert violations(page, EVERYTHING) == []


def test_what_opens_is_accessible(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART, reduced_motion="reduce")
    page.locator("[data-input=host]").fill("9 lives")
    page.locator("[data-tick=step-look]").check()
    page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true; scrollTo(0, 0)")
    assert violations(page, EVERYTHING) == []

    page.locator("#q").fill("restart")
    expect(page.locator("#found [role=option]").first).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found [aria-selected=true]")).to_be_visible()
    assert violations(page, EVERYTHING, "header") == []
    page.emulate_media(color_scheme="dark")
    assert violations(page, COLOURS, "header") == []


@pytest.mark.parametrize("path", ["index.html", "search.html", "processes/web/index.html", RESTART])
def test_everything_that_the_keyboard_reaches_is_seen(path: str, read: Open) -> None:
    """What has the focus is on the screen, has an outline, and is under neither of the bars that stay."""
    page = read(path)
    page.evaluate("document.activeElement?.blur()")
    hidden: list[str] = []
    for _ in range(40):
        page.keyboard.press("Tab")
        hidden += page.evaluate(UNSEEN)
    assert hidden == []
