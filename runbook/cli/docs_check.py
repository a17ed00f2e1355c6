"""`runbook docs check`: whether procedures are kept up to date."""

from __future__ import annotations

import click

from runbook import __version__, app
from runbook.cli.options import echo, finish, style, workspace
from runbook.cli.progress import working
from runbook.durations import duration
from runbook.errors import ExpressionError


def _seconds(context: click.Context, option: click.Parameter, text: str | None) -> float | None:
    """The seconds that a duration stands for; None when it was left out."""
    if text is None:
        return None
    try:
        seconds = duration(text)
    except ExpressionError as error:
        raise click.BadParameter(str(error), context, option) from None
    if not seconds:
        raise click.BadParameter("no run is that young", context, option)
    return seconds


@click.command(
    name="check",
    epilog="""\b
Examples:
  runbook docs check
  runbook docs check --max-age 90d
  runbook docs check --no-use           # in CI, where no runs are
  runbook docs check --format github    # annotations in a pull request
  runbook docs check --json
""",
    help="Check that procedures are kept up to date: each was carried out successfully not too long ago, its newest "
    "runs did not fail, its review is not overdue, it has an owner, and the links in its texts lead somewhere.\n\n"
    "Exit code 0: all are; 1: one is not, or a definition has errors. The level of a rule is set under `lint` in "
    "`runbook.yaml`; `# runbook: allow RULE because REASON` allows a finding in its line, or right below.",
)
@click.option(
    "--max-age",
    metavar="TIME",
    callback=_seconds,
    help="How long a successful run counts, such as 180d; `docs.max_age` of the project when left out.",
)
@click.option("--no-use", is_flag=True, help="Do not look at runs: owners, reviews and links only.")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "sarif", "github"]), default="text", help="How to print."
)
@click.option("as_json", "--json", is_flag=True, help="The same as --format json.")
@workspace
def check(max_age: float | None, no_use: bool, form: str, as_json: bool, workspace: app.Workspace) -> None:
    """Check that procedures are kept up to date."""
    from runbook.diagnostics import Severity
    from runbook.views import diagnostics

    with working("Checking the procedures"):
        told = app.check_currency(workspace, max_age, use=not no_use)
    match "json" if as_json else form:
        case "json":
            echo(diagnostics.as_json(told.found, told.allowed))
        case "sarif":
            from runbook.reading.catalogue import catalogue

            echo(diagnostics.as_sarif(told.found, catalogue(workspace.kinds).values(), __version__, told.allowed))
        case "github":
            echo([text] if (text := diagnostics.as_github(told.found)) else [])
        case _:
            if told.found:
                echo(diagnostics.as_text(told.found, told.sources, style().colour))
            echo(_summary(told))
    finish(1 if any(each.severity is Severity.ERROR for each in told.found) else 0)


def _summary(told: app.Currency) -> str:
    counted = f"{told.processes} process{'' if told.processes == 1 else 'es'}"
    files = len({each.place.file for each in told.found})
    allowed = f", {len(told.allowed)} allowed" if told.allowed else ""
    if not told.found:
        return f"{counted} checked: all up to date{allowed}"
    findings = f"{len(told.found)} finding{'' if len(told.found) == 1 else 's'}"
    return f"{counted} checked: {findings} in {files} file{'' if files == 1 else 's'}{allowed}"
