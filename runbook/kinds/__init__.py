"""The kinds of steps that come with runbook: one file each, collected here by being in the folder."""

from __future__ import annotations

from runbook.kind import Kinds, kinds_of
from runbook.kinds import (
    approval,
    ask,
    command,
    decision,
    end,
    http,
    manual,
    process,
    python,
    section,
    set,
    shell,
    ssh,
    verify,
    wait,
)
from runbook.secret_sources import builtin as secret_sources


def builtin() -> Kinds:
    """The kinds that come with runbook, in the order of the reference page, and its sources of secrets."""
    machines = (shell, command, python, http, ssh, verify)
    modules = (manual, ask, *machines, decision, approval, wait, set, section, process, end)
    return kinds_of((module.KIND for module in modules), secret_sources())
