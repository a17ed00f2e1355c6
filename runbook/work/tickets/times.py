"""Times as ticket systems write them: ISO 8601, with or without a colon in the zone, and GitLab's own form."""

from __future__ import annotations

import datetime
import re

_UTC = datetime.UTC
_ZONE = re.compile(r"([+-]\d{2})(\d{2})\Z")
_GITLAB = re.compile(r"(\d{4}-\d{2}-\d{2}) (\d{2}:\d{2}:\d{2}) (UTC|[+-]\d{4})\Z")


def _read(text: str) -> datetime.datetime | None:
    text = text.strip()
    if found := _GITLAB.match(text):
        text = f"{found[1]}T{found[2]}{'+00:00' if found[3] == 'UTC' else found[3]}"
    try:
        time = datetime.datetime.fromisoformat(_ZONE.sub(r"\1:\2", text))
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=_UTC)


def seconds_since(text: str) -> int:
    """The second that a time lies in; 0 for what is no time."""
    time = _read(text)
    return int(time.timestamp() // 1) if time else 0


def instant_in(second: int, exact: str = "") -> str:
    """An instant as the journal writes it; of `exact`, when that is a time, with its milliseconds."""
    time = _read(exact) or datetime.datetime.fromtimestamp(second, _UTC)
    return time.astimezone(_UTC).isoformat(timespec="milliseconds").removesuffix("+00:00") + "Z"
