"""Times that are still to come, as people type them: a date, a date with a time, or how long from now.

Rule 1: what has no zone of its own is read by the clock of the office, by which it is shown as well.
"""

from __future__ import annotations

import datetime
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from runbook import app
from runbook.cli.options import place
from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.operations.zones import zone


def time_option(*names: str, help: str, required: bool = False) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Give the command an option that takes a time to come; in seconds, 0 when it was left out."""
    return click.option(*names, metavar="WHEN", callback=_second, required=required, help=f"{help}: {_FORMS}.")


_FORMS = "2026-04-10, 2026-04-10T17:00, or 4h from now"


def _second(context: click.Context, option: click.Parameter, text: str | None) -> int:
    if text is None:
        return 0
    with suppress(ExpressionError):
        return int(time.time() + duration(text))
    try:
        found = datetime.datetime.fromisoformat(text)
    except ValueError:
        raise click.BadParameter(f"`{text}` is no time: write {_FORMS}", context, option) from None
    if len(text) == len("2026-04-10"):  # a day is over when it ends
        found += datetime.timedelta(days=1)
    if found.tzinfo is None:
        found = found.replace(tzinfo=zone(app.department_zone(place(context))))
    return int(found.timestamp())
