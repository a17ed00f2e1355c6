"""A stored plan as far as showing a run needs it: titles, order, nesting; none of what the steps do.

So that looking at a run loads neither the kinds nor the languages inside texts.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from runbook.clauses import Foreach
from runbook.definition import PLAIN, OnFailure, Process, Step, Undo
from runbook.graph import Links
from runbook.kind import Kinds
from runbook.reading.build_flow import (
    FLOW_FIELDS,
    PARTS,
    approval_flow,
    build_flow,
    join_count,
    process_failure,
    with_body,
)
from runbook.run.plan import Plan

if TYPE_CHECKING:
    from runbook.clauses import Concurrency, Evidence, Performer


def glanced(text: str) -> Plan:
    """The plan with its steps' outer fields only; what their kinds hold is left out."""
    body = json.loads(text)
    keys, turns = tuple(body["kinds"]), body.get("turns", {})
    processes = {id: _process(id, kept, _Known(keys, turns.get(id, {}))) for id, kept in body["processes"].items()}
    links = {id: {part: Links.from_json(table) for part, table in lists.items()} for id, lists in body["links"].items()}
    return Plan(body["root"], processes, links, Kinds({}))


@dataclass(frozen=True, slots=True)
class _Known:
    """The keys of the kinds; by id of a step that its kind does in turns, what an item is called."""

    keys: tuple[str, ...]
    turns: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Texts:
    """Stands where texts are read: what stands inside of steps is left out, steps are not."""

    known: _Known
    number: str

    def below(self, *at: str | int) -> _Texts:
        return self

    def numbered(self, letter: str) -> _Texts:
        return _Texts(self.known, f"{self.number}{letter}")

    def steps(self, value: Any, *at: str | int) -> tuple[Step, ...]:
        return _steps(value, self.number, self.known)

    def duration(self, text: Any, *at: str | int) -> float:
        return 0.0

    def nothing(self, value: Any, *at: str | int) -> Any:
        return None

    values = template = condition = nothing


def _process(id: str, kept: Mapping[str, Any], known: _Known) -> Process:
    data = kept["data"]
    checks, steps, on_cancel, finally_ = (
        _steps(data.get(part, ()), letter, known, part != "checks") for part, letter in PARTS.items()
    )
    texts: Any = _Texts(known, "E")
    handling = process_failure(data.get("on_failure"), texts)
    return Process(
        id=id, title=data["title"], file=kept["file"], data=data, owner=kept["owner"],
        checks=checks, steps=steps, on_failure=handling.do, on_cancel=on_cancel, finally_=finally_,
        undone_on_failure=handling.then is OnFailure.UNDO,
        concurrency=_locked() if "concurrency" in data else None,
    )  # fmt: skip


def _locked() -> Concurrency:
    """That only so many may be inside; under which key, the events say."""
    from runbook.clauses import Concurrency, Template

    return Concurrency(Template("", ()))


def _steps(given: Sequence[Mapping[str, Any]], prefix: str, known: _Known, in_turn: bool = True) -> tuple[Step, ...]:
    before = [(), *((each["id"],) if in_turn else () for each in given)]
    return tuple(_step(each, f"{prefix}{number + 1}", before[number], known) for number, each in enumerate(given))


def _step(given: Mapping[str, Any], number: str, before: tuple[str, ...], known: _Known) -> Step:
    kind = next((key for key in known.keys if key in given and key != "manual"), "manual")
    used, approval = given.get("process"), given.get("approval")
    critical = given.get("critical", True)
    texts: Any = _Texts(known, f"{number}.")
    flow, on_failure = (PLAIN, None) if FLOW_FIELDS.isdisjoint(given) else build_flow(given, texts)
    if approval:
        flow = approval_flow(given, flow, texts)
    elif given["id"] in known.turns:
        flow = replace(flow, foreach=Foreach(None, known.turns[given["id"]]))
    step = Step(
        id=given["id"],
        title=given.get("title", given["id"].replace("-", " ").capitalize()),
        kind=kind,
        spec=None,
        at=(),
        number=number,
        needs=tuple(dict.fromkeys(given.get("needs", before))),
        join=join_count(given["join"]) if "join" in given else None,
        on_failure=on_failure or (None if critical else OnFailure.CONTINUE),
        critical=critical,
        by_hand=given.get("manual", "") if kind != "manual" else "",
        role=_approver(approval) if approval else given.get("role"),
        verifier=given.get("verifier", ""),
        steps=_inner(given["section"], number, known) if kind == "section" else (),
        use=_used(used) if kind == "process" else None,
        undo=_undo(given["undo"]) if "undo" in given else None,
        irreversible=given.get("irreversible", False),
        flow=flow,
        evidence=_evidence(given["evidence"], texts) if "evidence" in given else (),
        performer=_performer(given["performer"]) if "performer" in given else None,
    )
    return with_body(step) if flow.foreach or flow.repeat else step


def _performer(given: Mapping[str, Any]) -> Performer | None:
    """Who does the step, as far as showing it needs that: whether it is shown to everybody."""
    from runbook.clauses import Performer

    return Performer(confidential=given["confidential"]) if given.get("confidential") else None


def _evidence(given: Mapping[str, Any], texts: Any) -> tuple[Evidence, ...]:
    from runbook.reading.build_evidence import build_evidence

    return build_evidence(given, texts)


def _approver(given: Any) -> str:
    """The role that approves; the first of several."""
    if isinstance(given, str):
        return given
    return str(given["roles"][0] if "roles" in given else given.get("role", ""))


def _inner(section: Mapping[str, Any], number: str, known: _Known) -> tuple[Step, ...]:
    return _steps(section["steps"], f"{number}.", known, section.get("order") != "any")


def _used(given: Any) -> str | None:
    """The process whose steps stand below the step; none where it becomes a run of its own."""
    return given if isinstance(given, str) else None if given.get("detach") else given["use"]


def _undo(given: Any) -> Undo:
    return Undo("manual" if isinstance(given, str) else next(iter(given)), None)
