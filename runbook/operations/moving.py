"""Requests that change where an item stands: who has it, what it is, its column, its end and its return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from runbook.diagnostics import suggestion
from runbook.errors import Refused
from runbook.operations import commands as c
from runbook.operations.admitting import check_class, check_exits, limited, move
from runbook.operations.asking import check_person, check_team, check_words, event, given, need, value_of
from runbook.operations.board import Board, board_for
from runbook.operations.facts import Facts
from runbook.operations.item import Item
from runbook.run.events import Event

DISPOSITIONS = ("not_ours", "duplicate", "known_error", "fixed", "workaround", "no_fault")
"""What can have come of an item, besides that it is done."""


def classified(item: Item, command: c.Classify, facts: Facts) -> Iterator[Event]:
    """What changes with what an item is."""
    changes = {name: value for name, value in command.changes.items() if value_of(item, name) != value}
    if not changes:
        raise Refused(f"{item.id} is that already", f"see `runbook item show {item.id}`")
    check_words(changes, facts)
    if {"severity", "impact", "urgency"} & {*changes} and "priority" not in changes:
        words = {name: changes.get(name, value_of(item, name)) for name in ("severity", "impact", "urgency")}
        changes["priority"] = facts.priority(words["severity"], words["impact"], words["urgency"])
    here = board_for(facts.boards, item.team, item.board)
    board = _board_of_team(changes, here, facts)
    wanted = changes.get("class", item.item_class)
    check_class(board, wanted if wanted != item.item_class else "", command.reason)
    fields: dict[str, Any] = {("item_class" if name == "class" else name): value for name, value in changes.items()}
    after = replace(item, **fields)
    before: Item | None = item
    if board.id != here.id:
        target = board.first("new")
        after, before = replace(after, board=board.id, column=target.id, state=target.state), None
    warnings = limited(board, after, before, command.override, facts)
    extra = {"reason": command.reason, "retarget": command.retarget}
    yield Event("ItemClassified", data={**changes, **{name: value for name, value in extra.items() if value}})
    if board.id != here.id:
        yield move(board, target, here.place_of(item).id)
    yield from warnings


def _board_of_team(changes: dict[str, str], here: Board, facts: Facts) -> Board:
    """The board on which an item stands from now on: that of the team it is given to, else where it is."""
    team = changes.get("team", "")
    if not team:
        return here
    check_team(team, facts)
    return board_for(facts.boards, team)


def assigned(item: Item, command: c.Assign | c.HandOver, facts: Facts) -> Iterator[Event]:
    """Who is accountable from now on."""
    check_person(command.to, facts)
    if command.to == item.accountable:
        raise Refused(f"{command.to} has {item.id} already", f"see `runbook item show {item.id}`")
    board = board_for(facts.boards, item.team, item.board)
    after = replace(item, accountable=command.to)
    if isinstance(command, c.HandOver):
        need(command.note, "handing over needs a note", "say what the next one has to know")
        if command.disposition and command.disposition not in DISPOSITIONS:
            raise Refused(f"there is no disposition `{command.disposition}`", f"use one of {', '.join(DISPOSITIONS)}")
        warnings = limited(board, after, item, command.override, facts)
        yield event(
            "ItemHandedOver", to=command.to, note=command.note, party=command.party, disposition=command.disposition
        )
    else:
        warnings = limited(board, after, item, command.override, facts)
        yield Event("ItemAssigned", data={"to": command.to, **given(
            {"from": item.accountable, "by_rule": command.rule}
        )})  # fmt: skip
    yield from warnings


def moved(item: Item, command: c.Move, facts: Facts) -> Iterator[Event]:
    """Where it stands from now on; `Refused` over a hard limit, or where other eyes are wanted first."""
    board = board_for(facts.boards, item.team, item.board)
    target = board.column(command.column)
    if target is None:
        known = [column.id for column in board.columns]
        raise Refused(
            f"there is no column `{command.column}`",
            suggestion(command.column, known, f"use one of {', '.join(known)}"),
        )
    here = board.place_of(item)
    if target.id == here.id and item.column == target.id:
        raise Refused(f"{item.id} is in `{target.id}` already", f"see `runbook item show {item.id}`")
    if target.state == "finished":
        raise Refused(
            f"what goes into `{target.id}` has to be resolved", f"runbook item resolve {item.id} RESULT --proof TEXT"
        )
    if target.state == "active" and not item.accountable:
        raise Refused(f"nobody is accountable for {item.id}", f"runbook item assign {item.id} me")
    check_exits(board, item, here, target, facts)
    after = replace(item, column=target.id, state=target.state, board=board.id)
    warnings = limited(board, after, item, command.override, facts)
    yield move(board, target, here.id)
    yield from warnings


def resolved(item: Item, command: c.Resolve, facts: Facts) -> Iterator[Event]:
    """That it is done; `Refused` without proof, or while a concern is not answered."""
    need(command.resolution, "resolving needs a result", "say what was done")
    if command.disposition and command.disposition not in DISPOSITIONS:
        raise Refused(f"there is no disposition `{command.disposition}`", f"use one of {', '.join(DISPOSITIONS)}")
    if open := item.concerns():
        raise Refused(
            f"the concern {open[0].id} of {item.id} is not answered: {open[0].concern}",
            f"runbook item answer {item.id} {open[0].id} accept",
        )
    if not command.proof and not _has_proof(item):
        raise Refused(
            f"nothing proves that {item.id} is done",
            "add --proof TEXT, attach a file, or link the run that did it",
        )
    board = board_for(facts.boards, item.team, item.board)
    here, target = board.place_of(item), board.column(board.finished_at) or board.first("finished")
    check_exits(board, item, here, target, facts)
    yield event(
        "ItemResolved", resolution=command.resolution, proof=command.proof, disposition=command.disposition,
        cause=command.cause,
    )  # fmt: skip
    yield move(board, target, here.id)


def _has_proof(item: Item) -> bool:
    attached = any(each.event.type == "EvidenceAttached" for each in item.events)
    return attached or any(link.relation == "handles" and link.what == "run" for link in item.links)


def after_the_end(item: Item, command: c.Reopen | c.Close, facts: Facts) -> Iterator[Event]:
    """That it is closed, or was not done after all."""
    if isinstance(command, c.Close):
        if item.status != "resolved":
            help = f"runbook item resolve {item.id}" if item.is_open else f"see `runbook item show {item.id}`"
            raise Refused(f"{item.id} is {item.status}, and only what is resolved is closed", help)
        yield Event("ItemClosed")
        return
    if item.is_open or item.status == "cancelled":
        raise Refused(f"{item.id} is {item.status}", "open a new item, and link it")
    need(command.reason, "reopening needs a reason", "say what was not done after all")
    until = facts.reopen_until(item)
    if until and facts.now > until:
        raise Refused(f"{item.id} was to be reopened until {facts.shown(until)}", "open a new item, and link it")
    board = board_for(facts.boards, item.team, item.board)
    target = board.first("active") if item.started_at else board.first("new")
    after = replace(item, status="open", column=target.id, state=target.state)
    warnings = limited(board, after, None, command.override, facts)
    yield event("ItemReopened", reason=command.reason)
    yield move(board, target, item.column)
    yield from warnings
