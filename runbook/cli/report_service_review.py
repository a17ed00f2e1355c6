"""`runbook report service-review`: a month, for whoever the department works for."""

from __future__ import annotations

from pathlib import Path

import click

from runbook import app
from runbook.cli.options import echo, json_option, workspace
from runbook.operations.service_review import to_json
from runbook.views import machine, service_review


@click.command(
    name="service-review",
    epilog="""\b
Examples:
  runbook report service-review
  runbook report service-review --month 2026-10 -o review.md
  runbook report service-review --month 2026-10 --customer finance
  runbook report service-review --json
""",
    help="Write the review of a month, as it was at its end: how often targets were met, what incidents came from, "
    "concerns, what does not fit, the changes of the next month, and what has to be decided.",
)
@click.option("--month", metavar="MONTH", default="", help="Such as 2026-10; the last whole one.")
@click.option("--customer", metavar="CUSTOMER", default="", help="Only what is of this customer.")
@click.option("-o", "--output", metavar="FILE", type=click.Path(path_type=Path, dir_okay=False), help="Write to it.")
@json_option
@workspace
def command(month: str, customer: str, output: Path | None, as_json: bool, workspace: app.Workspace) -> None:
    """Review a month."""
    review = app.service_review(workspace, month, customer)
    if as_json:
        text = machine.pretty(to_json(review))
    else:
        text = "\n".join(service_review.as_markdown(review, app.department_zone(workspace)))
    if output is None:
        echo(text)
    else:
        app.write_report(output, text)
        echo(f"written: {output}")
