"""The kinds of steps that come with runbook: one file each, collected here by being in the folder."""

from __future__ import annotations

from runbook.kind import Kinds, kinds_of
from runbook.kinds import approval, ask, command, decision, end, manual, process, section, set, shell, verify, wait


def builtin() -> Kinds:
    """The kinds that come with runbook, in the order of the reference page."""
    modules = (manual, ask, shell, command, verify, decision, approval, wait, set, section, process, end)
    return kinds_of(module.KIND for module in modules)
