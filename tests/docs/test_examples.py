"""Every YAML block of the documentation is valid, or wrong in the way that the page says."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from runbook.diagnostics import Severity
from runbook.engine.plans import plan_of
from runbook.kinds import builtin
from runbook.reading.library import Library, read_library
from runbook.reading.tree import read_tree
from runbook.run.answers import answer_of, answers_of

from .pages import PAGES, ROOT, Block, blocks

FRAME: dict[str, Any] = {
    "runbook": 1,
    "title": "A frame for examples",
    "owner": "platform",
    "roles": {"operator": {"summary": "Does it"}, "approver": {"summary": "Answers for it"}},
    "inputs": {
        "folder": {"type": "string", "default": "."},
        "file": {"type": "string", "default": "a"},
        "host": {"type": "string", "default": "web1"},
        "hosts": {"type": "array", "items": {"type": "string"}, "default": ["web1", "web2"]},
    },
    "secrets": {"api_token": {"from": "env", "name": "CMDB_TOKEN"}},
    "steps": [],
}
"""What a fragment is completed with: people, inputs, a secret; below it stand the step and one that it may lead to."""

LAST = {
    "id": "take-out",
    "title": "The next step",
    "manual": "Take {{ inputs.folder }} {{ inputs.file }} {{ inputs.host }}.",
}

YAML = [block for page in PAGES for block in blocks(page, "yaml")]
FILES = [block for block in YAML if block.info[1:2] not in (("answers",), ("workflow",))]
ANSWERS = [block for block in YAML if block.info[1:2] == ("answers",)]


@cache
def library_files() -> dict[str, bytes]:
    """The project of this repository, which fragments may use processes of; without its tests."""
    paths = [ROOT / "runbook.yaml", *(ROOT / "processes").rglob("*.yaml")]
    return {
        path.relative_to(ROOT).as_posix(): path.read_bytes()
        for path in paths
        if not path.name.endswith((".answers.yaml", ".test.yaml"))
    }


def named_in(text: str) -> dict[str, bytes]:
    """That project, when one of its processes is named in a text: reading it takes a while."""
    files = library_files()
    ids = (path.removeprefix("processes/").removesuffix(".yaml") for path in files if "/" in path)
    return files if any(id in text for id in ids if not id.endswith("/group")) else {}


def data_of(block: Block) -> Any:
    """The data of a block, as the language reads it."""
    tree, problems = read_tree("example.yaml", block.text.encode())
    assert tree is not None, problems
    return tree.data


HOSTS = {"operations/hosts.yaml": b"hosts: {web1: {}, web2: {}}\ngroups: {web: [web1, web2]}\n"}
"""The hosts of fragments."""


def people_of(block: Block) -> dict[str, bytes]:
    """All files about people and hosts on the page of a block, and the reader, whom a command there describes."""
    page = block.name.rpartition(":")[0]
    there = [each for each in YAML if each.name.rpartition(":")[0] == page and each.path.startswith("operations/")]
    return {"operations/people/kim.yaml": b"name: Kim Berg\n", **{each.path: each.text.encode() for each in there}}


def process_of(block: Block) -> bytes:
    """The process that a file of tests is for, on the same page."""
    page, _, _ = block.name.rpartition(":")
    wanted = block.path.replace(".test.", ".")
    return next(each.text for each in YAML if each.path == wanted and each.name.startswith(f"{page}:")).encode()


def processes_of(block: Block) -> dict[str, bytes]:
    """The processes and groups on the page of a block."""
    page, _, _ = block.name.rpartition(":")
    there = [each for each in YAML if each.name.startswith(f"{page}:") and each.path.startswith("processes/")]
    return {each.path: each.text.encode() for each in there if not each.path.endswith(".test.yaml")}


def read(block: Block) -> Library:
    """The project that the block is a part of: its own, or the library with a process around a fragment."""
    files = {
        "runbook.yaml": b"runbook: 1\ntitle: Examples\n",
        "processes/example/group.yaml": b"title: Examples\nowner: platform\n",
    }
    if block.path:
        if block.path.startswith("operations/"):
            return read_library({**files, **people_of(block)}, builtin())
        if block.path.endswith(".test.yaml"):
            files[block.path.replace(".test.", ".")] = process_of(block)
        if block.path == "runbook.yaml":
            pinned = processes_of(block) if "pinned" in block.text else {}
            return read_library({**files, **pinned, block.path: block.text.encode()}, builtin())
        group = block.path.rpartition("/")[0]
        own = {f"{group}/group.yaml": b"title: Examples\nowner: platform\n"} if group else {}
        hosts = {path: text for path, text in people_of(block).items() if path in HOSTS}
        return read_library({**files, **own, **hosts, block.path: block.text.encode()}, builtin())
    data = data_of(block)
    if isinstance(data, dict) and "steps" in data and "runbook" in data:
        return read_library({**files, "processes/example/one.yaml": block.text.encode()}, builtin())
    if isinstance(data, dict) and "steps" in data:
        around = {**FRAME, **data}
    else:
        around = {**FRAME, "steps": [*(data if isinstance(data, list) else [data]), LAST]}
    text = json.dumps(around, indent=1, ensure_ascii=False)
    return read_library({**named_in(text), **files, **HOSTS, "processes/example/one.yaml": text.encode()}, builtin())


@pytest.mark.parametrize("block", FILES, ids=lambda block: block.name)
def test_an_example_is_as_good_or_as_wrong_as_the_page_says(block: Block) -> None:
    wanted = {block.info[2]} if block.info[1:2] == ("wrong",) else set()

    found = [each for each in read(block).diagnostics if each.severity is Severity.ERROR]

    assert {each.code for each in found} == wanted, [each.message for each in found]


@pytest.mark.parametrize("block", ANSWERS, ids=lambda block: block.name)
def test_answers_can_be_read(block: Block) -> None:
    data, process = data_of(block), block.info[2]
    if process == "any":
        for step, value in data.items():
            assert answer_of(step, value).step == step
    else:
        library = read_library(library_files(), builtin())
        plan = plan_of(process, library.project.processes, builtin())
        assert set(answers_of(data, plan)) == set(data)
