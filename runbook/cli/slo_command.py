"""`runbook slo`: what was agreed, for programs that watch service level objectives."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, json_option, workspace
from runbook.views import machine


@click.group(
    name="slo",
    help="What was agreed with customers, for programs that watch service level objectives.",
    epilog="""\b
Examples:
  runbook slo export -o slo.yaml
""",
)
def command() -> None:
    """Service level objectives."""


@command.command(
    name="export",
    epilog="""\b
Examples:
  runbook slo export
  runbook slo export -o slo.yaml
  runbook slo export --json
""",
    help="Write the agreements as objects of OpenSLO: the services, and an objective for each clock, in which what was "
    "met is good and what was closed is all (`budgetingMethod: Occurrences`).",
)
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write to it.")
@json_option
@workspace
def export(output: Path | None, as_json: bool, workspace: app.Workspace) -> None:
    """Write the agreements as objects of OpenSLO."""
    import yaml

    found = app.open_slo(workspace)
    written = yaml.safe_dump_all(found, sort_keys=False, allow_unicode=True, width=120).rstrip("\n")
    text = machine.pretty(found) if as_json else written
    if output is None:
        echo(text)
    else:
        app.write_report(output, text)
        echo(f"written: {output}")
