"""What is wrong with what `docs` in a `runbook.yaml` says: folders, addresses, processes, colours.

Rule 1: it is looked at with the whole project and never when one process is read: no run waits for a colour.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.kinds.shell import is_outside
from runbook.palette import pale, palette
from runbook.reading.layout import PROJECT
from runbook.reading.tree import Tree, read_tree
from runbook.source import Path, Place

UNKNOWN_PINNED = Problem(
    "RB292",
    "unknown-pinned",
    """\
A process that is to stand first on the home page of the site does not exist.

    docs:
      pinned: [incidents/major-incidnet]

Write the id as `runbook list` shows it, or take it out.
""",
    dispensable=True,
)
LOW_CONTRAST = Problem(
    "RB293",
    "low-contrast",
    """\
Two colours of the theme are too much alike: somebody with weak eyes, or before a bad screen, can't read the one on the
other. Text needs a contrast of 4.5 to what is behind it, the border of a control 3 (WCAG 2.2, level AA). What the theme
does not set is looked at in our colours.

    docs:
      theme:
        tokens: {accent: "#7db8f5"}    # links, on white: 2.1

Make the one darker or the other lighter. Colours of a dark page stand under `dark`.
""",
    dispensable=True,
)
BAD_FOLDER = Problem(
    "RB294",
    "docs-outside",
    """\
A folder that the site takes pages or templates from is outside the project, so that the site is another one on every
machine, or it is the whole project.

    docs:
      pages: ../wiki

Name a folder below the project: `pages: docs`.
""",
)
BAD_ADDRESS = Problem(
    "RB295",
    "bad-docs-address",
    """\
An address under `docs` is none that a page can lead to: it is no `http` or `https` address, or `source` does not say
where the name of the file goes.

    docs:
      source: https://git.example.org/ops/-/edit/main/

Write it in full, with `{file}` in the place of the file: `https://git.example.org/ops/-/edit/main/{file}`.
""",
)
BAD_AGE = Problem(
    "RB296",
    "bad-max-age",
    """\
The time that a successful run is to prove a process for is none, or longer than ten years.

    docs:
      max_age: 0d

Write how long you would trust a procedure that nobody has used since: `max_age: 180d`.
""",
)

PROBLEMS = (UNKNOWN_PINNED, LOW_CONTRAST, BAD_FOLDER, BAD_ADDRESS, BAD_AGE)


def check_docs(data: Mapping[str, Any], content: bytes, processes: Collection[str]) -> Iterator[Diagnostic]:
    """What settings of the right shape say that can't be; `content` is that of `runbook.yaml`, for the places."""
    tree: Tree | None = None
    for problem, at, message, help in _mistakes(data, processes):
        tree = tree or read_tree(PROJECT, content)[0]
        yield found(problem, message, help, tree.place(("docs", *at)) if tree else Place(PROJECT, 1, 1, 1, 1))


_Mistake = tuple[Problem, Path, str, str]


def _mistakes(data: Mapping[str, Any], processes: Collection[str]) -> Iterator[_Mistake]:
    theme = data.get("theme", {})
    yield from _folder(data.get("pages"), ("pages",))
    yield from _folder(theme.get("templates"), ("theme", "templates"))
    yield from _addresses(data)
    yield from _age(data)
    yield from _colours(theme)
    for number, id in enumerate(data.get("pinned", ())):
        if id not in processes:
            help = suggestion(id, processes, "see `runbook list` for the processes there are")
            yield UNKNOWN_PINNED, ("pinned", number), f"there is no process `{id}`", help


def _folder(given: str | None, at: Path) -> Iterator[_Mistake]:
    if given is None:
        return
    parts = [part for part in given.split("/") if part not in ("", ".")]
    if is_outside(given) or "\\" in given or "\0" in given or ".." in parts:
        yield BAD_FOLDER, at, f"`{given}` is outside the project", "name a folder inside it, such as `docs`"
    elif not parts:
        yield BAD_FOLDER, at, f"`{given}` is the whole project", "name a folder inside it, such as `docs`"


def _addresses(data: Mapping[str, Any]) -> Iterator[_Mistake]:
    for name in ("source", "base_url"):
        if name in data and not _is_address(data[name]):
            help = "write it in full, such as `https://ops.example.org/`"
            yield BAD_ADDRESS, (name,), f"`{data[name]}` is no address of a page", help
    source = data.get("source", "{file}")
    if "{file}" not in source:
        message = f"`{source}` does not say where the file goes"
        yield BAD_ADDRESS, ("source",), message, "put `{file}` where the path of the file belongs"


def _is_address(text: str) -> bool:
    if any(character.isspace() or not character.isprintable() for character in text):
        return False
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and not parts.username and not parts.password


def _age(data: Mapping[str, Any]) -> Iterator[_Mistake]:
    if "max_age" not in data:
        return
    try:
        if not duration(data["max_age"]):
            yield BAD_AGE, ("max_age",), "no run is that young", "write a longer time, such as `180d`"
    except ExpressionError as error:
        yield BAD_AGE, ("max_age",), str(error), error.help


def _colours(theme: Mapping[str, Any]) -> Iterator[_Mistake]:
    for name, dark in (("tokens", False), ("dark", True)):
        own = theme.get(name, {})
        for each in pale(palette(own, dark)):
            named = each.above if each.above in own else each.behind
            words = f"`{each.above}` on `{each.behind}` has a contrast of {each.contrast:.1f}"
            page = "a dark page" if dark else "a light page"
            message = f"{words} on {page}, and needs {each.wanted:g}"
            yield LOW_CONTRAST, ("theme", name, named), message, "set them further apart"
