"""The forms of what authors write about time: windows, days of the week, targets, rungs; and each in words."""

from __future__ import annotations

from collections.abc import Mapping

WINDOW = r"^([01][0-9]|2[0-3]):[0-5][0-9]-(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"
DAYS = r"^(all|(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?)$"
TARGET = r"^([0-9]{1,5}(m|h|bd)|[0-9]{1,4}h[0-9]{1,2}m)$"
PERCENT = r"^([1-9][0-9]?|100)%$"
STANDS_STILL = r"^(waiting|blocked)(_[a-z][a-z0-9_]*)?$"
RUNG_AT = r"^([0-9]{1,3}%|due([+-][0-9]{1,4}[mh])?)( [a-z][a-z0-9_]*)?$"
RUNG_TO = (
    r"^(assignee|requester|manager_of:assignee|oncall:[a-z0-9][a-z0-9-]*(\+[1-9])?"
    r"|(role|team|channel):[a-z0-9][a-z0-9_-]*|[a-z0-9][a-z0-9-]*)$"
)
INSTANT = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}([T ][0-9]{2}:[0-9]{2}(:[0-9]{2})?(Z|[+-][0-9]{2}:[0-9]{2}))?$"
EXPECTED = r"^((ola|uc)/)?[a-z][a-z0-9_]*\.(due|state|elapsed|remaining|breached|met|over_by|[1-9][0-9]{0,2}%)$"

SINCE: Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "opened": (("opened", "reopened"), ()),
    "reopened": (("reopened",), ()),
    "unaccepted": (("opened", "reopened"), ("owned", "started")),
    "unanswered": (("opened", "reopened"), ("first_response",)),
    "silent": (("opened", "reopened", "update_sent", "first_response"), ()),
    "handed_over": (("handed_over",), ("started",)),
    "blocked": ((), ()),
    "waiting": ((), ()),
}
"""What `after` counts from: the words that it begins with, and those that end it; the last two end with themselves."""

RUNG_AFTER = rf"^[0-9]{{1,5}}[mh] ({'|'.join(SINCE)})$"

MEANINGS: Mapping[str, str] = {
    WINDOW: "a window of time, such as `09:00-17:00`, `22:00-06:00` or `00:00-24:00`",
    DAYS: "days of the week, such as `mon`, `mon-fri` or `all`",
    TARGET: "minutes, hours or business days, such as `30m`, `24h` or `2bd`",
    PERCENT: "a percentage from 1% to 100%, such as `80%`",
    STANDS_STILL: "`waiting`, `blocked`, or one of them with its reason, such as `waiting_requester`",
    RUNG_AT: "a share of a clock or a time around it, such as `80% resolve`, `due-1h` or `due+2h respond`",
    RUNG_TO: "whom to tell, such as `assignee`, `role:team-lead`, `team:infra`, `oncall:infra+1` or a person",
    RUNG_AFTER: f"a time after something, such as `15m unaccepted`; one of {', '.join(SINCE)}",
    EXPECTED: "a clock and what it says, such as `resolve.due`, `resolve.80%`, `ola/own.state`",
    INSTANT: "a day, or a time with its zone, such as `2026-03-27T18:00+01:00`",
}
"""What each form asks for, in words."""
