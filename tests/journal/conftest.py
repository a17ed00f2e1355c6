"""Every store there is, in a fresh place."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from written import BODY, DEFINITION

from runbook.journal import memory, sqlite


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "home" / "journal.db"


@pytest.fixture(params=["memory", "sqlite"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Any]:
    made = memory.Journal() if request.param == "memory" else sqlite.Journal(path)
    made.create("r", "g/p", DEFINITION, BODY, "ada")
    yield made
    made.close()
