"""The commands of `runbook sla` about real items: why one is due when it is, how often targets are met, restating."""

from __future__ import annotations

from collections.abc import Mapping

import click

from runbook import app
from runbook.cli.arguments import item_argument
from runbook.cli.options import echo, json_option, style, workspace
from runbook.cli.sla_times import second_of, window_of
from runbook.diagnostics import suggestion
from runbook.errors import Misuse
from runbook.operations.attainment import BY
from runbook.operations.cycle import Retargeted
from runbook.operations.explaining import stretches
from runbook.operations.seconds import instant_of, seconds
from runbook.views import clocks, machine, service_levels
from runbook.views.visible import visible

_WORDS = ("kind", "severity", "service", "process", "team", "priority")


@click.command(
    name="explain",
    epilog="""\b
Examples:
  runbook sla explain INC-41
  runbook sla explain INC-41 --at 2026-03-30T14:00
  runbook sla explain INC-41 --json
""",
    help="Show why an item is due when it is: every stretch of time of each of its clocks, what of it was counted, and "
    "why the rest was not: paused, outside hours, a holiday by its name.",
)
@item_argument
@click.option("--at", "at", metavar="TIME", default="", help="As it was at that time; now.")
@json_option
@workspace
def explain(item: str, at: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show why an item is due when it is."""
    zone = app.department_zone(workspace)
    now = second_of(at, zone) if at else seconds(app.now())
    found, all_clocks, nexts = app.judged(workspace, item, now)
    if not as_json:
        echo(service_levels.explained(found, all_clocks, zone, nexts, style()))
        return
    told = []
    for clock in all_clocks:
        parts = list(stretches(clock))
        told.append({
            **clocks.as_json(clock),
            "intervals": [clocks.stretch_as_json(each) for each in parts if not isinstance(each, Retargeted)],
            "retargets": [
                {"at": instant_of(each.at), "mode": each.mode, "from": each.before and each.before.text,
                 "to": each.after and each.after.text}
                for each in parts if isinstance(each, Retargeted)
            ],
        })  # fmt: skip
    echo(machine.pretty({"item": found.id, "policies": found.policies, "rev": found.rev, "clocks": told}))


@click.command(
    name="report",
    epilog="""\b
Examples:
  runbook sla report
  runbook sla report --by severity,process --window 90d
  runbook sla report --by team --json
""",
    help="Show how often targets were met: each clock's cycles that were judged within the window, and those that are "
    "open and late; beside it the share of time in which clocks stood still, and the policies that they were judged "
    f"by. Items can be told apart by {', '.join(BY)}.",
)
@click.option("--by", "by", metavar="WORDS", default="severity", show_default=True, help="What to tell items apart by.")
@click.option("--window", metavar="DURATION", default="90d", show_default=True, help="How far to look back.")
@json_option
@workspace
def report(by: str, window: str, as_json: bool, workspace: app.Workspace) -> None:
    """Show how often targets were met."""
    words = [word.strip() for word in by.split(",") if word.strip()]
    for word in words:
        if word not in BY:
            raise Misuse(f"items are not told apart by `{word}`", suggestion(word, BY, f"use some of {', '.join(BY)}"))
    now = seconds(app.now())
    rows = app.attainment(workspace, words, now - window_of(window), now)
    if not as_json:
        echo(service_levels.report(rows, words, window, style()))
        return
    told = [
        {
            **dict(zip(words, row.group, strict=True)), "clock": row.clock, "met": row.met, "breached": row.breached,
            "openBreached": row.open_breached, "attainment": row.attainment, "objective": row.objective / 100,
            "kept": row.kept, "pauseShare": round(row.pause_share, 4), "policies": sorted(row.revs), "late": row.late,
        }
        for row in rows
    ]  # fmt: skip
    echo(machine.pretty({"window": window, "by": words, "rows": told}))


@click.command(
    name="restate",
    epilog="""\b
Examples:
  runbook sla restate --to HEAD --reason "agreed anew with the customer" --dry-run
  runbook sla restate --to v2.1 --filter severity=critical --reason "24 h from today on"
""",
    help="Judge open items by the policies and calendars of another revision of the project from now on. An item keeps "
    "those that held when it was opened, until somebody says otherwise, for a reason, which is recorded. Their clocks "
    "are counted anew from the beginning; what was late stays late.",
)
@click.option("--to", "revision", metavar="REVISION", required=True, help="HEAD, a tag or a branch of git.")
@click.option(
    "--filter", "filters", metavar="WORD=VALUE", multiple=True, help=f"Only these: {', '.join(_WORDS)}; repeatable."
)
@click.option("--reason", metavar="TEXT", required=True, help="Why; recorded with each item.")
@click.option("--dry-run", is_flag=True, help="Show which items would be judged anew, and change nothing.")
@json_option
@workspace
def restate(
    revision: str, filters: tuple[str, ...], reason: str, dry_run: bool, as_json: bool, workspace: app.Workspace
) -> None:
    """Judge items by other policies from now on."""
    if not reason.strip():
        raise Misuse("judging by other policies needs a reason", "say why with --reason")
    found = app.restate(workspace, revision, _chosen(filters), reason, dry_run)
    if as_json:
        told = [{"item": item.id, "restated": differs and not dry_run, "differs": differs} for item, differs in found]
        echo(machine.pretty(told))
        return
    done = "would be judged anew" if dry_run else "is judged anew"
    for item, differs in found:
        echo(f"{item.id}  {done if differs else 'is judged by these already'}  {visible(item.title)}")
    changed = sum(differs for _, differs in found)
    would = " would be" if dry_run else ""
    echo(f"{changed} of {len(found)} open items{would} judged by the policies of {revision}")


def _chosen(filters: tuple[str, ...]) -> Mapping[str, str]:
    chosen: dict[str, str] = {}
    for text in filters:
        word, equals, value = text.partition("=")
        if not equals or word not in _WORDS:
            raise Misuse(f"`{text}` chooses nothing", f"write WORD=VALUE with one of {', '.join(_WORDS)}")
        chosen[word] = value
    return chosen
