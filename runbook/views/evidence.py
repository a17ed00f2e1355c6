"""Evidence in words: what a step asks for, what was attached to it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.phrases import Say, english, said
from runbook.sizes import in_words
from runbook.views.visible import visible

if TYPE_CHECKING:
    from runbook.clauses import Evidence
    from runbook.outcome import Json


def piece(each: Evidence, say: Say = english) -> str:
    """One piece that is asked for: `gauge-photo: Photo of the gauge (image, at most 5 MB)`."""
    from runbook.kept import accepted

    words = [_source(each, say), said(accepted(each.types, each.max_size), say)]
    if not each.required:
        words.append(say("may be missing"))
    about = ", ".join(word for word in words if word)
    return visible(f"{each.id}: {each.title}" + (f" ({about})" if about else ""))


def _source(each: Evidence, say: Say) -> str:
    if each.source in ("stdout", "stderr"):
        return say("the program's {stream}", stream=each.source)
    if each.source == "file":
        return say("the program's file {file}", file=each.path.source if each.path else "")
    return ""


def file(data: Mapping[str, Json]) -> str:
    """One file that was kept: `gauge.jpg as gauge-photo (image/jpeg, 24 kB)`."""
    belongs = data.get("evidence") or data.get("field") or ""
    about = ", ".join(word for word in (str(data.get("type", "")), in_words(int(data["size"]))) if word)
    return visible(f"{data['name']}" + (f" as {belongs}" if belongs else "") + f" ({about})")


def attached(data: Mapping[str, Json]) -> str:
    """How a file came to a step: a person attached it, or it was taken from its program."""
    return f"Taken from its {data['from']}" if data.get("from") else "Attached"


def as_shown(value: Json) -> Json:
    """A value for people: a reading with its unit, a file or a signature by its name, anything else as it is."""
    from runbook.form import as_text, is_composed

    return as_text(value) if is_composed(value) else value


def out_of_limits(deviation: Mapping[str, Json]) -> str:
    """A value that was taken all the same, and what it should have been: `7 bar, outside of 1 to 6 bar`."""
    from runbook.form import as_text

    limits = deviation["limits"]
    ends = [str(limits.get("min", "")), str(limits.get("max", ""))]
    between = " to ".join(ends) if all(ends) else f"at least {ends[0]}" if ends[0] else f"at most {ends[1]}"
    return f"{as_text(deviation['value'])}, outside of {between} {limits.get('unit', '')}".rstrip()
