"""Free pages in a real browser: their commands are copied one by one, the search finds their parts, links lead on."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.site.conftest import PHONE, RESTART, Visitor

PAGE = "pages/on-call.html"


def test_each_command_of_a_session_is_copied_by_itself(visit: Visitor) -> None:
    page = visit.open(PAGE, permissions=["clipboard-read", "clipboard-write"])
    buttons = page.locator(".console [data-copy]")
    expect(buttons).to_have_count(2)

    buttons.nth(0).click()
    expect(buttons.nth(0)).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "runbook list --json"

    buttons.nth(1).click()
    expect(buttons.nth(1)).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "runbook run web/restart-server \\\n--yes"


def test_the_search_finds_a_part_of_a_page(visit: Visitor) -> None:
    page = visit.open("index.html")

    page.keyboard.press("/")
    page.keyboard.type("noon and one")
    page.locator("#found [role=option]").first.wait_for()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")

    page.wait_for_url(f"**/{PAGE}#.content")
    expect(page.locator("main h2", has_text="Content")).to_be_in_viewport()


def test_a_link_to_a_process_leads_to_its_page(visit: Visitor) -> None:
    page = visit.open(PAGE)

    page.locator("article a", has_text="restart").click()

    page.wait_for_url(f"**/{RESTART}")


def test_a_picture_is_shown(visit: Visitor) -> None:
    page = visit.open(PAGE)
    picture = page.get_by_alt_text("How the lines go")

    picture.scroll_into_view_if_needed()

    page.wait_for_function("document.querySelector('article img').naturalWidth > 0")


def test_a_page_fits_on_a_telephone(visit_folder: Visitor) -> None:
    page = visit_folder.open(PAGE, viewport=PHONE)

    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]
