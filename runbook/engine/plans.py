"""The plan of a run as text: everything its process uses, parsed once and stored with the run."""

from __future__ import annotations

import json
from collections.abc import Mapping

from runbook.definition import Process
from runbook.errors import Misuse
from runbook.graph import Links, links, parts
from runbook.journal.codec import as_written
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.reading.build import build_process
from runbook.reading.notes import Notes
from runbook.run.plan import Plan

FORMAT = 1


def plan_of(root: str, processes: Mapping[str, Process], kinds: Kinds) -> Plan:
    """The plan of the process `root`, which has been checked and found good, and of all it uses."""
    closure: dict[str, Process] = {}
    wanted = [root]
    while wanted:
        id = wanted.pop()
        if id in closure:
            continue
        if id not in processes:
            raise Misuse(f"there is no process `{id}`", "see `runbook list`")
        closure[id] = processes[id]
        wanted += [step.use for step in processes[id].every_step() if step.use]
    tables = {
        id: {part: links(steps) for part, steps in parts(process).items() if steps} for id, process in closure.items()
    }
    return Plan(root, closure, tables, kinds)


def stored(plan: Plan) -> str:
    """The text of a plan, in the order of its author: what a run keeps, and what its definition's hash is over."""
    trees: dict[str, Json] = {}
    turns: dict[str, dict[str, str]] = {}
    for id, process in sorted(plan.processes.items()):
        trees.update((use.expression.source, use.expression.tree) for use in process.uses)
        if named := _turns(process, plan.kinds):
            turns[id] = named
    return as_written(
        {
            "format": FORMAT,
            "root": plan.root,
            "kinds": plan.kinds.keys,
            "processes": {
                id: {"file": process.file, "owner": process.owner, "data": process.data}
                for id, process in sorted(plan.processes.items())
            },
            "links": {
                id: {part: table.to_json() for part, table in tables.items()} for id, tables in plan.links.items()
            },
            "trees": trees,
            **({"turns": turns} if turns else {}),
        }
    )


def _turns(process: Process, kinds: Kinds) -> dict[str, str]:
    """By id of each step that its kind does in turns, what an item is called: for those who know no kinds."""
    return {
        step.id: step.flow.foreach.name for step in process.every_step() if step.flow.foreach and kinds[step.kind].turns
    }


def loaded(text: str, kinds: Kinds) -> Plan:
    """The plan that `stored` gave the text of; needs neither networkx nor jinja2.

    `Misuse` where it has steps of a kind that is not there, as that came with a package.
    """
    body = json.loads(text)
    try:
        processes = {
            id: build_process(id, kept["file"], kept["data"], kinds, kept["owner"], Notes(trees=body["trees"]))
            for id, kept in body["processes"].items()
        }
    except KeyError:
        if not (unknown := sorted(set(body["kinds"]) - kinds.by_key.keys())):
            raise
        listed = " or ".join(f"`{each}`" for each in unknown)
        raise Misuse(
            f"the definition has steps of a kind that nothing here knows: {listed}",
            "do this in its project, whose `plugins` names the package, with that installed",
        ) from None
    tables = {
        id: {part: Links.from_json(table) for part, table in lists.items()} for id, lists in body["links"].items()
    }
    return Plan(body["root"], processes, tables, kinds)
