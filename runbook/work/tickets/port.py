"""The port to a ticket system: what it can be asked, what it answers, and the ways in which that goes wrong.

Rule 1: `create` is sent once. Whoever does not know how it ended asks `find`, and never the port to try again.
Rule 2: a failed `find` is no miss: it raises, and says nothing about whether the ticket is there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from runbook.outcome import Json

FIELDS = ("title", "description", "type", "status", "priority", "assignee")
"""What a ticket and a work item have in common."""

COMMON = "runbook"
"""The label that every ticket bears which stands for a work item, beside its key."""


@dataclass(frozen=True, slots=True)
class Access:
    """Where a ticket system is, and what is needed to speak to it."""

    url: str
    project: str = ""
    secret: str = field(default="", repr=False)
    user: str = ""
    """Who the secret is the password of; without one it is a token."""
    statuses: tuple[str, ...] = ()
    """The words for states that are labels where there are no others."""
    closed: tuple[str, ...] = ()
    """Those of them that a ticket is closed with."""
    priorities: tuple[str, ...] = ()
    fields: Mapping[str, Json] = field(default_factory=dict)
    """What else a new ticket is filled in with."""
    root: str = "."
    """The folder of the project, in which `ca` is a file."""
    ca: str = ""
    proxy: str = ""
    link_local: bool = False
    within: float = 20.0
    """Seconds in which an answer has to be there."""


@dataclass(frozen=True, slots=True)
class Ref:
    """One ticket, as it is called where it is, and where a person finds it."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Draft:
    """A ticket that is to be made, in the words of the other side."""

    title: str
    description: str = ""
    type: str = ""
    priority: str = ""
    assignee: str = ""
    relates: str = ""
    """An earlier ticket of the same item."""


@dataclass(frozen=True, slots=True)
class Comment:
    """Something that is said in a ticket, once: `key` is how it is known again."""

    key: str
    text: str


@dataclass(frozen=True, slots=True)
class Patch:
    """What is to be changed of a ticket, in the words of the other side."""

    values: Mapping[str, str] = field(default_factory=dict)
    comments: tuple[Comment, ...] = ()
    marks: tuple[str, ...] = ()
    """Keys that it is to bear from now on."""
    duplicate_of: str = ""
    """The ticket that it is closed as a duplicate of."""

    def __bool__(self) -> bool:
        return bool(self.values or self.comments or self.marks or self.duplicate_of)


@dataclass(frozen=True, slots=True)
class Ticket:
    """A ticket as it stood at some time, in the words of the other side."""

    ref: Ref
    version: str
    """Another one after every change; later ones sort later."""
    values: Mapping[str, str]
    keys: tuple[str, ...] = ()
    """The keys of ours that it bears."""
    created: str = ""
    updated: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """News of a ticket: how it stands now, who changed it as far as is known, and which delivery told."""

    ticket: Ticket
    by: str = ""
    delivery: str = ""


class TicketTrouble(Exception):
    """A ticket system could not be asked, or did not do it."""


class NotTaken(TicketTrouble):
    """It was not done, and may be asked again later: nobody was reached, or no more is taken in now."""

    def __init__(self, message: str, after: int = 0) -> None:
        super().__init__(message)
        self.after = after
        """Seconds after which it may be asked again; 0 when that was not said."""


class Unknown(TicketTrouble):
    """It may have been done or not: the answer was lost."""


class Denied(TicketTrouble):
    """It was not done, and will not be when it is asked in the same way again."""

    def __init__(self, message: str, status: int = 0) -> None:
        super().__init__(message)
        self.status = status


class Stale(TicketTrouble):
    """It was not changed: somebody else has changed it before; `ticket` is how it stands."""

    def __init__(self, ticket: Ticket) -> None:
        super().__init__(f"{ticket.ref.id} has been changed by somebody else")
        self.ticket = ticket


class Port(Protocol):
    """A ticket system."""

    def find(self, key: str) -> tuple[Ticket, ...]:
        """The tickets that bear a key, the oldest first: none, one, or by accident several."""

    def create(self, key: str, draft: Draft) -> Ticket:
        """Make a ticket that bears the key, in one request that is never sent again."""

    def read(self, ref: str) -> Ticket:
        """One ticket as it stands."""

    def update(self, ref: str, patch: Patch, if_version: str = "") -> Ticket:
        """Change a ticket, and how it stands then; `Stale` when it is of another version than that.

        Asked twice, it is done once: a value is set to the same, and a comment that is there is not made again.
        """

    def changes(self, cursor: str, now: int) -> tuple[tuple[Change, ...], str]:
        """What has changed since the cursor, with some of what was before it, and the next cursor; `now` in seconds."""

    def examine(self, types: tuple[str, ...]) -> tuple[str, ...]:
        """What stands in the way of making tickets of these types, in words; nothing when all is well."""

    def close(self) -> None:
        """Let go of the connections."""
