"""A source of MkDocs: the pages, their diagrams, `mkdocs.yml`, the same for Zensical, and what is to be installed."""

from __future__ import annotations

import json
import posixpath
from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

from runbook.definition import Process, Project
from runbook.kind import Kinds
from runbook.links import followed
from runbook.views.drawing import drawing
from runbook.views.language import ENGLISH, Language
from runbook.views.markdown import Markdown, plain
from runbook.views.mkdocs.dialect import ANCHOR, in_dialect
from runbook.views.pages import pages
from runbook.views.step import page_of
from runbook.views.svg import stand_alone

REQUIREMENTS = "mkdocs>=1.6,<2\n"
"""All that has to be installed; 2 is another program under the same name."""

EXTENSIONS = ("admonition", "attr_list", "fenced_code", "sane_lists", "tables")
"""What Python-Markdown brings along, and no more, so that every generator that reads `mkdocs.yml` has it."""

Entry = dict[str, Any]
"""A line beside the pages: its title with a page, or with the lines below it."""

_SIGNS = str.maketrans({"<": "‹", ">": "›", '"': "”", "'": "’"})
_PAGES = "docs"
_INTRODUCTION = "# Made by `runbook docs build --format mkdocs`; what is changed here is lost with the next build.\n"


def source(project: Project, kinds: Kinds, language: Language = ENGLISH) -> Iterator[tuple[str, str]]:
    """Every file as its path and its text."""
    written = dict(pages(project, kinds, language, _picture))
    anchors = {path: frozenset(ANCHOR.findall(text)) for path, text in written.items()}
    for process in project.processes.values():
        path = _picture_of(process)
        if sum(1 for _ in process.every_step()) > 1:
            anchors[path] = frozenset()
            drawn = drawing(process, kinds, language)
            yield f"{_PAGES}/{path}", stand_alone(drawn, title=process.title, language=language)
    for path, text in written.items():
        target = partial(_target, path, anchors, project)
        yield f"{_PAGES}/{path}", in_dialect(text, target, language.say)
    nav = list(map(_safe, _navigation(project, language, frozenset(written))))
    yield "mkdocs.yml", _mkdocs(project, nav)
    yield "zensical.toml", _zensical(project, language, nav)
    yield "requirements.txt", REQUIREMENTS


def _picture(process: Process) -> Markdown:
    path = posixpath.relpath(_picture_of(process), posixpath.dirname(page_of(process.id)))
    return Markdown(f"![{plain(process.title)}]({path})")


def _picture_of(process: Process) -> str:
    return f"assets/diagrams/{process.id}.svg"


def _target(page: str, anchors: Mapping[str, frozenset[str]], project: Project, target: str) -> str:
    """Where a link on a page leads among the pages; empty when it leads to none of them."""
    link = followed(f"processes/{page}", target)
    if link is None:
        return target
    path = page_of(link.process) if link.process in project.processes else link.path.removeprefix("processes/")
    if path not in anchors:
        return ""
    anchor = f"#{link.anchor}" if link.anchor in anchors[path] else ""
    if path == page:
        return anchor or posixpath.basename(path)
    return posixpath.relpath(path, posixpath.dirname(page) or ".") + anchor


def _mkdocs(project: Project, nav: list[Entry]) -> str:
    """The settings of MkDocs; its own theme is told to load nothing from elsewhere."""
    import yaml

    settings: dict[str, Any] = {
        "site_name": _shown(project.title),
        **({"site_description": _shown(project.summary)} if project.summary else {}),
        **({"site_url": project.docs.base_url} if project.docs.base_url else {}),
        "use_directory_urls": False,
        "theme": {"name": "mkdocs", "highlightjs": False},
        "markdown_extensions": list(EXTENSIONS),
        "validation": {"omitted_files": "warn", "absolute_links": "warn", "anchors": "warn"},
        "nav": nav,
    }
    return _INTRODUCTION + yaml.safe_dump(settings, sort_keys=False, allow_unicode=True, width=120)


def _shown(text: str) -> str:
    """A title for themes that take it for HTML, or make HTML of what was text: without the signs of tags and values."""
    return text.translate(_SIGNS).replace("&", "&amp;")


def _safe(entry: Entry) -> Entry:
    return {
        _shown(title): [_safe(each) for each in below] if isinstance(below, list) else below
        for title, below in entry.items()
    }


def _zensical(project: Project, language: Language, nav: list[Entry]) -> str:
    """The settings of Zensical, which has no theme of MkDocs and reads this file first."""
    settings = {
        "site_name": _shown(project.title),
        **({"site_description": _shown(project.summary)} if project.summary else {}),
        **({"site_url": project.docs.base_url} if project.docs.base_url else {}),
        "use_directory_urls": False,
    }
    lines = [_INTRODUCTION + "[project]", *(f"{name} = {_toml(value)}" for name, value in settings.items())]
    lines += ["nav = [", *(f"  {_toml(entry)}," for entry in nav), "]", ""]
    lines += ["[project.theme]", f"language = {_toml(language.code)}", "font = false", ""]
    lines += [f"[project.markdown_extensions.{name}]" for name in EXTENSIONS]
    return "\n".join([*lines, ""])


def _toml(value: Any) -> str:
    """A value as TOML writes it on one line."""
    match value:
        case dict():
            return "{ " + ", ".join(f"{_toml(name)} = {_toml(each)}" for name, each in value.items()) + " }"
        case list():
            return f"[{', '.join(map(_toml, value))}]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _navigation(project: Project, language: Language, written: frozenset[str]) -> Iterator[Entry]:
    """The pages as they stand beside each other: home, each group with its procedures, the lists."""
    yield {language.say("Home"): "index.md"}
    groups: dict[str, list[tuple[str, str]]] = {id: [] for id in project.groups}
    for process in project.processes.values():
        groups.setdefault(process.group, []).append((process.title, page_of(process.id)))
    titles = {id: project.groups[id].title if id in project.groups else id for id in groups}
    for id in sorted(groups, key=lambda id: (titles[id].casefold(), id)):
        inside: list[Any] = [{language.say("Overview"): f"{id}/index.md"}]
        inside += [{title: page} for title, page in sorted(groups[id], key=lambda each: (each[0].casefold(), each[1]))]
        yield {titles[id]: inside}
    for path, title in (("owners.md", language.say("By owner")), ("tags.md", language.say("By tag"))):
        if path in written:
            yield {title: path}
