"""The option `--since`: a date, or how long ago."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from contextlib import suppress
from typing import Any

import click

from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.instants import instant, later, moment


def since_option(function: Callable[..., Any]) -> Callable[..., Any]:
    """Give the command `--since`."""
    return click.option(
        "--since", metavar="WHEN", callback=_since, help="Only runs begun since then: 2026-11-01, or 7d for a week."
    )(function)


def _since(context: click.Context, option: click.Parameter, text: str | None) -> str:
    """The instant that is meant: `2026-11-01`, `2026-11-01T08:00`, or `7d` before now; empty for none."""
    if text is None:
        return ""
    with suppress(ExpressionError):
        return moment(text)
    with suppress(ExpressionError):
        return later(instant(datetime.datetime.now(datetime.UTC)), -duration(text))
    raise click.BadParameter(f"`{text}` is neither a date such as 2026-11-01 nor a time such as 7d", context, option)
