"""Where the links of authors lead on the site: to the pages of what they name."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

import pytest

from runbook import app
from runbook.app.site import build_site
from runbook.links import Link, followed
from tests.cli.conftest import Desk
from tests.cli.conftest import project as project  # noqa: PLC0414  # a fixture

TEXT = """\
runbook: 1
title: Links
description: |
  [one](restore.yaml#step-copy) [two](#step-look) [three](restore.checklist.html) [four](../web/group.yaml)
  [five](https://example.org/x) [six](../../data.csv) [seven](../../all.html) ![picture](../../data.csv)
references: [{title: eight, url: ../web/group.yaml}]
steps:
  - {id: look, title: Look, manual: 'See [nine](restore.yaml).'}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: T\ndocs: {source: 'https://git.example.org/edit/{file}'}\n",
    "data.csv": "1",
    "processes/backup/group.yaml": "title: B\nowner: o\ndescription: 'See [ten](restore.yaml).'\n",
    "processes/web/group.yaml": "title: W\nowner: o\n",
    "processes/backup/restore.yaml": "runbook: 1\ntitle: R\nsteps: [{id: copy, title: C, manual: C}]\n",
    "processes/backup/links.yaml": TEXT,
}
WANTED = {
    "one": "restore.html#step-copy", "two": "#step-look", "three": "restore.checklist.html",
    "four": "../web/index.html", "five": "https://example.org/x", "six": "https://git.example.org/edit/data.csv",
    "seven": "../../all.html",
    "eight": "../web/index.html", "nine": "restore.html",
}  # fmt: skip


def test_a_link_leads_to_the_page_of_what_it_names(project: Callable[[Mapping[str, str]], Desk]) -> None:
    desk = project(FILES)
    workspace = app.Workspace(desk.folder, None, desk.home)
    build_site(workspace, app.read_all(workspace), desk.folder / "site", lambda count: None)

    page = (desk.folder / "site/processes/backup/links.html").read_text("utf-8")
    group = (desk.folder / "site/processes/backup/index.html").read_text("utf-8")

    found = {text: target for target, text in re.findall(r'<a href="([^"]+)"[^>]*>(\w+)</a>', page)}
    assert {text: found.get(text) for text in WANTED} == WANTED
    assert "<img" not in page
    assert '<a href="restore.html">ten</a>' in group


@pytest.mark.parametrize(
    ("target", "wanted"),
    [
        ("x.yaml", Link("processes/g/x.yaml")), ("#a%20b", Link("processes/g/p.yaml", "a b")),
        ("../h/./x.html?q#y", Link("processes/h/x.html", "y")), ("../../../x", Link("")), ("/x", Link("")),
        ("..\\x", Link("")), ("a%2f..%2f..%2f..%2f..%2fx", Link("")), ("http:x", None), ("//x/y", None),
        ("mailto:a", None),
    ],
)  # fmt: skip
def test_a_link_is_followed_from_its_file_and_never_out_of_the_project(target: str, wanted: Link | None) -> None:
    assert followed("processes/g/p.yaml", target) == wanted


@pytest.mark.parametrize(
    ("path", "wanted"),
    [
        ("processes/g/p.yaml", "g/p"), ("processes/g/p.html", "g/p"), ("processes/g/index.process.html", "g/index"),
        ("processes/g/p.checklist.html", "g/p"), ("processes/g/index.html", ""), ("processes/g/group.yaml", ""),
        ("processes/g/p.test.yaml", ""), ("docs/p.md", ""), ("processes/g/h/p.yaml", ""),
    ],
)  # fmt: skip
def test_a_file_or_page_of_a_process_is_that_process(path: str, wanted: str) -> None:
    assert Link(path).process == wanted
