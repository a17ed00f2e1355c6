"""What has been agreed about service: severities with examples, and how soon what must be done for whom.

Rule 1: minutes and hours of a target are counted time of the calendar it names; business days are `Nbd`.
Rule 15: agreements of different types run side by side on one item; of one type, the first that matches holds.
Rule 19: what was opened before an agreement took effect is measured by it, and not escalated.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, NamedTuple

from runbook.errors import Misuse
from runbook.operations.forms import TARGET
from runbook.operations.shipped_policy import SHIPPED

if TYPE_CHECKING:
    from runbook.outcome import Json

POLICY = "operations/policies/sla.yaml"

TYPES = ("sla", "ola", "uc")
URGENCIES = ("critical", "high", "medium", "low")
_FOR_ALL = frozenset(("resolved", "reopened", "closed", "cancelled"))
_PART = re.compile(r"(\d+)(bd|[mh])")


@dataclass(frozen=True, slots=True)
class Severity:
    """How bad something is, as agreed with the customer."""

    id: str
    priority: str = ""
    examples: tuple[str, ...] = ()


class Target(NamedTuple):
    """How soon, counted by which calendar."""

    seconds: int
    business_days: int
    calendar: str


@dataclass(frozen=True, slots=True)
class ClockRule:
    """What starts, stops, pauses and restarts a clock, in words for what happens to an item."""

    name: str
    start: tuple[str, ...]
    stop: tuple[str, ...]
    pause_on: tuple[str, ...] = ()
    restart_on: tuple[str, ...] = ()
    heard: frozenset[str] = field(init=False, compare=False, repr=False)
    """All words that it listens to; the ends of an item and its reopening are for every clock."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "heard", _FOR_ALL.union(self.start, self.stop, self.restart_on))


@dataclass(frozen=True, slots=True)
class Reopening:
    """How long an item may be reopened, and whether its clock goes on; after that a new item is opened."""

    seconds: int = 0
    business_days: int = 5
    mode: str = "continue"


@dataclass(frozen=True, slots=True)
class Agreement:
    """One agreement: whom it is for, its clocks, and their targets by severity."""

    id: str
    type: str
    match: Mapping[str, tuple[str, ...]]
    clocks: Mapping[str, ClockRule]
    targets: Mapping[str, Mapping[str, Target]]
    warn_at: tuple[int, ...] = (50, 80)
    on_retarget: str = "restate"
    restate_floor: int = 1800
    reopen: Reopening = field(default_factory=Reopening)
    attainment: int = 95
    """The percentage of cycles that should be met."""
    window: str = "90d"
    effective_from: str = ""
    title: str = ""

    def matches(self, facts: Mapping[str, str]) -> bool:
        """True for an item of which these facts hold."""
        return all(facts.get(name, "") in wanted for name, wanted in self.match.items())

    def target(self, severity: str, clock: str) -> Target | None:
        """How soon, for a clock at a severity; None when nothing was agreed."""
        return self.targets.get(severity, {}).get(clock)


@dataclass(frozen=True, slots=True)
class Policy:
    """All that has been agreed; severities stand worst first."""

    severities: Mapping[str, Severity]
    agreements: tuple[Agreement, ...]
    matrix: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    default_severity: str = ""
    pause_roles: tuple[str, ...] = ()
    """Who, of those with a role in the organisation, may let clocks stand still; everybody when there are none."""
    types: frozenset[str] = field(init=False, compare=False, repr=False)
    """The types of the agreements."""

    def __post_init__(self) -> None:
        object.__setattr__(self, "types", frozenset(each.type for each in self.agreements))

    def agreement(self, type: str, facts: Mapping[str, str]) -> Agreement | None:
        """The agreement of a type that holds for an item of which these facts hold."""
        for each in self.agreements:
            if each.type == type and each.matches(facts):
                return each
        return None

    def priority(self, impact: str, urgency: str) -> str:
        """The priority of something with that impact and urgency (`1` to `4`, or in words); empty when unknown."""
        row = self.matrix.get(impact, ())
        at = URGENCIES.index(urgency) if urgency in URGENCIES else "1234".find(urgency or "-")
        return row[at] if 0 <= at < len(row) else ""

    def severity(self, facts: Mapping[str, str]) -> str:
        """The severity of an item: the one it was given, else that of its priority, else the one for all others."""
        if facts.get("severity") in self.severities:
            return facts["severity"]
        priority = facts.get("priority") or self.priority(facts.get("impact", ""), facts.get("urgency", ""))
        by_priority = (each.id for each in self.severities.values() if priority and each.priority == priority)
        return next(by_priority, self.default_severity)


def agreements_of(data: Mapping[str, Json]) -> Policy:
    """What has been agreed, out of the data of the files below `operations`; where none is written, as shipped."""
    return policy_of(data.get(POLICY) or SHIPPED)


def policy_of(given: Mapping[str, Any]) -> Policy:
    """The policy in data of the right shape."""
    severities = {
        id: Severity(id, each.get("priority", ""), tuple(each.get("examples", ())))
        for id, each in given.get("severities", SHIPPED["severities"]).items()
    }
    default = given.get("default_severity", "moderate" if "moderate" in severities else "")
    matrix = {impact: tuple(row) for impact, row in given.get("matrix", {}).items()}
    agreements = tuple(_agreement(each) for each in given.get("agreements", ()))
    return Policy(severities, agreements, matrix, default, tuple(given.get("pause", {}).get("roles", ())))


def target_of(text: str) -> tuple[int, int]:
    """Seconds and business days of a target such as `30m`, `24h`, `1h30m` or `2bd`."""
    if not re.match(TARGET, text):
        help = (
            "write hours, or business days as `3bd`" if text[-1:] in ("d", "w") else "write for example `4h` or `2bd`"
        )
        raise Misuse(f"`{text[:40]}` is not a target", help)
    units = {"m": 60, "h": 3600, "bd": 0}
    parts = [(int(number), unit) for number, unit in _PART.findall(text)]
    return sum(number * units[unit] for number, unit in parts), sum(n for n, unit in parts if unit == "bd")


def words(value: str | Sequence[str]) -> tuple[str, ...]:
    """One word, or a list of them, as a tuple."""
    return (value,) if isinstance(value, str) else tuple(value)


def _agreement(given: Mapping[str, Any]) -> Agreement:
    type = given.get("type", "sla")
    return Agreement(
        id=given["id"],
        type=type,
        match={name: words(value) for name, value in given.get("match", {}).items()},
        clocks={name: _rule(name, each) for name, each in given["clocks"].items()},
        targets={
            severity: {clock: _target(target) for clock, target in targets.items()}
            for severity, targets in given["targets"].items()
        },
        warn_at=tuple(int(str(each).removesuffix("%")) for each in given.get("warn_at", ("50%", "80%"))),
        on_retarget=given.get("on_retarget", "restart" if type == "ola" else "restate"),
        restate_floor=target_of(given.get("restate_floor", "30m"))[0],
        reopen=_reopening(given.get("reopen", {})),
        attainment=int(str(given.get("objective", {}).get("attainment", "95%")).removesuffix("%")),
        window=given.get("objective", {}).get("window", "90d"),
        effective_from=given.get("effective_from", ""),
        title=given.get("title", given["id"]),
    )


def _rule(name: str, given: Mapping[str, Any]) -> ClockRule:
    sets = (words(given.get(each, ())) for each in ("start", "stop", "pause_on", "restart_on"))
    return ClockRule(name, *sets)


def _target(given: Mapping[str, Any] | str) -> Target:
    if isinstance(given, str):
        return Target(*target_of(given), "always")
    return Target(*target_of(given["in"]), given.get("calendar", "always"))


def _reopening(given: Mapping[str, Any]) -> Reopening:
    seconds, days = target_of(given.get("within", "5bd"))
    return Reopening(seconds, days, given.get("mode", "continue"))
