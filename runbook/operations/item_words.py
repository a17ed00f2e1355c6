"""What each event of a work item says in words: the one place for its log, the daemon, and notices.

Rule 1: a sentence tells what whoever caused the event did, so that their name can stand before it.
Rule 2: it is one line, however many lines somebody wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from runbook.durations import in_words
from runbook.operations.happened import second_of
from runbook.operations.phrasing import Data, Shown, aside, both, named, plain, text, when, why
from runbook.operations.ticket_words import TICKETS
from runbook.sizes import in_words as size_in_words

if TYPE_CHECKING:
    from runbook.run.events import Recorded

Words = Callable[[Data, str, Shown], str]
"""What an event says, from what it holds and who caused it."""
_LATE = 60
"""Seconds after which what time makes happen has come late."""
_CHANGES = (
    "title", "kind", "severity", "impact", "urgency", "priority", "class", "service", "process", "team", "requester",
    "demand", "parent", "milestone",
)  # fmt: skip
_FOLLOW = {
    "restate": ", and its clocks are worked out anew",
    "restart": ", and its clocks begin anew",
    "keep": ", and its clocks go on as they were",
}
_ANSWERS = {"accept": "accepted", "act": "acts on", "escalate": "escalated"}
_LINKS = {
    "handles": "said that {it} deals with it",
    "caused_by": "said that {it} caused it",
    "problem": "said that {it} is the problem behind it",
    "change": "said that {it} is the change for it",
    "parent": "made it a part of {it}",
    "duplicate": "said that it is a duplicate of {it}",
    "relates": "said that it has to do with {it}",
}


def sentence(recorded: Recorded, shown: Shown) -> str:
    """What happened, as what whoever caused it did: `moved it from ready to doing on the board infra`."""
    said = WORDS.get(recorded.event.type)
    return " ".join((said(recorded.event.data, recorded.by, shown) if said else recorded.event.type).split())


def _opened(data: Data, by: str, shown: Shown) -> str:
    about = aside(
        data.get("severity"),
        data.get("priority"),
        named("class", data.get("class") if data.get("class") != "standard" else ""),
        named("service", data.get("service")),
        named("process", data.get("process")),
        "outside of the scope" if data.get("scope") == "out" else "",
        named("team", data.get("team")),
        named("part of", data.get("parent")),
        named("caused by", data.get("caused_by")),
        named("asked for by", data.get("requester") if data.get("requester") != by else ""),
        named("due", when(data, "due", shown)),
        f"{data['budget_days']:g} days" if data.get("budget_days") else "",
    )
    where = f", in {data['column']} of {data['board']}" if data.get("column") and data.get("board") else ""
    return f"opened the {plain(data.get('kind')) or 'item'} `{text(data.get('title'))}`{about}{where}{why(data)}"


def _classified(data: Data, by: str, shown: Shown) -> str:
    changes = [f"the {name} to {text(data[name]) or 'none'}" for name in _CHANGES if name in data]
    if "description" in data:
        changes.append("the description")
    if "scope" in data:
        changes.append(f"the scope to {'outside' if data['scope'] == 'out' else 'inside'}")
    return f"changed {both(changes)}{_FOLLOW.get(data.get('retarget', ''), '')}{why(data)}"


def _assigned(data: Data, by: str, shown: Shown) -> str:
    rule = aside(text(data.get("by_rule")))
    if data["to"] == by:
        return f"took it{named(' from', data.get('from'))}{rule}"
    return f"gave it to {text(data['to'])}{named(' in place of', data.get('from'))}{rule}"


def _handed_over(data: Data, by: str, shown: Shown) -> str:
    came = aside(plain(data.get("disposition")), text(data.get("party")))
    return f"handed it over to {text(data['to'])}{came}{why(data, 'note')}"


def _helped(data: Data, by: str, shown: Shown) -> str:
    person = text(data["person"])
    if data.get("leaves"):
        return "does not help any more" if person == by else f"said that {person} does not help any more"
    return "helps with it" if person == by else f"had {person} help with it"


def _moved(data: Data, by: str, shown: Shown) -> str:
    return f"moved it{named(' from', data.get('from'))} to {data['column']}{named(' on the board', data.get('board'))}"


def _ranked(data: Data, by: str, shown: Shown) -> str:
    if not data["rank"]:
        return f"let the rule decide again when it is its turn{why(data)}"
    return f"put it in place {data['rank']}{named(' until', when(data, 'until', shown))}{why(data)}"


def _blocked(data: Data, by: str, shown: Shown) -> str:
    waits = aside(plain(data["reason"]), text(data.get("party")), data.get("item"))
    return f"blocked it{waits}{named(', next look', when(data, 'next_check', shown))}{why(data, 'note')}"


def _unblocked(data: Data, by: str, shown: Shown) -> str:
    return f"unblocked it, as {data['by_item']} is over" if data.get("by_item") else "unblocked it"


def _flagged(data: Data, by: str, shown: Shown) -> str:
    return f"raised the concern {data['flag']}{aside(text(data.get('severity')))}{why(data, 'concern')}"


def _waiting(data: Data, by: str, shown: Shown) -> str:
    until = named(" until", when(data, "resume_by", shown))
    return f"let it wait for {text(data.get('party')) or 'somebody'}{until}: {plain(data['reason'])}"


def _attached(data: Data, by: str, shown: Shown) -> str:
    size = size_in_words(int(data.get("size", 0)))
    return f"attached {text(data['name'])}{aside(size, named('SHA-256', str(data.get('sha256', ''))[:12]))}"


def _resolved(data: Data, by: str, shown: Shown) -> str:
    came = aside(plain(data.get("disposition")), named("cause:", data.get("cause")))
    return f"resolved it{came}{why(data, 'resolution')}{named('; proof:', data.get('proof'))}"


def _linked(data: Data, by: str, shown: Shown) -> str:
    it = next((f"the {each} {text(data[each])}" for each in ("run", "ticket") if each in data), text(data.get("item")))
    return _LINKS.get(data["relation"], _LINKS["relates"]).format(it=it)


def _threshold(data: Data, by: str, shown: Shown) -> str:
    again = f" in its cycle {data['cycle']}" if data.get("cycle", 1) > 1 else ""
    due, fired = second_of(data.get("due_at")), second_of(data.get("fired_at"))
    late = f", since {shown(due)}" if due is not None and fired is not None and fired - due > _LATE else ""
    return f"found {data['percent']} % of the time for {data['clock']} used{again}{late}"


def _escalated(data: Data, by: str, shown: Shown) -> str:
    to = data.get("to") or ()
    told = both([text(each) for each in (to if isinstance(to, (list, tuple)) else [to])]) or "nobody"
    return f"escalated it to {told}: {_rung(data)}{aside(data.get('type'))}"


def _rung(data: Data) -> str:
    times = data.get("n", 0) + 1
    again = f", for the {times}{ {2: 'nd', 3: 'rd'}.get(times, 'th') } time" if times > 1 else ""
    return f"rung {text(data.get('rung'))}{named(' of the ladder', data.get('ladder'))}{again}"


def _told(data: Data, by: str, shown: Shown) -> str:
    return f"told {text(data['to'])} of the escalation{named(' over', data.get('channel'))}: {_rung(data)}"


def _not_told(data: Data, by: str, shown: Shown) -> str:
    again = ", and tries again" if data.get("again") else ""
    return (
        f"could not tell {text(data['to'])} of the escalation{named(' over', data.get('channel'))}{again}"
        f"{aside(_rung(data))}{why(data)}"
    )


def _restated(data: Data, by: str, shown: Shown) -> str:
    return f"had it judged by the policies {str(data.get('rev') or data['policies'])[:7]} from now on{why(data)}"


WORDS: Mapping[str, Words] = {
    "ItemOpened": _opened,
    "ItemClassified": _classified,
    "ItemAssigned": _assigned,
    "ItemHandedOver": _handed_over,
    "ItemHelped": _helped,
    "ItemMoved": _moved,
    "ItemRanked": _ranked,
    "DueCommitted": lambda data, by, shown: f"promised it for {when(data, 'due', shown)}{why(data)}",
    "ItemBlocked": _blocked,
    "ItemUnblocked": _unblocked,
    "ItemFlagged": _flagged,
    "FlagAnswered": lambda data, by, shown: (
        f"{_ANSWERS.get(data['answer'], data['answer'])} the concern {data['flag']}{why(data, 'note')}"
    ),
    "ItemWaiting": _waiting,
    "ItemResumed": lambda data, by, shown: f"ended the wait{', as its time was over' if data.get('by_clock') else ''}",
    "FirstResponse": lambda data, by, shown: f"answered whoever asked for the first time{aside(text(data.get('how')))}",
    "UpdateSent": lambda data, by, shown: (
        f"told {text(data.get('to')) or 'whoever asked'} how it stands{why(data, 'text')}"
    ),
    "NoteAdded": lambda data, by, shown: f"noted{why(data, 'text')}",
    "EvidenceAttached": _attached,
    "ItemResolved": _resolved,
    "ItemReopened": lambda data, by, shown: f"reopened it{why(data)}",
    "ItemClosed": lambda data, by, shown: "closed it",
    "ItemCancelled": lambda data, by, shown: f"cancelled it{why(data)}",
    "ItemLinked": _linked,
    "MilestoneSet": lambda data, by, shown: (
        f"set the milestone `{text(data['milestone'])}` for {when(data, 'due', shown)}"
    ),
    "BudgetSet": lambda data, by, shown: f"gave it a budget of {data['days']:g} days",
    "ThresholdFired": _threshold,
    "ClockFloored": lambda data, by, shown: (
        f"put {data['clock']} off to {when(data, 'due', shown)}, as the change left it too little time"
    ),
    "RungFired": _escalated,
    "EscalationHadNoTarget": lambda data, by, shown: f"found nobody to escalate it to: {_rung(data)}",
    "EscalationAcknowledged": lambda data, by, shown: f"took notice of the escalation: {_rung(data)}",
    "EscalationSnoozed": lambda data, by, shown: (
        f"held its escalations back until {when(data, 'until', shown)}{why(data)}"
    ),
    "WipExceeded": lambda data, by, shown: (
        f"went over a limit: {text(data['scope'])} has {data['count']} of {data['limit']}{why(data)}"
    ),
    "PolicyRestated": _restated,
    "TimeCorrected": lambda data, by, shown: (
        f"said that {in_words(data['seconds'])} were worked on it{named(' in', data.get('step'))}{why(data)}"
    ),
    "NoticeSent": _told,
    "NoticeFailed": _not_told,
    **TICKETS,
}
"""Every type of event that an item can have, with what it says."""
