"""A step names a host or a group of hosts that is not in `operations/hosts.yaml`.

Why: the step would fail when its turn comes, after the steps before it have been done.

Example:

    - id: patch
      title: Install the updates
      ssh: {hosts: {group: wbe}, run: sudo -n apt-get -y upgrade}

Instead: write the name as it stands in the file, or add the host or the group there. A host that is not meant to be in
the file is written with its full name, such as `web1.example.org`, or its address.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from runbook.clauses import Template
from runbook.definition import Step
from runbook.errors import ExpressionError
from runbook.outcome import Json
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB265"
NAME = "unlisted-host"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds names without values in them; the others are looked up when the step begins."""
    if subject.inventory is None:
        return
    for step in subject.every:
        for at, spec in _reaching(step):
            for place, field, name in _named(spec):
                try:
                    if field == "group":
                        subject.inventory.members({"group": name})
                    else:
                        subject.inventory.check(name)
                except ExpressionError as error:
                    yield Finding((*at, *_written(subject, at, place)), str(error), error.help)


def _reaching(step: Step) -> Iterator[tuple[Path, Any]]:
    """What of a step reaches hosts, and where it stands."""
    if hasattr(step.spec, "via"):
        yield (*step.at, step.kind), step.spec
    elif hasattr(getattr(step.spec, "look", None), "via"):
        yield (*step.at, step.kind, step.spec.inner), step.spec.look
    if step.undo and hasattr(step.undo.spec, "via"):
        yield (*step.at, "undo", step.undo.kind), step.undo.spec


def _named(spec: Any) -> Iterator[tuple[Path, str, str]]:
    """Where each name stands, what it is one of, and the name."""
    if spec.turns is None:
        yield from _constant(("host",), "host", spec.host)
    else:
        for field in ("group", "hosts"):
            given = spec.turns.items.get(field, ())
            below = ("hosts", "group") if field == "group" else ("hosts",)
            for number, each in enumerate(given) if isinstance(given, list) else ():
                yield from _constant((*below, number), field, each)
            if not isinstance(given, list):
                yield from _constant(below, field, given)
    for number, each in enumerate(spec.via):
        yield from _constant(("via", number), "via", each)


def _constant(place: Path, field: str, name: Json) -> Iterator[tuple[Path, str, str]]:
    if isinstance(name, Template) and name.constant:
        name = name.source
    if isinstance(name, str):
        yield place, field, name


def _written(subject: Subject, at: Path, place: Path) -> Path:
    """The place as the author wrote it: `via` may be one name or a list of them."""
    return place[:1] if place[0] == "via" and isinstance(subject.at((*at, "via")), str) else place
