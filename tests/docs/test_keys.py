"""The page of the loop names every key, its word and what it does, as the loop itself knows them."""

from __future__ import annotations

import pytest

from runbook.cli.loop import keys

from .pages import ROOT

MENUS = {
    "work": keys.WORK,
    "choice": keys.choice(("first", "second")),
    "choices": keys.CHOICES,
    "approval": keys.APPROVAL,
    "start": keys.START,
    "failure": keys.FAILURE,
    "doubt": keys.DOUBT,
}


@pytest.mark.parametrize("menu", MENUS.values(), ids=MENUS.keys())
def test_every_key_stands_on_the_page(menu: keys.Menu) -> None:
    page = (ROOT / "docs" / "how-to" / "at-the-terminal.md").read_text("utf-8")

    for key in menu.keys:
        assert f"| `{key.key}` | `{key.word}` | {key.help} |" in page, key
