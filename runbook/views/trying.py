"""What every depth of a dry run says alike: who is asked, what has to be handed in, what decides the way on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from runbook.definition import Step
from runbook.kept import accepted
from runbook.outcome import Json
from runbook.run.asked import Asked
from runbook.run.looking import listed
from runbook.views import machine
from runbook.views.evidence import as_shown
from runbook.views.lines import wrapped
from runbook.views.visible import visible

_MOST_NAMED = 5
_LONGEST = 120
_VERBS = {"do": "asks", "approve": "asks for a yes", "confirm": "has it confirmed by"}


def needs(asked: Iterable[Asked], step: Step, width: int) -> Iterator[str]:
    """Who would be asked, and which files have to be there."""
    for each in asked:
        people = list(each.people[:_MOST_NAMED]) + (["..."] if each.people[_MOST_NAMED:] else [])
        named = f" ({', '.join(people)})" if people else " (nobody may)" if each.nobody else ""
        yield from wrapped(visible(f"{_VERBS[each.what]}: {each.role}{named}"), width)
    for piece in step.evidence:
        about = accepted(piece.types, piece.max_size)
        words = [*([about] if about else []), *([] if piece.required else ["not required"])]
        source = f", taken from {piece.source}" if piece.source else ""
        more = f" ({'; '.join(words)})" if words else ""
        yield from wrapped(visible(f"evidence: {piece.title}{more}{source}"), width)


def depends(step: Step, path: str, sources: Sequence[str]) -> str:
    """What decides the way on, where that is not known: a sentence."""
    of = f"the output{'s' if sources[1:] else ''} of {listed(sources)}"
    if step.kind == "decision" and step.when is None:
        return f"which option is taken at `{path}` depends on {of}"
    return f"whether `{path}` comes depends on {of}"


def shortened(value: Json) -> str:
    """A value on one line, its beginning where it is long."""
    found = as_shown(value)
    text = " ".join((found if isinstance(found, str) else machine.line(found)).split())
    return text if len(text) <= _LONGEST else f"{text[:_LONGEST]}..."


def asked_as_json(asked: Iterable[Asked]) -> list[dict[str, Any]]:
    """Who would be asked: `{what, role, people, nobody}` each."""
    return [
        {"what": each.what, "role": each.role, "people": list(each.people), "nobody": each.nobody} for each in asked
    ]


def evidence_as_json(step: Step) -> list[dict[str, Any]]:
    """The files that have to be there: `{id, title, required, from}` each."""
    return [
        {"id": each.id, "title": each.title, "required": each.required, "from": each.source} for each in step.evidence
    ]
