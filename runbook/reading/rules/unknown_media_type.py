"""A file is to be of a type that no content can be told to have.

Why: what a file is, is told by its content and not by its name. Of a type that nobody can tell, every file would be
refused. Pictures that are written as text (SVG), and pages, are text.

Example:

    evidence:
      photo: {types: [imgae]}

Instead: write a media type (`image/jpeg`), a whole family (`image`, `text`), or leave `types` out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from runbook.diagnostics import suggestion
from runbook.media import can_be_told, known
from runbook.reading.rule import Finding, Subject, fields_of
from runbook.source import Path

CODE = "RB271"
NAME = "unknown-media-type"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds types of fields and of evidence that no file can be of."""
    for at, _, given in fields_of(subject):
        yield from _types(given.get("types", ()), at)
    for step in subject.every:
        for id, given in subject.given(step).get("evidence", {}).items():
            yield from _types((given or {}).get("types", ()), (*step.at, "evidence", id))


def _types(types: Iterable[str], at: Path) -> Iterator[Finding]:
    for place, each in enumerate(types):
        if not can_be_told(each):
            families = sorted({name.partition("/")[0] for name in known()})
            help = suggestion(
                each, (*families, *known()), "write a type such as `image`, `application/pdf` or `text/*`"
            )
            yield Finding((*at, "types", place), f"no file can be told to be `{each}`", help)
