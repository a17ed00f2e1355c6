"""The whole library as pages of Markdown: a home page, a page for each group and process, lists by owner and by tag."""

from __future__ import annotations

import posixpath
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from runbook.definition import Process, ProcessGroup, Project
from runbook.kind import Kinds
from runbook.phrases import Say
from runbook.share import share
from runbook.views.figures import due
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import NOTHING, Markdown, anchor, bullets, link, plain, table
from runbook.views.procedure import Drawn, procedure, templates
from runbook.views.prose import prose
from runbook.views.step import page_of

_HOME, _OWNERS, _TAGS = "index.md", "owners.md", "tags.md"

Grouped = list[tuple[ProcessGroup, list[Process]]]
"""Groups with their processes, in the order of the pages."""


def pages(
    project: Project, kinds: Kinds, language: Language = ENGLISH, diagram: Drawn | None = None
) -> Iterator[tuple[str, str]]:
    """Every page as its path, relative to the root of the pages, and its text; see `procedure` for `diagram`."""
    groups = _grouped(project)
    owners = _by(project, lambda process: (process.owner,))
    tags = _by(project, lambda process: process.tags)
    say = language.say
    lists = [name for name, some in ((_OWNERS, owners), (_TAGS, tags)) if some]
    yield _HOME, _home(project, groups, kinds, lists, say)
    for group, processes in groups:
        yield _group_page(group), _group(project, group, processes, kinds, say)
        for process in processes:
            trail = f"{_link(project.title, _HOME, group)} › {_link(group.title, _group_page(group), group)}"
            yield page_of(process.id), f"{trail}\n\n{procedure(process, project, kinds, language, diagram)}"
    if owners:
        yield _OWNERS, _list(project, say("Owners"), "owner", owners)
    if tags:
        yield _TAGS, _list(project, say("Tags"), "tag", tags)


def _grouped(project: Project) -> Grouped:
    """The groups by title, each with its processes by title."""
    inside: dict[str, list[Process]] = {id: [] for id in project.groups}
    for process in sorted(project.processes.values(), key=lambda process: (process.title, process.id)):
        inside.setdefault(process.group, []).append(process)
    groups = [(project.groups.get(id, ProcessGroup(id, id, "")), processes) for id, processes in inside.items()]
    return sorted(groups, key=lambda each: (each[0].title, each[0].id))


def _by(project: Project, words: Callable[[Process], Iterable[str]]) -> dict[str, list[Process]]:
    """The processes under each of their words, both in order of the alphabet."""
    found: dict[str, list[Process]] = {}
    for process in sorted(project.processes.values(), key=lambda process: (process.title, process.id)):
        for word in dict.fromkeys(words(process)):
            if word:
                found.setdefault(word, []).append(process)
    return dict(sorted(found.items()))


def _group_page(group: ProcessGroup) -> str:
    return posixpath.join(group.id, _HOME)


def _link(title: str, page: str, start: ProcessGroup | None = None) -> Markdown:
    """A link to a page, from the home page or from a page inside a group."""
    return link(plain(title), posixpath.relpath(page, start.id) if start else page)


def _owner(name: str, start: ProcessGroup | None = None) -> Markdown:
    return _link(name, f"{_OWNERS}#{anchor('owner', name)}", start)


def _home(project: Project, groups: Grouped, kinds: Kinds, lists: list[str], say: Say) -> str:
    titles = {_OWNERS: say("By owner"), _TAGS: say("By tag")}
    heads = (say("Group"), say("Covers"), say("Owner"), say("Procedures"), say("Steps"), say("Automated"))
    rows = []
    for group, processes in groups:
        steps = share((step for process in processes for step in process.steps), kinds)
        owners = sorted({process.owner for process in processes if process.owner})
        rows.append(
            (
                _link(group.title, _group_page(group)),
                plain(group.summary),
                Markdown(", ".join(str(_owner(name)) for name in owners)),
                plain(len(processes)),
                plain(steps.total),
                Markdown(f"{steps.percent} %"),
            )
        )
    return _rendered(
        "home.md",
        title=project.title,
        summary=project.summary,
        groups=table(heads, rows),
        lists=bullets(link(Markdown(titles[page]), page) for page in lists),
    )


def _group(project: Project, group: ProcessGroup, processes: list[Process], kinds: Kinds, say: Say) -> str:
    rows = []
    for process in processes:
        steps = share(process.steps, kinds)
        rows.append(
            (
                _link(process.title, page_of(process.id), group),
                plain(process.summary),
                _owner(process.owner, group) if process.owner != group.owner else NOTHING,
                plain(steps.total),
                Markdown(f"{steps.percent} %"),
                Markdown(due(process)),
            )
        )
    heads = (
        say("Procedure"), say("What it is for"), say("Owner"), say("Steps"), say("Automated"), say("Next review"),
    )  # fmt: skip
    owned = any(process.owner == group.owner for process in processes)
    return _rendered(
        "group.md",
        say=say,
        trail=_link(project.title, _HOME, group),
        title=group.title,
        summary=group.summary,
        owner=_owner(group.owner, group) if owned else plain(group.owner),
        description=prose(group.description, 3),
        inside=bullets(prose(text) for text in group.scope_in),
        outside=bullets(prose(text) for text in group.scope_out),
        processes=table(heads, rows) if rows else NOTHING,
    )


def _list(project: Project, title: str, sort: str, found: Mapping[str, list[Process]]) -> str:
    words = [
        {
            "anchor": anchor(sort, word),
            "word": word,
            "processes": bullets(_entry(process) for process in processes),
        }
        for word, processes in found.items()
    ]
    return _rendered("list.md", trail=_link(project.title, _HOME), title=title, words=words)


def _entry(process: Process) -> Markdown:
    summary = f": {plain(process.summary)}" if process.summary else ""
    return Markdown(f"{_link(process.title, page_of(process.id))}{summary}")


def _rendered(template: str, **parts: Any) -> str:
    return templates().get_template(template).render(parts)
