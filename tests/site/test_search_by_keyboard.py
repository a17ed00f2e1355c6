"""The search as a reader uses it: by the keyboard, in the box of every page and on its own page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.site.conftest import PHONE, RESTART, Open, Visitor

FIELD, OPTIONS = "#q", "#found [role=option]"


def _search(page: Page, text: str) -> list[str]:
    """What the box offers for a text, without its last line, which leads on."""
    page.locator(FIELD).fill("")
    page.locator(FIELD).press_sequentially(text)
    expect(page.locator("#found")).to_be_visible()
    expect(page.locator(OPTIONS).last).to_have_attribute("id", f"found-{page.locator(OPTIONS).count() - 1}")
    return page.locator(OPTIONS).all_inner_texts()[:-1]


def test_search_leads_to_the_step_by_keyboard_alone(visit: Visitor) -> None:
    page = visit.open("index.html")
    assert page.evaluate("typeof runbookIndex") == "undefined"

    page.keyboard.press("/")
    expect(page.locator(FIELD)).to_be_focused()
    page.keyboard.type("restart drain")
    expect(page.locator(FIELD)).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("ArrowDown")

    chosen = page.locator("#found [aria-selected=true]")
    expect(chosen).to_have_count(1)
    assert page.locator(FIELD).get_attribute("aria-activedescendant") == chosen.get_attribute("id")
    expect(chosen).to_contain_text("4.1 Take it out of the balancer")
    expect(chosen).to_contain_text("Restart a web server")
    assert "Restart" in chosen.locator("mark").all_inner_texts()
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/{RESTART}#step-drain")


def test_arrows_go_round_and_escape_closes(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART)
    page.keyboard.press("/")
    page.keyboard.type("restart")
    expect(page.locator("#found")).to_be_visible()
    number = page.locator(OPTIONS).count()

    page.keyboard.press("ArrowUp")
    expect(page.locator(FIELD)).to_have_attribute("aria-activedescendant", f"found-{number - 1}")
    page.keyboard.press("ArrowDown")
    expect(page.locator(FIELD)).to_have_attribute("aria-activedescendant", "")
    page.keyboard.press("Escape")

    expect(page.locator("#found")).to_be_hidden()
    expect(page.locator(FIELD)).to_have_attribute("aria-expanded", "false")
    expect(page.locator(FIELD)).to_have_value("restart")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#found")).to_be_visible()


def test_a_slash_that_is_typed_in_a_field_stays_there(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART)

    page.locator("[data-input=message]").press_sequentially("a/b")

    expect(page.locator("[data-input=message]")).to_have_value("a/b")
    expect(page.locator("[data-input=message]")).to_be_focused()


def test_the_key_can_be_switched_off(visit_folder: Visitor) -> None:
    context = visit_folder.context()
    visit_folder.open("search.html", context).locator("[data-slash]").uncheck()

    page = visit_folder.open("index.html", context)
    page.keyboard.press("/")

    expect(page.locator(FIELD)).not_to_be_focused()


FOUND = {
    "a title comes before what stands in a step": ("restart", "Restart a web server"),
    "a part of a name with underscores": ("recovery", "1 Ist es die Kopie?"),
    "a name as far as it is typed": ("pg_is_in", "1 Ist es die Kopie?"),
    "an address as far as it is typed": ("10.0.0", "1 Ist es die Kopie?"),
    "a path": ("web/restart-server", "Restart a web server"),
    "a word of a command": ("kubectl", "3 Mend it"),
    "a tag": ("nginx", "Restart nginx"),
    "an owner": ("duty-managers", "Handle a major incident"),
    "an owner without the dots": ("ozturk", "Prüfe die Größe"),
    "an alert": ("webserverslow", "Restart a web server"),
    "without accents": ("prufe grosse", "Prüfe die Größe"),
    "with accents, in large letters": ("GRÖSSE", "Prüfe die Größe"),
    "Chinese, from the middle of a text": ("数据库", "Prüfe die Größe"),
    "Greek": ("ελλην", "Prüfe die Größe"),
    "a group": ("web servers", "Web servers"),
    "words of several steps": ("rollout lead", "Handle a major incident"),
}


@pytest.mark.parametrize("case", FOUND)
def test_the_search_finds(case: str, read: Open) -> None:
    query, wanted = FOUND[case]

    found = _search(read("index.html"), query)

    assert any(wanted in each for each in found[:2]), found


def test_all_words_must_be_there_and_it_is_said_how_many_results(visit_folder: Visitor) -> None:
    page = visit_folder.open("index.html")

    both, one = _search(page, "restart nginx"), _search(page, "restart")
    assert 0 < len(both) < len(one)
    assert _search(page, "restart elephant") == []

    expect(page.locator("#found")).to_contain_text("Nothing found")
    expect(page.locator("form.search [role=status]")).to_have_text("0 results")
    page.locator(FIELD).fill("kubectl")
    expect(page.locator("form.search [role=status]")).to_have_text("1 result")


def test_what_is_typed_is_never_taken_for_html(visit_folder: Visitor) -> None:
    page = visit_folder.open("search.html?q=%3Cimg%20src%3Dx%20onerror%3Dalert(1)%3E%20kubectl")
    expect(page.locator("[data-found]")).to_have_text("0 results")

    _search(page, "<img src=x onerror=alert(1)>")

    assert page.locator("main img, #found img").count() == 0


def test_the_search_page_shows_results_by_group(visit: Visitor) -> None:
    page = visit.open("index.html")
    page.locator(FIELD).fill("the")
    page.keyboard.press("Enter")
    page.wait_for_url("**/search.html?q=the")

    expect(page.locator("[data-results] li").first).to_be_visible()
    everything = page.locator("[data-results] li").count()
    page.get_by_label("Group", exact=True).select_option("Incidents")

    expect(page.locator("[data-results] li")).not_to_have_count(everything)
    assert all(
        "major-incident" in (link.get_attribute("href") or "") for link in page.locator("[data-results] a").all()
    )
    page.get_by_label("Words that all").fill("kubectl")
    expect(page.locator("[data-found]")).to_have_text("1 result")
    page.locator("[data-results] a").click()
    page.wait_for_url("**/major-incident.html#step-mend")


def test_without_scripts_the_search_page_leads_to_the_list_of_all(visit: Visitor) -> None:
    page = visit.open("search.html", java_script_enabled=False)

    page.get_by_role("link", name="All procedures from A to Z").click()

    page.wait_for_url("**/all.html")
    expect(page.get_by_role("link", name="Handle a major incident")).to_be_visible()


def test_an_index_that_cannot_be_loaded_is_said(visit_folder: Visitor, built_site: Path) -> None:
    context = visit_folder.context(viewport=PHONE)
    context.route("**/search-index.js", lambda route: route.abort())
    page = visit_folder.open("index.html", context)

    page.locator(FIELD).fill("restart")

    expect(page.locator("form.search [role=status]")).to_have_text("The search cannot be loaded")
    visit_folder.complaints.clear()  # the browser says it, too
