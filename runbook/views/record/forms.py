"""The forms that people filled in, by step: what each value was called, and what it was allowed to be."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from runbook.blocks import Field
from runbook.definition import Process
from runbook.form import read_form

_KINDS = ("manual", "ask")
"""The kinds of steps that have a form."""


def forms(process: Process) -> dict[str, tuple[Field, ...]]:
    """The fields of each step of a process that has any, by the id of the step."""
    return dict(_forms(process.data))


def _forms(data: Any) -> Iterator[tuple[str, tuple[Field, ...]]]:
    if isinstance(data, Mapping):
        for kind in _KINDS:
            form = data.get(kind)
            if "id" in data and isinstance(form, Mapping) and form.get("fields"):
                yield str(data["id"]), read_form(form["fields"])
    if isinstance(data, Mapping | list | tuple):
        for each in data.values() if isinstance(data, Mapping) else data:
            yield from _forms(each)
