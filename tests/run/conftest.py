"""Stories of runs: `tell` takes YAML (a list of steps, or the fields of a process) and gives a story to go on with.

The people there are come as data, by id, with the `teams` among them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any

import pytest

from runbook.kinds import builtin
from runbook.run.plan import Plan
from runbook.testing import Story, plan_from


@cache
def plan(people: str, *texts: tuple[str, str]) -> Plan:
    return plan_from(dict(texts), builtin(), json.loads(people))


def process(text: str) -> str:
    steps = "steps:\n" if text.lstrip().startswith("- ") else ""
    return f"runbook: 1\ntitle: A story\n{steps}{text}"


@pytest.fixture(scope="session")
def tell() -> Callable[..., Story]:
    """A story of the process in the text; those it uses are given by name, `one` being `g/one`."""

    def tell(text: str, people: Mapping[str, Any] | None = None, **others: str) -> Story:
        named = {f"g/{name}": process(each) for name, each in others.items()}
        return Story(plan(json.dumps(people or {}), ("g/main", process(text)), *named.items()), people or {})

    return tell
