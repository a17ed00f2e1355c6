from __future__ import annotations

import posixpath
import re

import pytest
from markdown_it import MarkdownIt

from runbook.definition import ProcessGroup, Project
from runbook.views.pages import pages

STEP = "steps: [{id: a, title: A, manual: A}, {id: b, shell: b}]"


@pytest.fixture
def library(build) -> Project:
    processes = [
        build(f"{{runbook: 1, title: Restore, tags: [db, 'a b'], summary: Get it back., {STEP}}}", "backup/restore"),
        build(f"{{runbook: 1, title: Index, owner: dba, {STEP}}}", "backup/index"),
        build("{runbook: 1, title: Deploy, tags: [web], steps: [{id: a, process: backup/index}]}", "web/deploy"),
        build(
            "{runbook: 1, title: Both, finally: [{id: c, shell: c}], steps: [{id: a, process: web/deploy}]}", "web/both"
        ),
    ]
    groups = {
        "web": ProcessGroup("web", "Web | <b>", "processes/web/group.yaml", owner="platform", scope_in=("Hosts",)),
        "backup": ProcessGroup(
            "backup", "Backup", "processes/backup/group.yaml", "Copies", "Text", "platform", (), ("A",)
        ),
        "empty": ProcessGroup("empty", "Empty", "processes/empty/group.yaml"),
    }
    return Project("Library", "All of it.", groups=groups, processes={each.id: each for each in processes})


def targets_and_anchors(text: str) -> tuple[set[str], set[str]]:
    tokens = [each for token in MarkdownIt().parse(text) for each in (token, *(token.children or ()))]
    targets = {str(token.attrs["href"]) for token in tokens if token.type == "link_open"}
    return targets, set(re.findall(r'^<a id="([^"]+)"></a>$', text, re.M))


def test_every_link_leads_to_a_page_and_every_anchor_is_there(library, kinds):
    written = dict(pages(library, kinds))
    found = {path: targets_and_anchors(text) for path, text in written.items()}
    checked = 0

    for path, (targets, _) in found.items():
        for target in targets:
            page, _, name = target.partition("#")
            aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), page)) if page else path
            assert aim in written, (path, target)
            assert not name or name in found[aim][1], (path, target)
            checked += 1

    assert checked >= 39


def test_each_process_and_group_has_one_page(library, kinds):
    paths = [path for path, _ in pages(library, kinds)]

    assert sorted(paths) == [
        "backup/index.md",
        "backup/index.process.md",
        "backup/restore.md",
        "empty/index.md",
        "index.md",
        "owners.md",
        "tags.md",
        "web/both.md",
        "web/deploy.md",
        "web/index.md",
    ]


def test_every_page_can_be_reached_from_the_home_page(library, kinds):
    written = dict(pages(library, kinds))
    reached, ahead = set(), ["index.md"]

    while ahead:
        path = ahead.pop()
        reached.add(path)
        for target in targets_and_anchors(written[path])[0]:
            aim = posixpath.normpath(posixpath.join(posixpath.dirname(path), target.partition("#")[0] or "."))
            ahead.extend({aim} & written.keys() - reached)

    assert reached == written.keys()


def test_the_order_of_the_files_makes_no_difference(library, kinds):
    turned = Project(
        library.title,
        library.summary,
        groups=dict(reversed(library.groups.items())),
        processes=dict(reversed(library.processes.items())),
    )

    assert list(pages(turned, kinds)) == list(pages(library, kinds))


def test_the_group_page_counts_steps_and_automation(library, kinds):
    page = dict(pages(library, kinds))["backup/index.md"]

    assert "| [Restore](restore.md) | Get it back. |  | 2 | 50 % |" in page
    assert "## Does not cover\n\n- A" in page
    assert "## Covers" not in page


def test_a_page_of_a_process_does_not_grow_with_the_library(build, project, kinds):
    text = f"{{runbook: 1, title: T, {STEP}}}"
    few = project(*(build(text, f"web/p{n}") for n in range(3)))
    many = project(*(build(text, f"web/p{n}") for n in range(60)))

    assert dict(pages(few, kinds))["web/p1.md"] == dict(pages(many, kinds))["web/p1.md"]
