"""Processes for the tests of views, built from the text a team would write."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from runbook.definition import Process, Project
from runbook.kind import Kinds
from runbook.kinds import builtin
from runbook.reading.build import build_group, build_process, build_project
from runbook.reading.tree import read_tree


def data_of(text: str) -> Any:
    """The data of a file's text."""
    tree, problems = read_tree("process.yaml", text.encode())
    assert tree is not None, problems
    return tree.data


@pytest.fixture(scope="session")
def kinds() -> Kinds:
    return builtin()


@pytest.fixture(scope="session")
def build(kinds: Kinds) -> Callable[..., Process]:
    """A process of that id from its text."""

    def build(text: str, id: str = "web/deploy") -> Process:
        return build_process(id, f"processes/{id}.yaml", data_of(text), kinds, "platform")

    return build


@pytest.fixture(scope="session")
def project() -> Callable[..., Project]:
    """A project of these processes, in groups whose text says nothing but a title and an owner."""

    def project(*processes: Process) -> Project:
        ids = sorted({process.group for process in processes})
        groups = {id: build_group(id, f"processes/{id}/group.yaml", {"title": id, "owner": "platform"}) for id in ids}
        return build_project({"title": "Procedures"}, groups, {process.id: process for process in processes})

    return project
