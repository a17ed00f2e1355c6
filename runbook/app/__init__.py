"""The verbs, one function each: the one place that chooses kinds, store and world.

Rule 1: a verb is loaded when it is asked for, so that a command loads what it needs and nothing else.
Rule 2: heavy libraries are imported by the verb that needs them; looking at runs needs none.
"""

# ruff: noqa: F401  # the imports say to type checkers and editors what `_VERBS` says to the program
from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from runbook.app.across import check_answers, check_undo, differences, migrate, open_runs, rerun, way_back
    from runbook.app.anchoring import Noted, anchor, anchor_all, anchor_stream, kept_anchors
    from runbook.app.auditing import audit_escalations, heartbeat
    from runbook.app.beginnings import check_new, init, new_process, owned, starters
    from runbook.app.boards import Seen, board, pull, upcoming
    from runbook.app.calendars import calendar, department_zone, sync_holidays, write_synced
    from runbook.app.carrying import (
        Conduct,
        all_events,
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
    from runbook.app.cataloguing import Catalogue, catalogue, drift, gaps, maturities, scope, scorecards
    from runbook.app.currency import Currency, check_currency
    from runbook.app.definitions import (
        explain,
        faultless,
        list_groups,
        list_processes,
        plan,
        project_title,
        read_all,
        read_one,
    )
    from runbook.app.editing import desk, project_of, texts
    from runbook.app.files import file_fields, keep_evidence, with_files
    from runbook.app.flow import board_flow, capacity_weeks, commit_week, forecast, loads, plan_week, project, scene
    from runbook.app.formatting import Formatted, format_files, format_text, write_formatted
    from runbook.app.improving import (
        accept_improvement,
        compare_improvements,
        improvements,
        moved_by_improvement,
        performance,
    )
    from runbook.app.keeping import keeper, sole_daemon
    from runbook.app.locks import rivals
    from runbook.app.paper import as_pdf, blank_form, checklist, transcribe
    from runbook.app.people import caller, first_of, may_answer, me, organisation, who, who_for, work
    from runbook.app.piling import answer_one, answers_by_run, pile
    from runbook.app.previewing import preview
    from runbook.app.proof import Exported, export, export_item, verify_archive, verify_journal
    from runbook.app.publishing import build_markdown, build_mkdocs, chosen, dead_links, pages_as_pdf, part_of
    from runbook.app.recording import check_draft, draft_of, write_draft
    from runbook.app.recurring import duties, open_duties, overdue_duties
    from runbook.app.replies import answer, cancel, inbox, kept, say, signal, tidy
    from runbook.app.reporting import costs, open_slo, service_review, write_report
    from runbook.app.rota import (
        check_on_call,
        department_events,
        department_log,
        on_call,
        schedule_ids,
        schedule_zone,
        swap_on_call,
        take_on_call,
    )
    from runbook.app.seeing import check_sees_all, hidden_from_caller, seen, seen_now
    from runbook.app.service_levels import attainment, clocks_if_opened, judged, restate, try_service_levels
    from runbook.app.sharing import share
    from runbook.app.signing import bound, has_to_be_signed, signed, to_sign, usual_key
    from runbook.app.site import build_site, site_of
    from runbook.app.testing import Report, first_tests, test, tests_from_runs
    from runbook.app.tickets import (
        carry_along,
        carry_out,
        courier,
        examine_integration,
        integrations,
        link_ticket,
        outbox,
        raise_ticket,
        retry_tickets,
        take_delivery,
    )
    from runbook.app.trying import beginning, foreseen, probed, simulated
    from runbook.app.using import revisions, usage
    from runbook.app.versions import Version, pairs, today, version
    from runbook.app.waiting import look_into, mine, visible_inbox
    from runbook.app.worklists import (
        attachment,
        item,
        item_ids,
        items,
        open_count,
        open_item,
        operations,
        someone,
        worklist,
    )
    from runbook.app.workspace import Workspace, default_home, here, now

_VERBS = """
across: check_answers check_undo differences migrate open_runs rerun way_back
anchoring: Noted anchor anchor_all anchor_stream kept_anchors
auditing: audit_escalations heartbeat
beginnings: check_new init new_process owned starters
boards: Seen board pull upcoming
calendars: calendar department_zone sync_holidays write_synced
carrying: Conduct all_events begin carried_out_by check_known check_same_inputs earlier_answers events
    executor follow held history is_carried_out note_resumed note_taken_over objections process_of resolve
    runs state take_over usual_parallel
cataloguing: Catalogue catalogue drift gaps maturities scope scorecards
currency: Currency check_currency
definitions: explain faultless list_groups list_processes plan project_title read_all read_one
recurring: duties open_duties overdue_duties
editing: desk project_of texts
files: file_fields keep_evidence with_files
flow: board_flow capacity_weeks commit_week forecast loads plan_week project scene
formatting: Formatted format_files format_text write_formatted
improving: accept_improvement compare_improvements improvements moved_by_improvement performance
keeping: keeper sole_daemon
locks: rivals
paper: as_pdf blank_form checklist transcribe
people: caller first_of may_answer me organisation who who_for work
piling: answer_one answers_by_run pile
previewing: preview
proof: Exported export export_item verify_archive verify_journal
publishing: build_markdown build_mkdocs chosen dead_links pages_as_pdf part_of
recording: check_draft draft_of write_draft
replies: answer cancel inbox kept say signal tidy
reporting: costs open_slo service_review write_report
rota: check_on_call department_events department_log on_call schedule_ids schedule_zone swap_on_call take_on_call
seeing: check_sees_all hidden_from_caller seen seen_now
service_levels: attainment clocks_if_opened judged restate try_service_levels
sharing: share
site: build_site site_of
signing: bound has_to_be_signed signed to_sign usual_key
testing: Report first_tests test tests_from_runs
tickets: carry_along carry_out courier examine_integration integrations link_ticket outbox raise_ticket retry_tickets
    take_delivery
trying: beginning foreseen probed simulated
using: revisions usage
versions: Version pairs today version
waiting: look_into mine visible_inbox
worklists: attachment item item_ids items open_count open_item operations someone worklist
workspace: Workspace default_home here now
"""
"""The modules, each with the names it gives."""


def _homes() -> dict[str, str]:
    """The module of each name."""
    homes, module = {}, ""
    for word in _VERBS.split():
        if word.endswith(":"):
            module = word[:-1]
        else:
            homes[word] = module
    return homes


_HOMES = _homes()


def __getattr__(name: str) -> Any:
    """A verb, from its module, which is loaded now."""
    if name not in _HOMES:
        raise AttributeError(f"there is no verb `{name}`")
    found = globals()[name] = getattr(import_module(f"runbook.app.{_HOMES[name]}"), name)
    return found
