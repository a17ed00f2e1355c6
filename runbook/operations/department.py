"""What a project says about its department in the files below `operations`: the data by path, and who there is.

Rule 1: it is the same whether it was read from files or from what the journal has stored beside a work item.
Rule 2: each part of it is read out by the module that it belongs to; a missing file has a default there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from runbook.operations.shipped_policy import FILES
from runbook.organisation import NOBODY, Organisation

if TYPE_CHECKING:
    from runbook.outcome import Json


@dataclass(frozen=True, slots=True)
class Operations:
    """The files of the department, by path from the project's root, and its people."""

    data: Mapping[str, Json] = field(default_factory=dict)
    organisation: Organisation = NOBODY

    def pinned(self) -> dict[str, Json]:
        """What a work item is judged by from its beginning to its end: its policies and calendars, also the shipped."""
        return {path: data for path, data in sorted({**FILES, **self.data}.items()) if PINNED.match(path)}


PINNED = re.compile(r"operations/(policies/(sla|escalation)|calendars/[^/]+)\.yaml\Z")
"""The files of which a work item keeps the text that held when it was opened."""

UNKNOWN = Operations()
"""A department that has written nothing down."""


def each_in(data: Mapping[str, Json], folder: str) -> Iterator[tuple[str, Json]]:
    """The files in one folder below `operations`, as (id, data), by id."""
    start = f"operations/{folder}/"
    for path in sorted(data):
        name = path.removeprefix(start)
        if name != path and "/" not in name:
            yield name.removesuffix(".yaml"), data[path]
