"""What a step hands on to later ones, told from a text that may be broken."""

from __future__ import annotations

from runbook.editing.desk import Desk
from runbook.editing.index import Index, Listed
from runbook.editing.sketch import Node, Shape, scalar_text

_OF_KIND = {"decision": "choice", "approval": "approved by"}


def outputs(desk: Desk, index: Index, step: Listed) -> list[str]:
    """The names of a step's outputs, as far as its text tells them."""
    if step.node.get("foreach"):
        return ["items", "done", "failed"]
    turns = ["turns"] if step.node.get("repeat") else []
    return [*_once(desk, index, step), *turns]


def _once(desk: Desk, index: Index, step: Listed) -> list[str]:
    own = step.node.get(step.kind)
    if step.kind == "process" and own is not None:
        used = own if own.shape is Shape.SCALAR else own.get("use")
        detached = own.get("detach")
        if detached and scalar_text(index.text, detached) == "true":
            return ["run"]
        child = desk.interfaces.get(scalar_text(index.text, used)) if used else None
        return list(child.outputs) if child else []
    if step.kind in desk.kinds.by_key and desk.kinds[step.kind].acts:
        return _names(step.node.get("outputs"))
    if step.kind == "decision" and own is not None and (choose := own.get("choose")):
        return ["choices"] if scalar_text(index.text, choose) == "several" else ["choice"]
    if step.kind == "set":
        return _names(own.get("values") if own else None)
    return answers(step) or _OF_KIND.get(step.kind, "").split()


def answers(step: Listed) -> list[str]:
    """The names of the fields that a person fills in at a step."""
    own = step.node.get(step.kind)
    return _names(own.get("fields") if own else None)


def _names(node: Node | None) -> list[str]:
    return [str(each.name) for each in node.children if each.colon] if node and node.shape is Shape.MAPPING else []
