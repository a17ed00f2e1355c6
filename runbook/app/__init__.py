"""The verbs, one function each: the one place that chooses kinds, store and world.

Rule 1: heavy libraries are imported by the verb that needs them; looking at runs needs none.
"""

from __future__ import annotations

from runbook.app.across import check_answers, check_undo, differences, migrate, open_runs, rerun, way_back
from runbook.app.beginnings import check_new, init, new_process, owned, starters
from runbook.app.definitions import (
    explain,
    faultless,
    foreseen,
    list_groups,
    list_processes,
    plan,
    project_title,
    read_all,
    read_one,
)
from runbook.app.keeping import keeper, sole_daemon
from runbook.app.locks import rivals
from runbook.app.replies import answer, cancel, inbox, keep_evidence, kept, say, signal, tidy
from runbook.app.runs import (
    Conduct,
    begin,
    carried_out_by,
    check_known,
    check_same_inputs,
    earlier_answers,
    events,
    executor,
    follow,
    held,
    history,
    is_carried_out,
    note_resumed,
    note_taken_over,
    objections,
    process_of,
    resolve,
    runs,
    state,
    take_over,
    usual_parallel,
)
from runbook.app.sharing import share
from runbook.app.signing import has_to_be_signed, signed, to_sign, usual_key
from runbook.app.workspace import Workspace, default_home, here, now

__all__ = [
    "Conduct",
    "Workspace",
    "answer",
    "begin",
    "cancel",
    "carried_out_by",
    "check_answers",
    "check_known",
    "check_new",
    "check_same_inputs",
    "check_undo",
    "default_home",
    "differences",
    "earlier_answers",
    "events",
    "executor",
    "explain",
    "faultless",
    "follow",
    "foreseen",
    "has_to_be_signed",
    "held",
    "here",
    "history",
    "inbox",
    "init",
    "is_carried_out",
    "keep_evidence",
    "keeper",
    "kept",
    "list_groups",
    "list_processes",
    "migrate",
    "new_process",
    "note_resumed",
    "note_taken_over",
    "now",
    "objections",
    "open_runs",
    "owned",
    "plan",
    "process_of",
    "project_title",
    "read_all",
    "read_one",
    "rerun",
    "resolve",
    "rivals",
    "runs",
    "say",
    "share",
    "signal",
    "signed",
    "sole_daemon",
    "starters",
    "state",
    "take_over",
    "tidy",
    "to_sign",
    "usual_key",
    "usual_parallel",
    "way_back",
]
