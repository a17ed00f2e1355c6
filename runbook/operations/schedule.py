"""When a schedule of cron is due: instants in its own time zone, over the changes of summer time.

Rule 1: an instant that a clock shows twice counts once, one that it leaps over comes when it has leapt (as in Debian).
"""

from __future__ import annotations

import datetime
from collections.abc import Iterator
from itertools import takewhile
from typing import TYPE_CHECKING

from runbook.errors import ExpressionError
from runbook.operations.zones import is_zone, zone

if TYPE_CHECKING:
    from runbook.listing import Trigger

MOST = 1000
"""How many instants are looked at together: the newest."""
_LONGEST = 200
_DAY = 86400
_SPANS = (_DAY, 10 * _DAY, 100 * _DAY, 1000 * _DAY, 3660 * _DAY)
"""How far back is looked, further and further: what is due each minute is not counted through for years."""


def wrong_with(trigger: Trigger) -> tuple[str, str, str] | None:
    """The field of a schedule that can't be right, why, and what to do about it; None for a good one."""
    if not is_zone(trigger.timezone):
        return "timezone", f"there is no time zone `{trigger.timezone[:60]}`", "write it as `Europe/Berlin`, or `UTC`"
    try:
        if next_instant(trigger, 0) is not None:
            return None
    except ExpressionError as error:
        return "cron", str(error), error.help
    return "cron", f"`{trigger.cron}` is never due", "write a day that comes"


def instants(trigger: Trigger, after: int, until: int) -> tuple[int, ...]:
    """The seconds at which it is due, later than `after` and not later than `until`; the newest `MOST` of them."""
    found: tuple[int, ...] = ()
    for span in _SPANS:
        start = max(after, until - span)
        found = tuple(takewhile(lambda second: second <= until, _instants(trigger.cron, trigger.timezone, start)))
        if start == after or len(found) >= MOST:
            break
    return found[-MOST:]


def instant_before(trigger: Trigger, until: int) -> int | None:
    """The last second not later than `until` at which it was due; None when it was not for ten years."""
    for span in _SPANS:
        if found := instants(trigger, until - span, until):
            return found[-1]
    return None


def next_instant(trigger: Trigger, after: int) -> int | None:
    """The first second later than `after` at which it is due; None when it never is again."""
    return next(_instants(trigger.cron, trigger.timezone, after), None)


def _instants(cron: str, timezone: str, after: int) -> Iterator[int]:
    """Without end, or until there is none within fifty years."""
    from cronsim import CronSim, CronSimError  # where a schedule is looked at, and nowhere else

    if len(cron) > _LONGEST:
        raise ExpressionError("the schedule is too long", "split it into several processes")
    try:
        found = CronSim(cron, datetime.datetime.fromtimestamp(after, zone(timezone)))
    except CronSimError as error:
        raise ExpressionError(
            f"`{cron}` is not a schedule: {str(error)[:1].lower()}{str(error)[1:]}",
            "write minute, hour, day, month and weekday, such as `0 9 * * 1`",
        ) from None
    for each in found:
        second = int(each.timestamp())
        if second > after:
            yield second
