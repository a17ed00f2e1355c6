"""What is left of a misshapen process when everything misshapen is taken out, so that the rules can look at the rest.

So an author sees all problems of a file at once: those of its shape, and those of its meaning in what has a shape.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from runbook.outcome import Json
from runbook.reading.shape import Shape
from runbook.reading.text import MAX_FINDINGS
from runbook.source import Path

_PARTS = ("checks", "steps", "finally")


@dataclass(slots=True)
class Mended:
    """A process of the right shape, and the paths of what had to be taken out of it."""

    data: dict[str, Json] = field(default_factory=dict)
    taken_out: list[Path] = field(default_factory=list)


def mended(data: Json, shape: Shape) -> Mended | None:
    """The parts of a process that have the right shape; None when there is not even a list of steps."""
    if not isinstance(data, Mapping) or not isinstance(data.get("steps"), list) or not data["steps"]:
        return None
    mending = _Mending(shape)
    properties = shape.schema["properties"]
    kept = mending.fields(data, properties, (), special=_PARTS)
    for part in _PARTS:
        if isinstance(data.get(part), list):
            kept[part] = mending.steps(data[part], (part,))
    kept.setdefault("runbook", 1)
    kept.setdefault("title", "?")
    mending.result.data = kept
    return mending.result if not mending.hopeless and shape.verdict(kept) else None


class _Mending:
    """One file on its way; `result` collects what is taken out."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.result = Mended()
        self.step = shape.schema["$defs"]["step"]

    @property
    def hopeless(self) -> bool:
        """True when so much is misshapen that looking at the rest would tell nobody anything."""
        return len(self.result.taken_out) > MAX_FINDINGS

    def fields(
        self, given: Mapping[str, Json], properties: Mapping[str, Any], at: Path, special: tuple[str, ...] = ()
    ) -> dict[str, Json]:
        """The known fields whose values fit; `special` ones are left to the caller."""
        kept = {}
        for name, value in given.items():
            if name in special:
                continue
            if name in properties and self.shape.fits(value, properties[name]):
                kept[name] = value
            else:
                self.result.taken_out.append((*at, name))
        return kept

    def steps(self, given: list[Json], at: Path) -> list[Json]:
        """The same number of steps, so that every path still leads to the same place."""
        return [self._step(step, (*at, number)) for number, step in enumerate(given)]

    def _step(self, given: Json, at: Path) -> Json:
        if self.hopeless or self.shape.fits(given, self.step):
            return given
        known = given if isinstance(given, Mapping) else {}
        section = known.get("section")
        inner = section.get("steps") if isinstance(section, Mapping) else None
        kept = self.fields(known, self.step["properties"], at, special=("section",) if inner else ())
        if isinstance(inner, list) and inner:
            kept["section"] = {"steps": self.steps(inner, (*at, "section", "steps"))}
        if "id" not in kept:
            self.result.taken_out.append(at)
            kept["id"] = "nameless" + "".join(f"-{part}" for part in at)
        if not self.shape.fits(kept, self.step):
            # no kind, or two: a person's step stands in, and what belongs to a kind is left out
            self.result.taken_out.append(at)
            kept = {name: kept[name] for name in ("id", "title", "needs", "join", "when", "role") if name in kept}
            kept["manual"] = "?"
        return kept


_WHOLE_FILE = frozenset({"unused-input", "missing-owner"})
"""Rules that say something is nowhere in the file: it may be in what was taken out."""
_OTHER_STEP = frozenset({"unknown-output", "unknown-answer", "unknown-input", "unknown-role", "child-inputs"})
"""Rules that say something is not where it was looked for: it may have been taken out there."""


def hangs_on_the_rest(rule: str, at: Path, taken_out: tuple[Path, ...]) -> bool:
    """True for a finding that may only be there because something was taken out."""
    if rule in _WHOLE_FILE:
        return True
    if any(at[: len(path)] == path for path in taken_out):
        return True
    if rule in _OTHER_STEP:
        return rule != "unknown-input" or any(path[:1] == ("inputs",) for path in taken_out)
    return False
