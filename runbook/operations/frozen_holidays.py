"""Public holidays in the text of a calendar's file: a marked block that is written anew, and all else as it stands.

Rule 1: what was frozen for other years stays: what was counted by it must not change afterwards.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

from runbook.errors import Misuse

_BEGIN = "# >>> written by `runbook calendar sync`; change holidays by hand under `holidays` and `exceptions`"
_END = "# <<< runbook calendar sync"
_BLOCK = re.compile(
    r"^# >>> written by `runbook calendar sync`[^\n]*\n.*?^# <<< runbook calendar sync[ \t]*$\n?", re.M | re.S
)
_YEARS = re.compile(r"([0-9]{4})(?:\.\.([0-9]{4}))?", re.ASCII)
_REGION = re.compile(r"[A-Z]{2,3}(-[A-Z0-9]{1,6})?", re.ASCII)
MOST_YEARS = 30


def years_of(text: str) -> range:
    """The years of `2026` or `2026..2028`."""
    match = _YEARS.fullmatch(text)
    first, last = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not 1950 <= first <= last <= 2100 or last - first >= MOST_YEARS:
        raise Misuse(f"`{text[:40]}` are no years", f"write them like 2026..2028, at most {MOST_YEARS}")
    return range(first, last + 1)


def region_of(text: str) -> tuple[str, str]:
    """The country and the part of it that `DE-BY` stands for; the part is empty for the whole country."""
    if not _REGION.fullmatch(text):
        raise Misuse(f"`{text[:40]}` is no region", "write a country as `DE`, or a part of it as `DE-BY`")
    country, _, part = text.partition("-")
    return country, part


def merged(before: Mapping[str, str], found: Mapping[str, str], years: range) -> dict[str, str]:
    """The days of these years as they were found, those of other years as they were frozen before."""
    kept = {day: name for day, name in before.items() if int(day[:4]) not in years}
    return dict(sorted({**kept, **found}.items()))


def with_holidays(text: str, region: str, days: Mapping[str, str]) -> str:
    """The text of a calendar with the block in it, in the place of an earlier one or at the end."""
    lines = [_BEGIN, "public_holidays:", f"  region: {region}", "  days:"]
    lines += [f'    "{day}": {json.dumps(name, ensure_ascii=False)}' for day, name in days.items()]
    block = "\n".join([*lines, _END]) + "\n"
    if _BLOCK.search(text):
        return _BLOCK.sub(lambda match: block, text, count=1)
    if re.search(r"^public_holidays[ \t]*:", text, re.M):
        raise Misuse("`public_holidays` was written by hand", "remove it first, or move its days to `holidays`")
    return text + ("" if text.endswith("\n") or not text else "\n") + block
