"""Values of a YAML text written otherwise: comments, order and layout of the rest stay."""

from __future__ import annotations

import pytest

from runbook.editing.changing import changed
from runbook.editing.index import index_of
from runbook.operations.improve.suggestion import Edit, Insert, Put, TakeOut
from runbook.reading.layout import entry_of

TEXT = """\
runbook: 1
title: Restart   # the web server
# who does it
roles: {operator: {summary: Does it}}
steps:
  # first of all
  - id: drain
    title: Drain it   # of all users
    manual: |
      Drain it.
      Wait.

  # nobody likes this one
  - id: allow
    title: Allowed?
    approval: boss   # or her deputy

  - {id: restart, title: Restart it, manual: Restart it.}
  - id: last
    title: Last
    manual: Look.  # at the page
"""


def after(*edits: Edit, text: str = TEXT) -> str | None:
    return changed(index_of("p.yaml", entry_of("processes/web/p.yaml"), text, None), edits)


CASES: dict[str, tuple[tuple[Edit, ...], str, str]] = {
    "a value is replaced": ((Put(("title",), "Start"),), "title: Restart   # the", "title: Start   # the"),
    "a value inside of braces is replaced": (
        (Put(("steps", 2, "title"), "Again"),), "title: Restart it,", "title: Again,",
    ),
    "a field of the document stands before the steps": (
        (Put(("change",), "standard"),), "steps:\n", "change: standard\nsteps:\n",
    ),
    "a field comes below the last one, and what is beside that stays": (
        (Put(("steps", 3, "when"), "inputs.x"),),
        "    manual: Look.  # at the page\n",
        "    manual: Look.  # at the page\n    when: inputs.x\n",
    ),
    "a field comes below a text of several lines": (
        (Put(("steps", 0, "role"), "operator"),), "      Wait.\n", "      Wait.\n    role: operator\n",
    ),
    "a field inside of braces comes last": (
        (Put(("steps", 2, "when"), "inputs.x"),), "manual: Restart it.}", "manual: Restart it., when: inputs.x}",
    ),
    "an entry is inserted above the comment of the next one": (
        (Insert(("steps", 1), ("id: look", "title: Look")),),
        "  # nobody likes this one\n",
        "  - id: look\n    title: Look\n  # nobody likes this one\n",
    ),
    "an entry is inserted below another": (
        (Insert(("steps", 1), ("id: look",), after=True),),
        "    approval: boss   # or her deputy\n",
        "    approval: boss   # or her deputy\n  - id: look\n",
    ),
    "an entry is left out": (
        (TakeOut(("steps", 2)),), "  - {id: restart, title: Restart it, manual: Restart it.}\n", "",
    ),
}  # fmt: skip


@pytest.mark.parametrize("what", CASES)
def test_only_what_is_wanted_changes(what: str) -> None:
    edits, before, wanted = CASES[what]

    assert TEXT.count(before) == 1
    assert after(*edits) == TEXT.replace(before, wanted)


def test_several_changes_are_made_of_the_text_as_it_was() -> None:
    found = after(Put(("change",), "standard"), TakeOut(("steps", 1)), Put(("steps", 3, "when"), "inputs.x"))

    assert found is not None
    assert "change: standard" in found
    assert "approval" not in found
    assert found.endswith("    when: inputs.x\n")


@pytest.mark.parametrize(
    "edit",
    [
        Put(("inputs", "x"), "1"),
        Put(("steps", 0, "manual"), "x"),
        Insert(("steps", 9), ("id: x",)),
        Insert(("roles", "operator"), ("id: x",)),
        TakeOut(("steps", 9)),
    ],
    ids=["nothing to put it into", "a text of several lines", "no such entry", "no list", "nothing to take out"],
)
def test_what_does_not_fit_gives_no_text(edit: Edit) -> None:
    assert after(edit) is None
