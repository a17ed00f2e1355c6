"""Which changes of a process make one of its gates weaker: what stood in somebody's way, and does so less.

Rule 1: in doubt it is weaker; a reader who looks once too often loses a minute.
"""

from __future__ import annotations

import re
from typing import Any

from runbook.comparing import NOTHING, Leaf, StepChange

_GATES = frozenset(("approval", "verify", "decision"))
_GUARDS = frozenset(
    ("verifier", "signed", "irreversible", "evidence", "expect", "mode", "authority", "needs", "hazards", "warning")
)
"""Fields of a step or a process that hold something up, or warn; to lose one is to lose a guard."""
_LIMITS = frozenset(("not", "covers", "expires", "not_same_as", "binds", "team", "capabilities", "manager_of", "role"))
"""The same inside of roles, approvals and performers."""
_LEAST = frozenset(("min", "minimum", "minLength", "quorum"))
_MOST = frozenset(("max", "maximum", "maxLength", "expires", "max_failures"))
_OPENINGS = frozenset(("emergency", "escalate_to", "privileges", "skip", "redo", "delegate", "reassign"))
"""Fields that let more people past a gate."""


def is_weaker(change: StepChange) -> bool:
    """True when a step that was a gate is gone, is one no more, or is only now and then."""
    if change.new is None:
        return change.old is not None and (change.old.kind in _GATES or bool(change.old.verifier))
    if change.old is None:
        return False
    return change.old.kind in ("approval", "verify") and change.new.kind != change.old.kind


def weakens(leaf: Leaf, gate: bool = False) -> bool:
    """True when one different value makes a gate weaker; `gate`: it is a field of a step that is one."""
    name, before, after = leaf.path[-1], leaf.before, leaf.after
    if after is NOTHING:
        return _loses(leaf.path)
    if before is NOTHING:
        return _opens(leaf.path, after, gate)
    if leaf.path == ("approval", "role") or (gate and leaf.path == ("when",)):
        return True
    if name in _LEAST:
        return _lower(before, after)
    if name in _MOST:
        return _lower(after, before)
    if name in ("not", "roles", "covers", "that", "contains", "matches") or name in _OPENINGS:
        lost, won = _listed(before) - _listed(after), _listed(after) - _listed(before)
        return bool(won if name in _OPENINGS else lost)
    if name == "exit_code":
        return bool(_listed(after) - _listed(before))
    return (name, before, after) in _CHOICES


_CHOICES = (
    ("mode", "strict", "guided"),
    ("signed", True, False),
    ("irreversible", True, False),
    ("critical", True, False),
    ("required", True, False),
    ("claimed_first", True, False),
    ("on_timeout", "reject", "escalate"),
    ("on_failure", "stop", "continue"),
    ("on_failure", "undo", "continue"),
)


def _loses(path: tuple[str, ...]) -> bool:
    if path[0] in _GUARDS or path[0] == "inputs":
        return path[0] != "inputs" or path[-1] in ("pattern", "enum", *_LEAST, *_MOST)
    if path[-1] in _LEAST or path[-1] in _MOST or path[-1] == "pattern":
        return True
    return path[-1] in _LIMITS and path[0] in ("roles", "approval", "performer")


def _opens(path: tuple[str, ...], after: Any, gate: bool) -> bool:
    if path[-1] in _OPENINGS or path[0] == "privileges":
        return True
    if path == ("when",):
        return gate
    return (path[-1], after) in (("critical", False), ("required", False), ("on_failure", "continue"))


def _listed(value: Any) -> set[str]:
    return {str(each) for each in (value if isinstance(value, list) else [value])}


def _lower(before: Any, after: Any) -> bool:
    """True when the second is less than the first, or nobody can tell."""
    one, other = _amount(before), _amount(after)
    return one is None or other is None or other < one


def _amount(value: Any) -> float | None:
    if isinstance(value, (int, float)):
        return float(value)
    match = re.match(r"(\d+(?:\.\d+)?)([smhdw%]?)\Z", str(value))
    if not match:
        return None
    return float(match[1]) * {"m": 60, "h": 3600, "d": 86400, "w": 604800}.get(match[2], 1)
