"""A process with its tests, tried out as `runbook test` does it."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from runbook.kinds import builtin
from runbook.testing.suite import Bench, Tried

Try = Callable[..., Tried]

_GROUP = b"title: Web\nowner: platform\n"


@pytest.fixture(scope="session")
def tried() -> Try:
    """What came of the tests of `web/restart`: its steps, its tests, and what else there is in the project."""

    def attempt(
        steps: str, tests: str, head: str = "", people: Mapping[str, Any] | None = None, **others: str
    ) -> Tried:
        files = {
            "runbook.yaml": b"runbook: 1\ntitle: Trials\n",
            "processes/web/group.yaml": _GROUP,
            "processes/web/restart.yaml": _process(steps, head),
            "processes/web/restart.test.yaml": f"runbook: 1\n{textwrap.dedent(tests)}".encode(),
        }
        files |= {f"processes/web/{name}.yaml": _process(text, "") for name, text in others.items()}
        told = {f"operations/people/{id}.yaml": json.dumps(each).encode() for id, each in (people or {}).items()}
        return Bench({**files, **told}.get, builtin(), told).try_out("web/restart")

    return attempt


def _process(steps: str, head: str) -> bytes:
    return f"runbook: 1\ntitle: Restart\n{textwrap.dedent(head)}steps:\n{textwrap.dedent(steps)}".encode()


def mismatches(tried: Tried) -> list[str]:
    """Everything that was not as the tests have it, each with its line."""
    return [f"{each.line}: {each.text}" for verdict in tried.verdicts for each in verdict.mismatches]
