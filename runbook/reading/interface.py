"""What the rest of a project knows of one process: its inputs, its outputs, what it uses, how long it is."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields

from runbook.definition import Process
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.share import share


@dataclass(frozen=True, slots=True)
class Interface:
    """One process as lists and other processes see it; kept between readings, so that files need not be read again."""

    id: str
    file: str
    title: str = ""
    summary: str = ""
    owner: str = ""
    """Its own owner, or that of its group."""
    tags: tuple[str, ...] = ()
    practice: str = ""
    change: str = ""
    review: Mapping[str, Json] = field(default_factory=dict)
    steps: int = 0
    """How many steps it has, sections not counted but what is in them."""
    automated: int = 0
    """How many of them the machine carries out."""
    inputs: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)
    """The schema of each input, with `required`."""
    outputs: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    """The ids of the processes it runs."""
    written: bool = True
    """False when it is only listed: its steps are not written yet."""
    scheduled: bool = False
    """True when a schedule makes it due by itself."""
    whole: bool = True
    """False when its file is too broken to tell more than its name."""

    def to_json(self) -> Json:
        """As kept between readings."""
        return {each.name: getattr(self, each.name) for each in fields(self)}

    @staticmethod
    def from_json(value: Mapping[str, Json]) -> Interface:
        """Read back what `to_json` gave."""
        listed = {name: tuple(value[name]) for name in ("tags", "outputs", "uses")}
        return Interface(**{**value, **listed})


def interface_of(process: Process, kinds: Kinds) -> Interface:
    """The interface of a process that was built."""
    counted = share((*process.checks, *process.steps, *process.finally_), kinds)
    return Interface(
        id=process.id,
        file=process.file,
        title=process.title,
        summary=process.summary,
        owner=process.owner,
        tags=process.tags,
        practice=process.practice,
        change=process.change,
        review=process.review,
        steps=counted.total,
        automated=counted.automated,
        inputs={name: {**each.schema, "required": each.required} for name, each in process.inputs.items()},
        outputs=tuple(process.outputs),
        written=process.is_written,
        scheduled=process.listing.trigger is not None,
        uses=tuple(dict.fromkeys(step.use for step in process.every_step() if step.use)),
    )
