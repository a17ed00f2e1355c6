"""A department with work items, and ticket systems that they are mirrored in; its time is set by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook.engine.identity import Actor
from runbook.engine.outbox import Carried, carry
from runbook.engine.settled import Settled
from runbook.engine.ticket_ports import Ports
from runbook.engine.worklist import Worklist
from runbook.journal import stream_tables
from runbook.kinds import builtin
from runbook.operations import commands as c
from runbook.operations.department import Operations
from runbook.operations.integrations import Integration, integrations_of
from runbook.operations.item import Item
from runbook.operations.mirror import Mirror, mirrors_of
from runbook.run.events import Event
from runbook.work.tickets.port import Port

from .ticket_server import SECRET, TOKEN, Clock

PLACES = {"jira": "OPS", "github": "ops/desk", "gitlab": "ops/desk", "webhook": ""}


@dataclass
class Kept:
    """Where each system has been read to."""

    kept: dict[str, tuple[str, int]] = field(default_factory=dict)

    def get(self, integration: str) -> tuple[str, int]:
        return self.kept.get(integration, ("", 0))

    def set(self, integration: str, cursor: str, at: int) -> None:
        self.kept[integration] = (cursor, at)


class Killed(BaseException):
    """The program ends here."""


class World:
    """Items, integrations and a clock."""

    def __init__(self, clock: Clock, **written: Mapping[str, Any]) -> None:
        self.clock = clock
        self.streams: Any = stream_tables.in_memory(clock.instant)
        self.operations = Operations({f"operations/integrations/{id}.yaml": each for id, each in written.items()})
        self.worklist = Worklist(self.streams, Actor("ana"), self.operations)
        self.integrations: dict[str, Integration] = integrations_of(self.operations.data)
        self.cursors = Kept()
        self.settled = Settled()
        self.failed: Callable[[Item], Iterable[str]] = lambda item: ()
        self.wrapped: Callable[[Port], Port] = lambda port: port

    def lay_down(self, more: Mapping[str, Any]) -> None:
        """Let the department have written this as well, by path."""
        self.operations = Operations({**self.operations.data, **more})
        self.worklist = Worklist(self.streams, Actor("ana"), self.operations)

    def open(self, title: str = "Mail is down", **more: Any) -> Item:
        more = {"kind": "incident", "severity": "critical", "to": "ana", **more}
        return self.worklist.open(c.Open(title=title, **more))

    def item(self, id: str) -> Item:
        return self.worklist.item(id)

    def ask(self, id: str, *commands: c.Command) -> Item:
        return self.worklist.ask(id, *commands)

    def record(self, id: str, name: str, **data: Any) -> Item:
        return self.worklist.record(id, [Event(name, data=data)])

    def mirror(self, id: str) -> Mirror:
        return list(mirrors_of(self.item(id)).values())[-1]

    def carry(self, poll: bool = False) -> Carried:
        ports = Ports(builtin(), Path(), self.clock)
        return carry(
            self.worklist, self.integrations, lambda each: self.wrapped(ports.open(each)), self.clock.now, ports.veil,
            self.cursors, self.failed, poll, self.settled,
        )  # fmt: skip

    def until_quiet(self, step: int = 1, most: int = 400) -> int:
        """Carry out all there is, letting time pass; how often that took."""
        for count in range(1, most + 1):
            carried = self.carry()
            waiting = [mirror for item in self.worklist.all_items() for mirror in mirrors_of(item).values()]
            polls = {self.cursors.get(each.id)[1] + each.poll_every for each in self.integrations.values()}
            if not carried.next_at or (carried.next_at in polls and all(each.ref or each.dead for each in waiting)):
                return count
            self.clock.now = max(carried.next_at, self.clock.now + step)
        raise AssertionError(f"not quiet after {most} passes: {carried}")

    def types(self, id: str) -> list[str]:
        return [each.event.type for each in self.item(id).events if each.event.type.startswith("Ticket")]


def written(type: str, url: str, **more: Any) -> dict[str, Any]:
    """An integration as its file has it."""
    where = url + ("/hook" if type == "webhook" else "")
    return {
        "type": type,
        "url": where,
        **({"project": PLACES[type]} if PLACES[type] else {}),
        "auth": {"env": "HOOK_SECRET" if type == "webhook" else "TICKET_TOKEN"},
        "raise_when": [{"event": "item.opened", "severity": ["critical", "major"]}],
        **more,
    }


def set_secrets(monkeypatch: Any) -> None:
    monkeypatch.setenv("TICKET_TOKEN", TOKEN)
    monkeypatch.setenv("HOOK_SECRET", SECRET)
