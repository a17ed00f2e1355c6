"""What the events about the tickets of a work item say in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from runbook.operations.phrasing import Data, Shown, aside, both, named, text, when, why


def _ticket(data: Data) -> str:
    """The ticket an event is about: `the ticket OPS-3 in jira-ops`."""
    return f"the ticket{named('', data.get('ref'))}{named(' in', data.get('integration'))}"


def _unknown(data: Data, by: str, shown: Shown) -> str:
    looked = f" after {data['misses']} look{'s' if data['misses'] > 1 else ''}" if data.get("misses") else ""
    return f"does not know{looked} whether {_ticket(data)} was made{why(data)}"


def _synced(data: Data, by: str, shown: Shown) -> str:
    if data.get("checked"):
        return f"looked for others like {_ticket(data)}"
    fields = sorted(data.get("patch") or ())
    if data.get("seen"):
        return f"looked at {_ticket(data)}{named(', which agrees in', both(fields))}"
    comments = len(data.get("comments") or ())
    told = [*fields, *([f"{comments} comment{'s' if comments > 1 else ''}"] if comments else [])]
    return f"brought {_ticket(data)} into step{aside(both(told))}"


def _changed(data: Data, by: str, shown: Shown) -> str:
    patch = data.get("patch") or {}
    changes = both([f"{name} to {text(patch[name]) or 'none'}" for name in sorted(patch)])
    refused = "; ".join(f"{name}: {text(reason)}" for name, reason in sorted((data.get("refused") or {}).items()))
    who = named(" by", data.get("said_by"))
    taken = f", of which {both(sorted(data['taken']))} became so here" if data.get("taken") else ""
    return f"found {_ticket(data)} changed{who}: {changes}{taken}{f'; not taken over: {refused}' if refused else ''}"


def _duplicate(data: Data, by: str, shown: Shown) -> str:
    closed = ", and closed it" if data.get("closed") else ""
    return f"found that {_ticket(data)} is a duplicate of {text(data.get('of'))}{closed}{why(data)}"


TICKETS: Mapping[str, Callable[[Data, str, Shown], str]] = {
    "TicketIntended": lambda data, by, shown: f"wants a ticket in {data['integration']}{why(data, 'because')}",
    "TicketAttempted": lambda data, by, shown: f"asked for {_ticket(data)}",
    "TicketLinked": lambda data, by, shown: f"has {_ticket(data)}{aside(data.get('url'))}",
    "TicketUnknown": _unknown,
    "TicketPostponed": lambda data, by, shown: f"put {_ticket(data)} off until {when(data, 'until', shown)}{why(data)}",
    "TicketRefused": lambda data, by, shown: (
        f"could not have {_ticket(data)} as it should be{aside(named('status', data.get('status')))}{why(data)}"
    ),
    "TicketRetried": lambda data, by, shown: f"had {_ticket(data)} tried again",
    "TicketTold": lambda data, by, shown: f"heard of {_ticket(data)}{named(' from', data.get('said_by'))}",
    "TicketSynced": _synced,
    "TicketChanged": _changed,
    "TicketDuplicate": _duplicate,
}
"""Every type of event about a ticket, with what it says."""
