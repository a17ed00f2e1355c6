"""The vectors of the business clock, and small words to write instants with."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from runbook.operations.calendar import Calendar
from runbook.operations.calendars import calendar_of

VECTORS: dict[str, Any] = yaml.load(Path(__file__).with_name("ops_vectors.yaml").read_text(), yaml.BaseLoader)
CALENDARS: dict[str, Calendar] = {id: calendar_of(id, given) for id, given in VECTORS["calendars"].items()}
OFFICE = calendar_of(
    "office",
    {
        "timezone": "Europe/Berlin",
        "hours": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"2026-04-03": "Karfreitag", "2026-04-06": "Ostermontag"},
    },
)
ALWAYS = CALENDARS["always"]
_MONTHS = {"Mar": 3, "Apr": 4, "Oct": 10}


def at(text: str) -> int:
    """The second of an ISO time with an offset."""
    return int(datetime.datetime.fromisoformat(text).timestamp())


def berlin(text: str, fold: int = 0) -> int:
    """The second of a time in Berlin in 2026, such as `Fri 27 Mar 18:00`; the weekday must be right."""
    weekday, day, month, time = text.split()
    hour, minute, *second = (int(part) for part in time.split(":"))
    zone = ZoneInfo("Europe/Berlin")
    moment = datetime.datetime(2026, _MONTHS[month], int(day), hour, minute, *(second or [0]), tzinfo=zone, fold=fold)
    assert moment.strftime("%a") == weekday, text
    return int(moment.timestamp())


def hours(text: str) -> int:
    """Seconds of `4h` or `24.5`."""
    return int(float(text.removesuffix("h")) * 3600)
