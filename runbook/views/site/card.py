"""What the lists of the site, and its search, know of one procedure: all they need, so that it need not be read again.

A card depends on the text of the procedure, on all that it uses, and on its group, and on nothing else.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, fields, replace
from typing import Any

from runbook.definition import Process, ProcessGroup
from runbook.kind import Kinds
from runbook.operations.documented import undocumented
from runbook.outcome import Json
from runbook.share import Doer, doer, share
from runbook.views.figures import due
from runbook.views.markdown import anchor
from runbook.views.site.entries import process_entry
from runbook.views.site.paths import process_page
from runbook.views.site.search import Indexed, indexed


@dataclass(frozen=True, slots=True)
class Part:
    """A role in a procedure: what it is for, who else may not play it, and its steps by number, title and anchor."""

    role: str
    summary: str
    excludes: tuple[str, ...]
    steps: tuple[tuple[str, str, str], ...]


@dataclass(frozen=True, slots=True, repr=False)
class Card:
    """One procedure as lists show it; `review` is the day on which its next one is due."""

    id: str
    file: str
    definition: str
    title: str
    summary: str
    owner: str
    group: str
    tags: tuple[str, ...]
    practice: str
    change: str
    review: str
    steps: int
    automated: int
    uses: tuple[str, ...]
    parts: tuple[Part, ...]
    service: str
    """The service of the department that it belongs to."""
    alerts: tuple[str, ...]
    """The alerts it is the answer to."""
    documented: bool
    """True when its steps are written down as the ladder of maturity asks for."""
    found: Indexed
    """What a search finds in it."""
    stamp: str = ""
    """The hash of all the others."""

    def __repr__(self) -> str:
        """Short, and another for another card: keys of pages are made of it."""
        return f"<Card {self.id} {self.stamp}>"

    @property
    def page(self) -> str:
        """Where its page stands."""
        return process_page(self.id)

    @property
    def group_id(self) -> str:
        """The id of its group."""
        return self.id.rpartition("/")[0]

    def to_json(self) -> Json:
        """As it is kept between two builds."""
        own = {each.name: getattr(self, each.name) for each in fields(self)}
        return {**own, "parts": [[part.role, part.summary, part.excludes, part.steps] for part in self.parts]}

    @staticmethod
    def from_json(value: Mapping[str, Any]) -> Card:
        """Read back what `to_json` gave; `KeyError` and `TypeError` for what it did not."""
        parts = (
            Part(role, summary, tuple(excludes), tuple((number, title, anchor) for number, title, anchor in steps))
            for role, summary, excludes, steps in value["parts"]
        )
        lists = {"tags": tuple(value["tags"]), "uses": tuple(value["uses"]), "parts": tuple(parts)}
        return Card(**{**value, **lists, "found": Indexed(*value["found"])})


def card(process: Process, group: ProcessGroup | None, kinds: Kinds, definition: str) -> Card:
    """The card of a process; `definition` is the hash of it and all it uses."""
    counts = share(process.steps, kinds)
    owner = process.owner or (group.owner if group else "")
    made = Card(
        id=process.id,
        file=process.file,
        definition=definition,
        title=process.title,
        summary=process.summary,
        owner=owner,
        group=group.title if group else process.group,
        tags=process.tags,
        practice=process.practice,
        change=process.change,
        review=due(process),
        steps=counts.total,
        automated=counts.percent,
        uses=tuple(dict.fromkeys(step.use for step in process.every_step() if step.use)),
        parts=tuple(
            Part(name, role.summary, role.excludes, tuple(_steps_of(name, process, kinds)))
            for name, role in process.roles.items()
        ),
        service=process.listing.service,
        alerts=process.listing.alerts,
        documented=not undocumented(process, kinds),
        found=indexed(process_entry(process, group.title if group else process.group, owner, kinds)),
    )
    shown = repr([getattr(made, each.name) for each in fields(made)])
    return replace(made, stamp=hashlib.sha256(shown.encode()).hexdigest()[:32])


def _steps_of(role: str, process: Process, kinds: Kinds) -> Iterator[tuple[str, str, str]]:
    """The steps that are a role's to do, or to verify."""
    first = next(iter(process.roles), "")
    for step in process.every_step():
        by_people = doer(step, kinds) is Doer.PERSON and not step.steps
        if role in (step.role or (first if by_people else ""), step.verifier):
            yield step.number, step.title, anchor("step", step.id)
