"""A project on the disk, and an editor that has it open."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.editing.desks import FILES
from tests.lsp.client import Client


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with two processes."""
    folder = tmp_path.resolve() / "a project"
    for path, text in FILES.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, "utf-8")
    return folder


@pytest.fixture
def editor(project: Path) -> Iterator[Client]:
    """An editor whose server has been greeted."""
    with Client(project) as client:
        client.start()
        yield client
