"""Which other systems hold tickets of work items, by `operations/integrations/NAME.yaml`: when, and in whose words.

Rule 1: a word that has no counterpart is not sent, and one that comes and has none changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from runbook.durations import duration
from runbook.operations.department import each_in

if TYPE_CHECKING:
    from runbook.operations.item import Item
    from runbook.outcome import Json
    from runbook.run.events import Recorded

TYPES = ("jira", "github", "gitlab", "webhook")
"""The systems that can be spoken to."""
OWNERS = ("ticket", "runbook", "raise_only", "newest")
"""Who is right about a field when the two sides differ."""
USUAL_OWNERS: Mapping[str, str] = {
    "title": "runbook", "description": "runbook", "status": "runbook", "priority": "raise_only", "assignee": "newest",
}  # fmt: skip
RAISES: Mapping[str, str] = {
    "escalation": "RungFired", "item.opened": "ItemOpened", "item.blocked": "ItemBlocked",
    "item.flagged": "ItemFlagged", "item.reopened": "ItemReopened", "threshold": "ThresholdFired", "run.failed": "",
}  # fmt: skip
"""What can raise a ticket, each with the event of the item that it is."""
TOLD: Mapping[str, str] = {
    "escalation": "RungFired", "update": "UpdateSent", "resolved": "ItemResolved", "reopened": "ItemReopened",
    "blocked": "ItemBlocked", "note": "NoteAdded",
}  # fmt: skip
"""What can become a comment of the ticket, each with its event; that a clock has moved never does."""
Rung = tuple[str, str]
"""A rung of a ladder, as (ladder, rung)."""
_PLAIN = ("open", "closed")
USUALLY_TOLD = ("escalation", "update", "resolved", "reopened")
_DEFAULTS: Mapping[str, Mapping[str, Mapping[str, str]]] = {
    "jira": {
        "status": {"active": "In Progress", "finished": "Done"},
        "type": {"incident": "Bug", "default": "Task"},
        "priority": {},
    },
    "github": {"status": {"default": "open", "finished": "closed"}, "type": {}, "priority": {}},
    "gitlab": {"status": {"default": "open", "finished": "closed"}, "type": {}, "priority": {}},
    "webhook": {
        "status": {each: each for each in ("new", "committed", "active", "blocked", "waiting", "finished")},
        "type": {"default": "item"},
        "priority": {each: each for each in ("P1", "P2", "P3", "P4")},
    },
}


@dataclass(frozen=True, slots=True)
class Integration:
    """One system that tickets are kept in."""

    id: str
    type: str
    url: str
    project: str = ""
    auth: Mapping[str, Json] = field(default_factory=dict)
    """Where its secret is from: `from` and the options of a source."""
    user: str = ""
    raise_when: tuple[Mapping[str, Json], ...] = ()
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """By field, what our words are there."""
    own: Mapping[str, str] = field(default_factory=dict)
    reopen_within: int = 86_400
    poll_every: int = 0
    """Seconds after which it is asked for news; 0 when it is not."""
    hooks: bool = False
    """True when it tells us news by itself."""
    hook_secret: Mapping[str, Json] = field(default_factory=dict)
    told: tuple[str, ...] = USUALLY_TOLD
    account: str = ""
    """Who we are there: what they are said to have done was us."""
    fields: Mapping[str, Json] = field(default_factory=dict)
    ca: str = ""
    proxy: str = ""
    link_local: bool = False

    @property
    def on_failed_runs(self) -> bool:
        """True when a run that fails can raise a ticket here."""
        return any(each.get("event") == "run.failed" for each in self.raise_when)

    def word(self, name: str, *ours: str) -> str:
        """What the first of our words that has a counterpart is there; empty when none has."""
        words = self.words.get(name, {})
        return next((words[each] for each in (*ours, "default") if each in words), "")

    def ours(self, name: str, word: str) -> str:
        """Our word for one of theirs; empty when there is none."""
        found = (mine for mine, theirs in self.words.get(name, {}).items() if theirs.lower() == word.lower())
        return next((each for each in found if each != "default"), "")

    def owner(self, name: str) -> str:
        """Who is right about a field."""
        return self.own.get(name, USUAL_OWNERS.get(name, "runbook"))

    def state_of(self, word: str, closed: bool) -> str:
        """What a state there means here: `new`, `committed`, `active` or `finished`; `open` when it says no more."""
        if closed:
            return "finished"
        mine = self.ours("status", word)
        return mine if mine in ("new", "committed", "active") else "open"

    def closes(self, word: str) -> bool:
        """True for a word for what is over."""
        return word in self.closing

    @property
    def closing(self) -> tuple[str, ...]:
        """The words for what is over."""
        words = self.words.get("status", {})
        return tuple(dict.fromkeys([*(words[each] for each in ("finished", "cancelled") if each in words), "closed"]))

    @property
    def pretended(self) -> tuple[str, ...]:
        """The words for states that are labels where a ticket is only open or closed."""
        return tuple(dict.fromkeys(each for each in self.words.get("status", {}).values() if each not in _PLAIN))


def integrations_of(data: Mapping[str, Json]) -> dict[str, Integration]:
    """The systems that tickets are kept in, by id, in the files of a department."""
    found = {id: given or {} for id, given in each_in(data, "integrations")}
    return {id: integration_of(id, given) for id, given in found.items() if given.get("type") in TYPES}


def integration_of(id: str, given: Mapping[str, Any]) -> Integration:
    """One integration, in data of the right shape."""
    usual = _DEFAULTS.get(given.get("type", ""), {})
    written = given.get("map", {})
    words = {name: written.get(name, usual.get(name, {})) for name in ("status", "type", "priority", "assignee")}
    auth = dict(given.get("auth", {}))
    user = str(auth.pop("user", ""))
    inbound = given.get("inbound", {})
    modes = inbound.get("mode", ())
    modes = [modes] if isinstance(modes, str) else modes
    return Integration(
        id=id,
        type=given["type"],
        url=given["url"],
        project=given.get("project", ""),
        auth=source_of(auth),
        user=user,
        raise_when=tuple(given.get("raise_when", ())),
        words=words,
        own=given.get("own", {}),
        reopen_within=int(duration(given.get("reopen_within", "24h"))),
        poll_every=int(duration(inbound.get("poll_every", "5m"))) if "poll" in modes else 0,
        hooks="webhook" in modes,
        hook_secret=source_of({"env": inbound["secret_env"]} if "secret_env" in inbound else inbound.get("secret", {})),
        told=tuple(given.get("comments", USUALLY_TOLD)),
        account=given.get("account", ""),
        fields=given.get("fields", {}),
        ca=given.get("ca", ""),
        proxy=given.get("proxy", ""),
        link_local=given.get("link_local", False),
    )


def source_of(given: Mapping[str, Json]) -> dict[str, Json]:
    """Where a secret is from: `{env: NAME}` is short for `{from: env, name: NAME}`."""
    return {"from": "env", "name": given["env"]} if "env" in given else dict(given)


def raised(
    item: Item, integration: Integration, failed: Iterable[str] = (), opening: Iterable[Rung] = ()
) -> tuple[int, str]:
    """The number of the event by which the item gets a ticket there, and why, in words; (0, "") when it gets none.

    `failed` are the runs that have failed, of those that the item hangs together with, `opening` the rungs, with
    their ladders, that open a ticket: they do wherever nothing else is said to raise one.
    """
    runs, rungs = {*failed}, {*opening}
    if not integration.raise_when:
        fired = (each for each in item.events if each.event.type == "RungFired")
        found = next((each for each in fired if _rung(each) in rungs), None)
        return (found.seq, _because("escalation", found)) if found is not None else (0, "")
    for condition in integration.raise_when:
        if not _fits(item, condition):
            continue
        type = RAISES.get(str(condition.get("event", "")), "")
        for recorded in item.events:
            if type and recorded.event.type == type and _is(recorded, condition):
                return recorded.seq, _because(str(condition["event"]), recorded)
        if condition.get("event") == "run.failed":
            run = next((link.id for link in item.links if link.what == "run" and link.id in runs), "")
            if run:
                return item.events[-1].seq, f"run {run} failed"
    return 0, ""


def ticket_types(integrations: Iterable[Integration]) -> frozenset[str]:
    """The types of events without any of which an item has no ticket in these systems, and gets none."""
    found = {"TicketIntended"}
    for integration in integrations:
        if not integration.raise_when:
            found.add("RungFired")
        found |= {RAISES.get(str(each.get("event", "")), "") for each in integration.raise_when} - {""}
        if integration.on_failed_runs:
            found |= {"ItemOpened", "ItemLinked"}  # what an item hangs together with stands in these
    return frozenset(found)


def _rung(fired: Recorded) -> Rung:
    return str(fired.event.data.get("ladder", "")), str(fired.event.data.get("rung", ""))


def _fits(item: Item, condition: Mapping[str, Any]) -> bool:
    words = {"severity": item.severity, "priority": item.priority, "kind": item.kind, "process": item.process,
             "service": item.service, "team": item.team, "scope": item.scope}  # fmt: skip
    return all(words[name] in _listed(condition[name]) for name in words if name in condition)


def _is(recorded: Recorded, condition: Mapping[str, Any]) -> bool:
    data = recorded.event.data
    if "rung" in condition and data.get("rung") not in _listed(condition["rung"]):
        return False
    return "percent" not in condition or float(data.get("percent") or 0) >= float(condition["percent"])


def _because(event: str, recorded: Recorded) -> str:
    data = recorded.event.data
    match event:
        case "escalation":
            return f"escalation `{data.get('rung', '')}` of the ladder `{data.get('ladder', '')}`"
        case "threshold":
            return f"{data.get('percent', '')} % of the clock `{data.get('clock', '')}` are used"
        case "item.blocked":
            return f"blocked: {data.get('reason', '')}"
        case "item.flagged":
            return f"concern: {data.get('concern', '')}"
        case "item.reopened":
            return f"reopened: {data.get('reason', '')}"
    return "opened"


def _listed(value: Any) -> tuple[Any, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else (value,)
