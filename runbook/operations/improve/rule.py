"""The contract of one rule of improvement, and what the file `operations/policies/improve.yaml` says otherwise.

Rule 1: a rule speaks only with a signal (an XmR chart), or with a rate whose lower bound (Wilson, 95 %) is over its
limit; what merely happened to be so is noise.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.improve.evidence import Evidence
from runbook.operations.improve.suggestion import Suggestion

if TYPE_CHECKING:
    from runbook.outcome import Json

POLICY = "operations/policies/improve.yaml"
"""The file that sets the limits otherwise."""
WINDOW = 90
"""The days that are looked at, where no file says otherwise."""


@dataclass(frozen=True, slots=True)
class Limit:
    """What a rule compares with: a number, or a percentage."""

    value: float
    meaning: str
    percent: bool = False

    @property
    def shown(self) -> str:
        """As an author writes it: `15%`, `10`."""
        return f"{self.value:g}%" if self.percent else f"{self.value:g}"


Limits = Mapping[str, float]
"""The limits of one rule by their names; percentages as shares from 0 to 1."""
Suggesting = Callable[[Evidence, Limits], Iterator[Suggestion]]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule."""

    name: str
    finds: str
    """What it finds, in a sentence."""
    suggests: str
    doc: str
    limits: Mapping[str, Limit]
    suggest: Suggesting


@dataclass(frozen=True, slots=True)
class Settings:
    """What a department says of the rules."""

    days: int = WINDOW
    off: frozenset[str] = frozenset()
    said: Mapping[str, Mapping[str, float]] = field(default_factory=dict)

    def limits(self, rule: Rule) -> dict[str, float]:
        """The limits of a rule, percentages as shares."""
        said = self.said.get(rule.name, {})
        return {name: said.get(name, each.value) / (100 if each.percent else 1) for name, each in rule.limits.items()}


@dataclass(frozen=True, slots=True)
class Improvement:
    """A suggestion that somebody has accepted, as the journal holds it."""

    id: str
    rule: str
    process: str
    about: str
    measure: str
    before: float
    at: int
    by: str
    file: str


def settings_of(data: Mapping[str, Json]) -> Settings:
    """What a department says of the rules, out of the data of its files."""
    given = data.get(POLICY) or {}
    rules: Mapping[str, Mapping[str, Json]] = given.get("rules", {})
    return Settings(
        int(str(given.get("window", f"{WINDOW}d")).removesuffix("d")),
        frozenset(name for name, each in rules.items() if each.get("off")),
        {
            name: {limit: float(str(value).removesuffix("%")) for limit, value in each.items() if limit != "off"}
            for name, each in rules.items()
        },
    )
