"""A stored plan as far as showing a run needs it: titles, order, nesting; none of what the steps do.

So that looking at a run loads neither the kinds nor the languages inside texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from runbook.definition import OnFailure, Process, Step
from runbook.graph import Links
from runbook.kind import Kinds
from runbook.run.plan import Plan


def glanced(text: str) -> Plan:
    """The plan with its steps' outer fields only; what their kinds hold is left out."""
    body = json.loads(text)
    keys: list[str] = body["kinds"]
    processes = {id: _process(id, kept, keys) for id, kept in body["processes"].items()}
    links = {id: {part: Links.from_json(table) for part, table in lists.items()} for id, lists in body["links"].items()}
    return Plan(body["root"], processes, links, Kinds({}))


def _process(id: str, kept: Mapping[str, Any], keys: Sequence[str]) -> Process:
    data = kept["data"]
    parts = [
        _steps(data.get(part, ()), letter, keys) for part, letter in (("checks", "C"), ("steps", ""), ("finally", "F"))
    ]
    return Process(
        id=id, title=data["title"], file=kept["file"], data=data, owner=kept["owner"],
        checks=parts[0], steps=parts[1], finally_=parts[2],
    )  # fmt: skip


def _steps(given: Sequence[Mapping[str, Any]], prefix: str, keys: Sequence[str]) -> tuple[Step, ...]:
    return tuple(_step(each, f"{prefix}{number}", keys) for number, each in enumerate(given, 1))


def _step(given: Mapping[str, Any], number: str, keys: Sequence[str]) -> Step:
    kind = next((key for key in keys if key in given and key != "manual"), "manual")
    used, approval = given.get("process"), given.get("approval")
    critical = given.get("critical", True)
    return Step(
        id=given["id"],
        title=given.get("title", given["id"].replace("-", " ").capitalize()),
        kind=kind,
        spec=None,
        at=(),
        number=number,
        on_failure=OnFailure(given.get("on_failure", "stop" if critical else "continue")),
        critical=critical,
        by_hand=given.get("manual", "") if kind != "manual" else "",
        role=(approval if isinstance(approval, str) else approval["role"]) if approval else given.get("role"),
        steps=_steps(given["section"]["steps"], f"{number}.", keys) if kind == "section" else (),
        use=(used if isinstance(used, str) else used["use"]) if kind == "process" and used else None,
    )
