"""Whether the events of a work item, or of the department, come to anything: for checks of journals and of archives."""

from __future__ import annotations

from collections.abc import Iterator

from runbook.journal.laws import Chain, Finding
from runbook.journal.streams import DEPARTMENT
from runbook.operations.item import item_of, kind_of

_SENSELESS = (ArithmeticError, AttributeError, LookupError, RecursionError, TypeError, ValueError)
"""What comes of events that were made up."""


def told_by_item(chain: Chain) -> Iterator[Finding]:
    """What can't be of a stream that is whole: no beginning, another kind than its id says, events without sense."""
    if chain.run == DEPARTMENT or not chain.events:
        return
    if [each.seq for each in chain.events if each.event.type == "ItemOpened"] != [1]:
        yield chain.found("it does not begin with being opened, or not once", 1)
        return
    try:
        item_of(chain.run, chain.events)
    except _SENSELESS as error:
        yield chain.found(f"its events can't be understood: {error!r}")
        return
    if not kind_of(chain.run):
        yield chain.found("no work item is called so", 1)
