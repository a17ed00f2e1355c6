"""What the check of a process knows of the department's catalogue: by which files there are, broken ones included."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from runbook.operations.catalogue import DEPARTMENT

_SERVICE = re.compile(r"operations/services/([a-z0-9][a-z0-9-]{0,62})\.yaml\Z")


@dataclass(frozen=True, slots=True)
class Catalogued:
    """The services that are described, and whether the department is."""

    services: tuple[str, ...] = ()
    department: bool = False

    @property
    def digest(self) -> str:
        """What a verdict on a process hangs on; empty when nothing is known."""
        return f"catalogue {self.department} {' '.join(self.services)}" if self.services or self.department else ""


UNCATALOGUED = Catalogued()
"""For a project without a catalogue, and for whoever reads one process alone."""


def catalogued(paths: Iterable[str]) -> Catalogued:
    """What these files of a project are for the catalogue."""
    found = sorted(paths)
    services = (match[1] for path in found if (match := _SERVICE.match(path)))
    return Catalogued(tuple(services), DEPARTMENT in found)
