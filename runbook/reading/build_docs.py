"""How the documentation site of a project is built, from `docs` in its `runbook.yaml`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook.definition import Docs, Theme
from runbook.durations import duration
from runbook.errors import ExpressionError

_USUAL = Docs()


def build_docs(data: Mapping[str, Any]) -> Docs:
    """The settings that data of the right shape describes; what is left out is as usual."""
    if not data:
        return _USUAL
    theme = data.get("theme", {})
    address = data.get("base_url", "")
    return Docs(
        language=data.get("language", _USUAL.language),
        pages=data.get("pages", ""),
        runs=_runs(data.get("runs", False)),
        board=data.get("board", False),
        max_age=_seconds(data["max_age"]) if "max_age" in data else _USUAL.max_age,
        source=data.get("source", ""),
        base_url=address if not address or address.endswith("/") else f"{address}/",
        theme=Theme(theme.get("tokens", {}), theme.get("dark", {}), theme.get("templates", "")),
        versions=tuple(dict.fromkeys(data.get("versions", ()))),
        glossary=data.get("glossary", {}),
        pinned=tuple(dict.fromkeys(data.get("pinned", ()))),
    )


def _runs(given: bool | int) -> int | None:
    return None if given is True else int(given)


def _seconds(text: str) -> float:
    try:
        return duration(text)
    except ExpressionError:  # a rule says so
        return _USUAL.max_age
