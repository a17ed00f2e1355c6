"""Opening a work item: what it is, where it comes to stand, and whether it may."""

from __future__ import annotations

from runbook.diagnostics import suggestion
from runbook.errors import Refused
from runbook.listing import usual_demand
from runbook.operations.admitting import check_class, limited
from runbook.operations.asking import check_person, check_team, check_words, future, given, need, when
from runbook.operations.board import board_for
from runbook.operations.commands import Open
from runbook.operations.facts import Facts
from runbook.operations.item import Item
from runbook.run.events import Event

SCOPED = ("incident", "request", "problem", "change")
"""The kinds that belong to a process or a service, or are outside of the scope."""
_BY_SEVERITY = ("incident", "request")
"""The kinds that always have a severity."""


def opened(command: Open, facts: Facts) -> tuple[Event, ...]:
    """The first events of a new item; `Refused` when it can't be opened so."""
    need(command.title, "an item needs a title", "say in a few words what there is to do")
    severity = command.severity or (facts.usual_severity if command.kind in _BY_SEVERITY else "")
    demand = command.demand or usual_demand(command.kind, None) or "reactive"
    words = {
        "kind": command.kind, "severity": severity, "class": command.item_class or "standard",
        "priority": command.priority, "scope": command.scope,
        "demand": "reactive" if command.item_class == "expedite" else demand,
    }  # fmt: skip
    check_words(words, facts)
    words["priority"] = command.priority or facts.priority(severity, command.impact, command.urgency)
    _check_scope(command, facts)
    _check_parent(command, facts)
    if command.to:
        check_person(command.to, facts)
    if command.due:
        future(command.due, facts, "a promised date")
    if command.team:
        check_team(command.team, facts)
    board = board_for(facts.boards, command.team, command.board)
    check_class(board, words["class"], command.reason)
    column = board.columns[0]
    item = Item(
        "new", kind=command.kind, severity=severity, item_class=words["class"], service=command.service,
        accountable=command.to, column=column.id, state=column.state, team=command.team, board=board.id,
        priority=words["priority"],
    )  # fmt: skip
    warnings = limited(board, item, None, command.override, facts)
    data = {
        **words, "title": command.title.strip(), "description": command.description, "fields": dict(command.fields),
        "process": command.process, "service": command.service, "impact": command.impact, "urgency": command.urgency,
        "requester": command.requester or facts.by, "team": command.team, "board": board.id, "column": column.id,
        "due": when(command.due), "parent": command.parent, "milestone": command.milestone,
        "budget_days": command.budget_days or None, "caused_by": command.caused_by, "reason": command.reason,
        "policies": command.policies, "rev": command.rev,
    }  # fmt: skip
    events = [Event("ItemOpened", data=given({**data, "fields": data["fields"] or None}))]
    if command.to:
        events.append(Event("ItemAssigned", data={"to": command.to}))
    if command.parent:
        events.append(Event("ItemLinked", data={"item": command.parent, "relation": "parent"}))
    return (*events, *warnings)


def _check_scope(command: Open, facts: Facts) -> None:
    if command.service and facts.services and command.service not in facts.services:
        help = suggestion(command.service, facts.services, f"use one of {', '.join(facts.services)}")
        raise Refused(f"there is no service `{command.service}`", help)
    if command.scope != "out":
        if facts.catalogued and command.kind in SCOPED and not (command.process or command.service):
            help = "name it with --process or --service, or say --out-of-scope"
            raise Refused("nothing says what of the catalogue this belongs to", help)
        return
    if command.process:
        raise Refused("work that has a process is not out of scope", "leave out one of the two")
    if facts.scope_policy == "reject":
        raise Refused("the department takes on nothing outside of its scope", "see `runbook scope` for who does")
    if facts.scope_policy == "accept_with_owner" and not command.to:
        raise Refused("work outside of the scope needs somebody who answers for it", "add --to PERSON")


def _check_parent(command: Open, facts: Facts) -> None:
    if command.parent and (command.kind != "project_task" or not facts.known(command.parent)):
        raise Refused(
            f"`{command.parent}` can't be its parent",
            "only a project_task is part of a project: see `runbook item list --kind project`",
        )
    if command.kind == "project_task" and not command.parent:
        raise Refused("a task belongs to a project", "add --parent PRJ-...")
