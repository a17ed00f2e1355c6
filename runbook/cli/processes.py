"""What commands that look at one process share: read it, or say what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from runbook import app
from runbook.cli.options import finish, style

if TYPE_CHECKING:
    from runbook.diagnostics import Diagnostic
    from runbook.reading.library import Library
    from runbook.source import Source


def checked(workspace: app.Workspace, process: str) -> Library:
    """The process and all it uses; prints what is wrong and ends with 1 when it has errors."""
    from runbook.diagnostics import Severity

    library = app.read_one(workspace, process)
    errors = [each for each in library.diagnostics if each.severity is Severity.ERROR]
    if errors:
        show_problems(errors, library.sources)
        finish(1)
    return library


def written(workspace: app.Workspace, process: str) -> Library:
    """The same for a command that does what the process says; `Refused` while its steps are not written yet."""
    from runbook.run.unwritten import check_written

    library = checked(workspace, process)
    check_written(library.project.processes[process])
    return library


def show_problems(errors: Sequence[Diagnostic], sources: Mapping[str, Source]) -> None:
    """What is wrong with a definition, on standard error."""
    import sys

    from runbook.views import diagnostics

    click.echo(diagnostics.as_text(errors, sources, style(sys.stderr).colour), err=True)
