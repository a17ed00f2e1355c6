"""Commands on a procedure's page: filled by what is typed once, checked as it is typed, copied as they stand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Locator, Page, Route, expect

from tests.site.conftest import RESTART, Visitor

CLIPBOARD = ["clipboard-read", "clipboard-write"]


def _input(page: Page, name: str) -> Locator:
    return page.locator(f"[data-input={name}]")


def _command(page: Page, step: str) -> Locator:
    return page.locator(f"#step-{step} > .command").first


def test_a_value_typed_once_is_in_every_command(visit: Visitor) -> None:
    page = visit.open(RESTART)
    places = page.locator("var[data-var=host]")
    assert places.count() > 5
    assert set(places.all_text_contents()) == {"{{ inputs.host }}"}

    _input(page, "host").press_sequentially("web-7")

    assert set(places.all_text_contents()) == {"web-7"}
    assert page.locator("var[data-var=host]:not(.set)").count() == 0
    expect(page.locator("#run-command code")).to_contain_text("runbook run web/restart-server -i host=web-7")
    _input(page, "host").fill("")
    assert set(places.all_text_contents()) == {"{{ inputs.host }}"}


def test_a_default_stands_where_nothing_is_typed(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART)
    command = _command(page, "drain")
    expect(command).to_contain_text("/pools/blue/drain?host={{ inputs.host }}&minutes=10")
    expect(command.locator("[data-copy]")).to_have_text("Copy (fill in: host)")

    _input(page, "colour").select_option("green")
    _input(page, "minutes").fill("5")

    expect(command).to_contain_text("/pools/green/drain?host={{ inputs.host }}&minutes=5")


def test_what_may_be_left_out_is_in_the_command_only_when_it_was_typed(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART, visit_folder.context(permissions=CLIPBOARD))
    _input(page, "host").fill("web-7")
    _input(page, "message").fill("now")
    begun = "runbook run web/restart-server -i host=web-7 -i message=now"
    page.locator("[data-copy-from=run-command]").click()
    expect(page.locator("[data-copy-from=run-command]")).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == begun

    _input(page, "minutes").fill("5")
    page.locator("#run-command [data-copy]").click()
    expect(page.locator("#run-command [data-copy]")).to_have_text("Copied")

    assert page.evaluate("navigator.clipboard.readText()") == f"{begun} -i minutes=5"


def test_values_stay_in_the_tab_and_nowhere_else(visit: Visitor) -> None:
    context = visit.context()
    page = visit.open(RESTART, context)
    _input(page, "host").fill("web-7")
    _input(page, "minutes").fill("30")

    page.reload()

    expect(_input(page, "host")).to_have_value("web-7")
    expect(page.locator("#run-command code")).to_contain_text("host=web-7")
    assert "web-7" not in page.evaluate("JSON.stringify(localStorage)")
    expect(_input(visit.open(RESTART, context), "host")).to_have_value("")


def test_a_secret_is_neither_filled_in_nor_kept(browser: Browser, served: str) -> None:
    """The pages ask for none; a page that a project has changed may."""
    visit = Visitor(browser, served)
    context = visit.context()
    context.route("**/*.html", lambda route: route.fulfill(body=_with_a_secret(route), content_type="text/html"))
    page = visit.open(RESTART, context)

    _input(page, "message").fill("hunter2")

    assert page.locator("[type=password]").count() == 1
    expect(_command(page, "look")).to_contain_text("{{ inputs.message }}")
    assert "hunter2" not in page.evaluate("JSON.stringify([localStorage, sessionStorage])")
    visit.close()
    assert visit.complaints == []


def _with_a_secret(route: Route) -> str:
    return route.fetch().text().replace('data-input="message" type="text"', 'data-input="message" type="password"')


WRONG = {
    "a form": ("host", "9 lives", "not of the form"),
    "too little": ("minutes", "0", "not below 1"),
    "too much": ("minutes", "61", "not above 60"),
    "a part of one": ("minutes", "1.5", "a whole number"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_typed_is_checked_at_once(case: str, visit_folder: Visitor) -> None:
    name, value, problem = WRONG[case]
    page = visit_folder.open(RESTART)
    field = _input(page, name)
    expect(field).to_have_attribute("aria-invalid", "false")

    field.press_sequentially(value)

    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_have_accessible_description(f"{page.locator(f'#problem-{name}').inner_text()}")
    expect(page.locator(f"#problem-{name}")).to_contain_text(problem)
    field.fill("5" if name == "minutes" else "web-1")
    expect(page.locator(f"#problem-{name}")).to_be_empty()


def test_a_needed_value_that_is_taken_away_is_missed(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART)
    expect(page.locator("#problem-host")).to_be_empty()

    _input(page, "host").fill("web-1")
    _input(page, "host").fill("")
    _input(page, "host").blur()

    expect(page.locator("#problem-host")).to_have_text("needed")


def test_copy_gives_exactly_the_command(visit: Visitor) -> None:
    page = visit.open(RESTART, permissions=CLIPBOARD)
    command = _command(page, "look")
    button = command.locator("[data-copy]")
    expect(button).to_have_text("Copy (fill in: host, message)")

    _input(page, "host").fill("web-7")
    _input(page, "message").fill("it's 5 $ and `more`")
    expect(button).to_have_text("Copy")
    button.click()

    expect(button).to_have_text("Copied")
    assert page.evaluate("navigator.clipboard.readText()") == (
        'ssh -- web-7 uptime\ngrep -F -- "it\'s 5 \\$ and \\`more\\`" /var/log/web-7/error.log | tail -n 50'
    )
    expect(button).to_have_text("Copy")  # after a moment


def test_a_value_without_quotes_around_it_gets_them(visit_folder: Visitor) -> None:
    page = visit_folder.open(RESTART, permissions=CLIPBOARD)
    _input(page, "host").fill("web-7")
    _input(page, "message").fill("it's; reboot")

    page.get_by_role("button", name="Copy the command that runs it").click()

    expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == (
        "runbook run web/restart-server -i host=web-7 -i message='it'\\''s; reboot'"
    )


def test_copy_works_where_a_page_has_no_clipboard(
    browser: Browser, built_site: Path, serve: Callable[[Path], str]
) -> None:
    """A server without https, under a name of its own."""
    visit = Visitor(browser, serve(built_site).replace("127.0.0.1", "plain.test"))
    page = visit.open(RESTART)
    assert page.evaluate("navigator.clipboard === undefined")
    _input(page, "host").fill("web-7")
    button = _command(page, "restart").locator("[data-copy]")

    button.focus()
    page.keyboard.press("Enter")

    expect(button).to_have_text("Copied")
    expect(button).to_be_focused()
    _input(page, "message").focus()
    page.keyboard.press("Control+V")
    expect(_input(page, "message")).to_have_value("ssh -- web-7 sudo systemctl restart nginx.service")
    visit.close()
    assert visit.complaints == []


def test_without_scripts_everything_can_be_read_and_nothing_promises_more(visit: Visitor) -> None:
    page = visit.open(RESTART, java_script_enabled=False)

    for step in ("look", "decide", "agree", "drain", "restart", "call", "warm", "read", "tell", "page", "note"):
        expect(page.locator(f"#step-{step} > :is(h3, h4, h5)")).to_be_visible()
    expect(_command(page, "look")).to_contain_text("ssh -- {{ inputs.host }} uptime")
    expect(page.get_by_text("Sessions on the server are lost.")).to_be_visible()
    expect(_input(page, "host")).to_be_visible()
    for promise in page.locator("[data-copy], [data-copy-from], [data-theme-button], [data-clear-ticks]").all():
        expect(promise).to_be_hidden()
    page.locator("#step-drain details.undo summary").click()
    expect(page.locator("#step-drain details.undo pre")).to_be_visible()
