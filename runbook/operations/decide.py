"""Decides what becomes of a request about a work item: events, or a refusal with what to do instead. Pure.

Rule 1: every way in asks this function: command line, board, ticket, daemon. There is no second check anywhere.
Rule 2: what is refused changes nothing; what is only warned of is recorded with it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace

from runbook.diagnostics import suggestion
from runbook.errors import Refused
from runbook.operations import commands as c
from runbook.operations.admitting import limited
from runbook.operations.asking import check_person, event, future, need, when
from runbook.operations.board import board_for
from runbook.operations.facts import Facts
from runbook.operations.item import RELATIONS, Item
from runbook.operations.moving import after_the_end, assigned, classified, moved, resolved
from runbook.operations.opening import opened
from runbook.run.events import Event


def decide(item: Item | None, command: c.Command, facts: Facts) -> tuple[Event, ...]:
    """The events that a request leads to; `Refused` when it can't be granted. Only `Open` is about no item."""
    if isinstance(command, c.Open):
        return opened(command, facts)
    assert item is not None
    if isinstance(command, c.AddNote | c.AttachFile | c.Connect | c.CorrectTime | c.Restate):
        return tuple(_remark(item, command, facts))
    if isinstance(command, c.Reopen | c.Close):
        return tuple(after_the_end(item, command, facts))
    if not item.is_open:
        raise Refused(f"{item.id} is {item.status}", f"runbook item reopen {item.id} REASON")
    return tuple(_asked(item, command, facts))


def freed(item: Item, others: Iterable[Item]) -> Iterator[tuple[Item, Event]]:
    """The items that waited for this one to end, each with the event that lets it go on."""
    if not item.is_open:
        for other in others:
            if other.blocked is not None and other.blocked.item == item.id:
                yield other, Event("ItemUnblocked", data={"by_item": item.id})


def _asked(item: Item, command: c.Command, facts: Facts) -> Iterator[Event]:
    match command:
        case c.Classify():
            yield from classified(item, command, facts)
        case c.Assign() | c.HandOver():
            yield from assigned(item, command, facts)
        case c.Help():
            check_person(command.person, facts)
            if command.leaves != (command.person in item.helpers) or command.person == item.accountable:
                does = "does not help with" if command.leaves else "is already on"
                raise Refused(f"{command.person} {does} {item.id}", f"see `runbook item show {item.id}`")
            yield event("ItemHelped", person=command.person, leaves=command.leaves or None)
        case c.Move():
            yield from moved(item, command, facts)
        case c.Rank():
            need(command.reason, "a place by hand needs a reason", "add --reason")
            yield event("ItemRanked", rank=command.rank, reason=command.reason, until=when(command.until))
        case c.CommitDue():
            future(command.due, facts, "a promised date")
            yield event("DueCommitted", due=when(command.due), reason=command.reason)
        case c.Hinder():
            yield from _blocked(item, command, facts)
        case c.Unblock():
            if item.blocked is None:
                raise Refused(f"{item.id} is not blocked", f"see `runbook item show {item.id}`")
            board = board_for(facts.boards, item.team, item.board)
            warnings = limited(board, replace(item, blocked=None), item, "", facts)
            yield event("ItemUnblocked", by_item=command.by_item)
            yield from warnings
        case c.RaiseConcern():
            need(command.concern, "a concern needs words", "say what worries you")
            flag = f"c{len(item.flags) + 1}"
            yield event("ItemFlagged", flag=flag, concern=command.concern, severity=command.severity)
        case c.AnswerConcern():
            yield _answer(item, command)
        case c.Await() | c.Proceed():
            yield _paused(item, command, facts)
        case c.Respond():
            yield event("FirstResponse", how=command.how)
        case c.SendUpdate():
            need(command.text, "an update needs words", "say what the requester was told")
            if not item.first_response_at:
                yield event("FirstResponse", how="update")
            yield event("UpdateSent", text=command.text, to=command.to)
        case c.Resolve():
            yield from resolved(item, command, facts)
        case c.Withdraw():
            need(command.reason, "cancelling needs a reason", "add --reason")
            yield event("ItemCancelled", reason=command.reason)
        case c.SetMilestone() | c.SetBudget():
            yield _project(item, command)
        case c.Acknowledge():
            known = facts.rungs(item)
            if known is not None and command.rung not in known:
                raise Refused(
                    f"the ladder of {item.id} has no rung `{command.rung}`",
                    suggestion(command.rung, known, f"use one of {', '.join(known)}"),
                )
            yield event("EscalationAcknowledged", rung=command.rung)
        case c.Snooze():
            need(command.reason, "holding escalations back needs a reason", "add --reason")
            future(command.until, facts, "the end of a snooze")
            if why := facts.snooze_refusal(item, command.until, facts):
                raise Refused(why, "let the rung come, and acknowledge it: `runbook item ack`")
            yield event("EscalationSnoozed", until=when(command.until), reason=command.reason)
        case _:
            raise AssertionError(command)


def _remark(item: Item, command: c.Command, facts: Facts) -> Iterator[Event]:
    """What may be said of an item at any time."""
    match command:
        case c.AddNote():
            need(command.text, "a note needs words", "say what there is to note")
            yield event("NoteAdded", text=command.text)
        case c.AttachFile():
            yield event("EvidenceAttached", name=command.name, sha256=command.sha256, size=command.size)
        case c.Connect():
            if command.relation not in RELATIONS:
                raise Refused(f"there is no relation `{command.relation}`", f"use one of {', '.join(RELATIONS)}")
            if command.what == "item" and (command.id == item.id or not facts.known(command.id)):
                raise Refused(f"{item.id} can't be linked with {command.id}", "name another item: `runbook item list`")
            yield Event("ItemLinked", data={command.what: command.id, "relation": command.relation})
        case c.CorrectTime():
            need(command.reason, "correcting a time needs a reason", "add --reason")
            yield event("TimeCorrected", seconds=command.seconds, reason=command.reason)
        case c.Restate():
            need(command.reason, "judging by other policies needs a reason", "add --reason")
            yield Event("PolicyRestated", data={
                "policies": command.policies, "rev": command.rev, "reason": command.reason,
            })  # fmt: skip


def _blocked(item: Item, command: c.Hinder, facts: Facts) -> Iterator[Event]:
    board = board_for(facts.boards, item.team, item.board)
    if command.reason not in board.block_reasons:
        raise Refused(
            f"there is no reason `{command.reason}` to be blocked",
            suggestion(command.reason, board.block_reasons, f"use one of {', '.join(board.block_reasons)}"),
        )
    if item.blocked is not None:
        raise Refused(f"{item.id} is blocked already: {item.blocked.reason}", f"runbook item unblock {item.id}")
    if command.item and (command.item == item.id or not facts.known(command.item)):
        raise Refused(f"{item.id} can't wait for {command.item}", "name another item that is open")
    if command.next_check:
        future(command.next_check, facts, "the next look")
    yield event(
        "ItemBlocked", reason=command.reason, party=command.party, note=command.note,
        next_check=when(command.next_check or facts.after(facts.now, board.block_check)), item=command.item,
    )  # fmt: skip


def _answer(item: Item, command: c.AnswerConcern) -> Event:
    flag = next((each for each in item.flags if each.id == command.flag), None)
    if flag is None:
        known = ", ".join(each.id for each in item.flags) or "it has none"
        raise Refused(f"{item.id} has no concern `{command.flag}`", f"name one: {known}")
    if flag.answer:
        raise Refused(f"the concern {flag.id} was answered: {flag.answer}", "raise another one")
    if command.answer not in ("accept", "act", "escalate"):
        raise Refused(f"`{command.answer}` is no answer", "use accept, act or escalate")
    return event("FlagAnswered", flag=command.flag, answer=command.answer, note=command.note)


def _paused(item: Item, command: c.Await | c.Proceed, facts: Facts) -> Event:
    if isinstance(command, c.Proceed):
        if item.waiting is None:
            raise Refused(f"{item.id} does not wait for anybody", f"see `runbook item show {item.id}`")
        return event("ItemResumed", by_clock=command.by_clock or None)
    if item.waiting is not None:
        raise Refused(f"{item.id} waits already: {item.waiting.reason}", f"runbook item resume {item.id}")
    need(command.reason, "a clock stands still only for a reason", "add --reason, such as waiting_requester")
    need(command.party, "a clock stands still only for somebody", "add --party: who has to act")
    if not command.resume_by:
        raise Refused("a clock does not stand still for ever", "add --resume-by: when it runs again at the latest")
    future(command.resume_by, facts, "the end of a pause")
    if not facts.holds(facts.pause_roles):
        raise Refused(f"{facts.by} may not let a clock stand still", f"ask one of {', '.join(facts.pause_roles)}")
    return event("ItemWaiting", reason=command.reason, party=command.party, resume_by=when(command.resume_by))


def _project(item: Item, command: c.SetMilestone | c.SetBudget) -> Event:
    if item.kind != "project":
        raise Refused(f"{item.id} is no project", "only a project has milestones and a budget")
    if isinstance(command, c.SetBudget):
        return event("BudgetSet", days=command.days)
    return event("MilestoneSet", milestone=command.title, due=when(command.due))
