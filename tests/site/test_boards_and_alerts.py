"""The board as a page of the site, and where alerts lead."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.site.conftest import RESTART, Visitor


def test_an_alert_leads_to_its_procedure_at_once_and_several_to_a_choice(visit_folder: Visitor) -> None:
    page = visit_folder.open("alerts/WebDown.html")
    page.wait_for_url(f"**/{RESTART}")

    page = visit_folder.open("alerts/WebSlow.html")
    expect(page.locator("main ul li")).to_have_count(2)
    page.get_by_role("link", name="Restart a web server").last.click()
    page.wait_for_url(f"**/{RESTART}")


def test_an_alert_is_found_by_the_search(visit_folder: Visitor) -> None:
    page = visit_folder.open("index.html")
    page.locator("#q").fill("WebDown")

    expect(page.locator("#found [role=option]").first).to_contain_text("Restart a web server")


def test_a_board_shows_its_columns_with_who_has_what(visit_folder: Visitor) -> None:
    page = visit_folder.open("boards/index.html")
    page.get_by_role("link", name="Work").click()

    doing = page.locator("#doing")
    expect(doing).to_contain_text("Mail is down")
    expect(doing).to_contain_text("1 / 5")
    inbox = page.locator("#inbox")
    expect(inbox).to_contain_text("Printer <b>jams</b>")
    expect(inbox).to_contain_text("blocked: supplier")
    expect(page.locator("#done")).to_have_count(0)
