"""`runbook explain`: what a diagnostic means."""

from __future__ import annotations

import click

from runbook import app
from runbook.cli.arguments import code_argument
from runbook.cli.options import echo, fitting, json_option, workspace
from runbook.views import machine


@click.command(
    epilog="""\b
Examples:
  runbook explain RB201
  runbook explain unknown-step
""",
    help="Explain a diagnostic: what it finds, why it matters, and what to write instead.",
)
@code_argument
@json_option
@workspace
def command(code: str, as_json: bool, workspace: app.Workspace) -> None:
    """Explain a diagnostic."""
    problem = app.explain(workspace, code)
    if as_json:
        echo(machine.pretty(machine.problem(problem)))
        return
    echo(f"{problem.code} {problem.rule} ({problem.severity.value})")
    if problem.dispensable:
        echo("No run depends on it: a project may lower it, or allow it in a place and say why.")
    echo("")
    echo(fitting(problem.explanation.strip().splitlines()))
