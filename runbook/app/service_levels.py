"""What was agreed, asked about: when something is due and why, how often targets are met, and by which revision."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

from runbook.app.worklists import item as item_named
from runbook.app.worklists import items, operations, worklist
from runbook.app.workspace import Workspace
from runbook.errors import Misuse

if TYPE_CHECKING:
    from runbook.operations.attainment import Row
    from runbook.operations.clock import Clock
    from runbook.operations.department import Operations
    from runbook.operations.item import Item
    from runbook.operations.policy_tests import Tried
    from runbook.operations.terms import Terms
    from runbook.operations.upcoming import Upcoming


def terms(workspace: Workspace) -> Terms:
    """What items are judged by that are opened now."""
    from runbook.operations.terms import terms_of

    return terms_of(operations(workspace).data)


def clocks_if_opened(workspace: Workspace, facts: Mapping[str, str], at: int) -> tuple[Clock, ...]:
    """The clocks that an item with these facts would have, if it were opened at an instant."""
    from runbook.diagnostics import suggestion
    from runbook.operations.item import PREFIXES
    from runbook.operations.item_clocks import clocks_of
    from runbook.operations.seconds import instant_of
    from runbook.run.events import Event, Recorded

    now = terms(workspace)
    known = {"severity": tuple(now.policy.severities), "kind": tuple(PREFIXES)}
    for name, words in known.items():
        if facts.get(name) and facts[name] not in words:
            help = suggestion(facts[name], words, f"use one of {', '.join(words)}")
            raise Misuse(f"there is no {name} `{facts[name]}`", help)
    opened = Recorded(1, instant_of(at), "", Event("ItemOpened", data={**facts}))
    return clocks_of([opened], now.policy, now.calendars, at)


def judged(workspace: Workspace, id: str, at: int) -> tuple[Item, tuple[Clock, ...], dict[str, Upcoming]]:
    """An item, its clocks at an instant, and what comes next on each."""
    from runbook.operations.upcoming import upcoming

    item = item_named(workspace, id)
    judging = worklist(workspace).judges.of(item)
    clocks = judging.clocks(item.events, at)
    return item, clocks, upcoming(judging, item.id, item.events, clocks, at)


def attainment(workspace: Workspace, by: Sequence[str], since: int, now: int) -> tuple[Row, ...]:
    """How often the targets were met since then, by whatever items are told apart by."""
    from runbook.operations.attainment import Judged, attained

    judges = worklist(workspace).judges if workspace.existing_journal() is not None else None
    objectives: dict[str, int] = {}

    def each() -> Iterator[Judged]:
        assert judges is not None
        for item in items(workspace, everything=True):
            policy = judges.of(item).terms.policy
            objectives.update({agreement.id: agreement.attainment for agreement in policy.agreements})
            words = {
                name: str(getattr(item, name))
                for name in ("severity", "process", "service", "kind", "team", "priority")
            }
            yield Judged(item.id, words, judges.clocks(item, now), item.policies)

    found = list(each()) if judges is not None else []
    return attained(found, by, since, now, objectives)


def try_service_levels(workspace: Workspace) -> tuple[Tried, ...]:
    """The tests of service levels, tried."""
    from runbook.operations.policy_tests import tests_of, try_out
    from runbook.operations.terms import terms_of

    data = operations(workspace).data
    now = terms_of(data)
    return tuple(try_out(path, number, test, now) for path, number, test in tests_of(data))


def at_revision(workspace: Workspace, name: str) -> tuple[Operations, str]:
    """The department as it was written at a revision of git, and its commit."""
    from runbook.app.people import organisation
    from runbook.diagnostics import Severity
    from runbook.engine.snapshots import commit_of, current_commit, snapshot
    from runbook.reading.department import read_department

    commit = current_commit(workspace.root) if name == "HEAD" else commit_of(workspace.root, name)
    if not commit:
        raise Misuse("there is no commit yet", "commit the project first: policies are restated to what is in git")
    files = snapshot(workspace.root, name, commit).files
    people = ("operations/people/", "operations/teams.yaml", "operations/hosts.yaml")
    given = {
        path: text for path, text in files.items() if path.startswith("operations/") and not path.startswith(people)
    }
    read = read_department(given, organisation(workspace))
    for each in read.found:
        if each.severity is Severity.ERROR:
            where = f"{each.place.file}:{each.place.line}"
            raise Misuse(
                f"what was agreed at `{name}` can't be told: {where}: {each.message}", "mend and commit it first"
            )
    return read.operations, commit


def restate(
    workspace: Workspace, name: str, chosen: Mapping[str, str], reason: str, dry: bool
) -> list[tuple[Item, bool]]:
    """Judge the open items with these facts by the policies of a revision from now on; each, and whether it changes."""
    from runbook.journal.codec import canonical, content_hash

    target, commit = at_revision(workspace, name)
    pinned = canonical(target.pinned())
    found = []
    for item in items(workspace):
        if all(getattr(item, word) == value for word, value in chosen.items()):
            differs = item.policies != content_hash(pinned)
            found.append((item, differs))
            if differs and not dry:
                worklist(workspace).restate(item.id, pinned, commit, reason)
    return found
