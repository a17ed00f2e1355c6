"""Checked data to the files that belong to a step as its evidence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook.clauses import Evidence
from runbook.sizes import size_or_largest

if TYPE_CHECKING:
    from runbook.reading.build import Texts


def build_evidence(given: Mapping[str, Any], texts: Texts) -> tuple[Evidence, ...]:
    """What `evidence` of a step says, in the order of the text."""
    return tuple(_evidence(id, each or {}, texts.below(id)) for id, each in given.items())


def _evidence(id: str, given: Mapping[str, Any], texts: Texts) -> Evidence:
    return Evidence(
        id=id,
        title=given.get("title", id.replace("-", " ").capitalize()),
        types=tuple(given.get("types", ())),
        max_size=size_or_largest(given["max_size"]) if "max_size" in given else None,
        required=given.get("required", True),
        source=given.get("from", ""),
        path=texts.template(given["path"], "path") if "path" in given else None,
    )
