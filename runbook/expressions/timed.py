"""Filters and tests for times and durations: reckoned with, compared, written for people.

A time is ISO 8601 text, as in `run.started_at`; without a zone it is UTC. A date alone stays a date.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping

from runbook.durations import duration, in_words
from runbook.errors import ExpressionError
from runbook.expressions.signatures import NUMBER, TEXT, TRUTH, Flaw, Signature
from runbook.expressions.values import Budget, Number, brief, capped, number, text
from runbook.instants import instant
from runbook.outcome import Json

_DATE = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_LONGEST = 64
_DAY = 86_400
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_DIRECTIVE = re.compile(r"%(.?)", re.DOTALL)
_WRITTEN = "YmdHMSjzVuaAbB%"


def _time(value: Json, asker: str, budget: Budget) -> datetime.datetime:
    whole = text(value, asker, budget).strip()
    try:
        if len(whole) > _LONGEST:
            raise ValueError
        found = datetime.datetime.fromisoformat(whole)
        found = found if found.tzinfo else found.replace(tzinfo=datetime.UTC)
        found.astimezone(datetime.UTC)
    except (ValueError, OverflowError):
        raise ExpressionError(f"`{brief(whole)}` is not a time", "write it as 2026-11-22T08:00:00+01:00") from None
    return found


def _seconds_in(value: Json, asker: str, budget: Budget) -> float:
    return duration(value) if isinstance(value, str) and text(value, asker, budget) else float(number(value, asker))


def _moved(value: Json, seconds: float, asker: str, budget: Budget) -> str:
    begin = _time(value, asker, budget)
    try:
        moved = begin + datetime.timedelta(seconds=seconds)
        if _DATE.fullmatch(str(value).strip()) and seconds % _DAY == 0:
            return moved.date().isoformat()
        return instant(moved)
    except (OverflowError, ValueError):
        raise ExpressionError("the time lies beyond the year 9999", "use a shorter duration") from None


def _plus(budget: Budget, value: Json, much: Json) -> str:
    return _moved(value, _seconds_in(much, "plus", budget), "plus", budget)


def _minus(budget: Budget, value: Json, much: Json) -> str:
    return _moved(value, -_seconds_in(much, "minus", budget), "minus", budget)


def _until(budget: Budget, value: Json, end: Json) -> Number:
    seconds = (_time(end, "until", budget) - _time(value, "until", budget)).total_seconds()
    return int(seconds) if seconds.is_integer() else seconds


def _epoch(budget: Budget, value: Json) -> Number:
    seconds = _time(value, "epoch", budget).timestamp()
    return int(seconds) if seconds.is_integer() else seconds


def _from_epoch(budget: Budget, value: Json) -> str:
    try:
        return instant(datetime.datetime.fromtimestamp(number(value, "from_epoch"), datetime.UTC))
    except (OverflowError, ValueError, OSError):
        raise ExpressionError("that is no time between the years 1 and 9999", "give seconds since 1970") from None


def _format_time(budget: Budget, value: Json, form: str) -> str:
    found = _time(value, "format_time", budget)
    _, week, day = found.isocalendar()
    offset = found.strftime("%z")
    parts = {
        "Y": f"{found.year:04}", "m": f"{found.month:02}", "d": f"{found.day:02}", "H": f"{found.hour:02}",
        "M": f"{found.minute:02}", "S": f"{found.second:02}", "j": f"{found.timetuple().tm_yday:03}",
        "z": offset, "V": f"{week:02}", "u": str(day), "a": _DAYS[day - 1][:3], "A": _DAYS[day - 1],
        "b": _MONTHS[found.month - 1][:3], "B": _MONTHS[found.month - 1], "%": "%",
    }  # fmt: skip
    return _DIRECTIVE.sub(lambda each: parts[each[1]], form)


def _bad_form(form: str) -> Flaw | None:
    for sign in _DIRECTIVE.findall(form):
        if sign not in _WRITTEN or not sign:
            return f"`%{sign}` is no part of a time", "use " + " ".join(f"`%{each}`" for each in _WRITTEN)
    if len(form) > 1_000:
        return "the form of the time is too long", "shorten it"
    return None


def _seconds(budget: Budget, value: Json) -> Number:
    found = duration(text(value, "seconds", budget))
    return int(found) if found.is_integer() else found


def _duration(budget: Budget, value: Json) -> str:
    return str(in_words(float(capped(number(value, "duration")))))


def _before(budget: Budget, value: Json, other: Json) -> bool:
    return _time(value, "before", budget) < _time(other, "before", budget)


def _after(budget: Budget, value: Json, other: Json) -> bool:
    return _time(value, "after", budget) > _time(other, "after", budget)


def _is_time(budget: Budget, value: Json) -> bool:
    try:
        return isinstance(value, str) and bool(_time(value, "time", budget))
    except ExpressionError:
        return False


TIMED: Mapping[str, Signature] = {
    "plus": Signature(_plus, arguments=("",), least=1),
    "minus": Signature(_minus, arguments=("",), least=1),
    "until": Signature(_until, gives=NUMBER, arguments=(TEXT,), least=1),
    "format_time": Signature(_format_time, arguments=(TEXT,), least=1, written={0: _bad_form}),
    "epoch": Signature(_epoch, gives=NUMBER),
    "from_epoch": Signature(_from_epoch, (NUMBER,)),
    "seconds": Signature(_seconds, gives=NUMBER),
    "duration": Signature(_duration, (NUMBER,)),
}
"""Filters for times and durations."""

TIMING: Mapping[str, Signature] = {
    "before": Signature(_before, gives=TRUTH, arguments=(TEXT,), least=1),
    "after": Signature(_after, gives=TRUTH, arguments=(TEXT,), least=1),
    "time": Signature(_is_time, (), TRUTH),
}
"""Tests for times."""
