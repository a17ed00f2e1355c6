"""The options that `run` and `resume` share, and the sitting they lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import click

from runbook import app
from runbook.cli.questions import is_plain
from runbook.cli.session import Session, read_data
from runbook.outcome import Json

_FOLDER = f"{__name__}.folder"
"""Where the folder of the answers file is kept: the files that it names are looked for there."""


def session_options(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--answers`, `--step`, `--plain`, `--yes`, `--max-parallel` and `--no-wait`."""
    options = (
        click.option("--answers", metavar="FILE", callback=_answers, help="A YAML file with answers, by step."),
        click.option("--step", "every_step", is_flag=True, help="Ask before every program that starts."),
        click.option("--plain", is_flag=True, help="Plain lines, nothing redrawn: for screen readers (RUNBOOK_PLAIN)."),
        click.option("--yes", "unattended", is_flag=True, help="Ask nobody: a missing answer stops the run."),
        click.option(
            "--max-parallel", type=click.IntRange(1, 64), help="Programs at once; the project says it otherwise."
        ),
        click.option("--no-wait", is_flag=True, help="Do not stay for timers: stop when only time is awaited."),
    )
    for option in reversed(options):
        function = option(function)
    return function


def _answers(context: click.Context, option: click.Parameter, path: str | None) -> Json:
    if not path:
        return None
    context.meta[_FOLDER] = Path(path).absolute().parent
    return read_data(path, "answers")


def sit(
    workspace: app.Workspace,
    run: str,
    *,
    answers: Json,
    unattended: bool,
    every_step: bool,
    plain: bool,
    max_parallel: int | None,
    no_wait: bool,
    as_json: bool,
    resumed: bool = False,
    taken_from: str = "",
    before: Mapping[str, Mapping[str, Json]] | None = None,
    after: int = 0,
) -> int:
    """One sitting at the run; the exit code. What happened after the event with that number is told first."""
    conduct = app.Conduct(max_parallel or app.usual_parallel(workspace), patience=0.0 if no_wait else float("inf"))
    session = Session(
        workspace,
        run,
        answers=answers,
        folder=click.get_current_context().meta.get(_FOLDER),
        unattended=unattended,
        as_json=as_json,
        plain=is_plain(plain),
        every_step=every_step,
        before=before,
        conduct=conduct,
    )
    session.introduce(resumed or after > 0)
    if not resumed:
        for recorded in app.events(workspace, run, after):
            session.tell(recorded)
    return session.carry_on(resumed, taken_from)
