"""Whether procedures are kept up to date: used, reviewed, and with links that lead somewhere.

Rule 1: none of it makes a process wrong, so no run is kept from anything; `runbook docs check` finds it.
Rule 2: it knows nothing of journals and disks: what runs have proved, and which files there are, comes in.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import unquote

from runbook.definition import Process
from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.durations import in_words
from runbook.instants import between
from runbook.links import Link, followed
from runbook.reading.author_texts import links_in, links_of
from runbook.reading.placing import placed
from runbook.reading.rule import Finding
from runbook.reading.tree import Tree
from runbook.source import Place

UNPROVEN = Problem(
    "RB301",
    "unproven-process",
    """\
Nobody has carried the process out successfully for a long time, or ever, so nobody knows whether it still works. How
long that may be says `docs.max_age` in `runbook.yaml`, or `--max-age`. A process that others run as a step counts as
carried out when that step succeeded.

    runbook docs check --max-age 180d

Carry it out, if need be as a drill or in a test system. Where that can't be, say why beside its title:
`# runbook: allow unproven-process because only a real disaster allows it; reviewed instead`.
""",
    dispensable=True,
)
FAILING = Problem(
    "RB302",
    "failing-process",
    """\
The newest runs of a process failed, one after the other. Runs that were cancelled or undone are not counted, nor is one
failure alone.

    runbook history backup/restore-file

See why in its history, mend the process, and run it once more.
""",
    dispensable=True,
)
OVERDUE = Problem(
    "RB303",
    "review-overdue",
    """\
The day is over on which the process was to be reviewed again, or it says how often that is to be and not when it was
last.

    review: {every: 180d, last: "2025-01-15"}

Read it with somebody who uses it, mend what is no longer true, and write today's date as `last`.
""",
    dispensable=True,
)
DEAD_LINK = Problem(
    "RB304",
    "dead-link",
    """\
A link in a text leads nowhere: to a file or a page that is not there, out of the project, or to a step that the process
does not have. A link is followed from the file it stands in; steps are at `#step-ID`.

    references: [{title: The drill, url: ../backup/restore-dril.yaml#step-copy}]

Write where it leads to now, or take it out.
""",
    dispensable=True,
)

LEFT_OUT = Problem(
    "RB305",
    "left-out-page",
    """\
A file below `docs.pages` is no part of the site, or not as it was meant: it is too large, a link that leads out of the
project, a picture that is none or that could do more than be looked at, or a page whose front matter can't be read.

    ---
    title: [On call       # a bracket that is never closed
    ---

Mend the file. A picture is drawn anew without scripts, links and what it loads from elsewhere.
""",
    dispensable=True,
)

PROBLEMS = (UNPROVEN, FAILING, OVERDUE, DEAD_LINK, LEFT_OUT)

IN_A_ROW = 2
"""How many failures one after the other are too many."""

_PAGES = (
    "index.html",
    "all.html",
    "search.html",
    "review.html",
    "catalogue.html",
    "changes.html",
    "glossary.html",
    "404.html",
    "print.html",
)
_FOLDERS = ("roles/", "tags/", "owners/", "runs/", "assets/", "api/")
"""The pages and folders of the site that no file of the project stands behind."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What the runs of one process prove."""

    runs: int = 0
    proved_at: str = ""
    """When it was last carried out successfully; empty for never."""
    run: str = ""
    """The run that did, if it was one of its own."""
    failing: int = 0
    """How many of its newest runs failed, one after the other."""
    failed: str = ""
    """The newest of them."""


@dataclass(frozen=True, slots=True)
class Around:
    """What links can lead to: the steps of each process by its id, the groups, the folder of pages, and the files."""

    steps: Mapping[str, Collection[str]]
    groups: Collection[str]
    pages: str
    exists: Callable[[str], bool]


def check_use(process: Process, tree: Tree, proof: Proof, max_age: float, now: str) -> Iterator[Diagnostic]:
    """What is wrong with how a process was used."""
    title = tree.place(("title",), key=True)
    carry_out = f"carry it out, if need be as a drill: `runbook run {process.id}`"
    if not proof.proved_at:
        message = "it was never carried out successfully" if proof.runs else "it was never carried out"
        yield found(UNPROVEN, message, carry_out, title)
    elif (age := between(proof.proved_at, now)) > max_age:
        last = f"it was last carried out successfully on {proof.proved_at[:10]}" + (
            f" ({proof.run})" if proof.run else ""
        )
        message = f"{last}, {in_words(age)} ago, and {in_words(max_age)} are the most"
        yield found(UNPROVEN, message, carry_out, title)
    if proof.failing >= IN_A_ROW:
        message = f"its newest {proof.failing} runs failed, the last of them {proof.failed}"
        yield found(FAILING, message, f"see `runbook history {process.id}`, and mend it", title)


def check_review(process: Process, tree: Tree, due: str, today: str) -> Iterator[Diagnostic]:
    """What is wrong with its reviews; `due` is the day of the next one, if there is to be one."""
    place = tree.place(("review",), key=True)
    help = "review it, then write the day of today as `last`"
    if due and due < today:
        yield found(OVERDUE, f"its review was due on {due}", help, place)
    elif "every" in process.review and "last" not in process.review:
        yield found(OVERDUE, "nobody has noted when it was last reviewed", help, place)


def check_links(file: str, tree: Tree, around: Around, acting: Collection[str]) -> Iterator[Diagnostic]:
    """The links in the texts of a file of definitions that lead nowhere."""
    for at, target in links_in(tree.data, acting):
        if wrong := _wrong(file, target, around):
            yield placed(DEAD_LINK, Finding(at, *wrong, word=unquote(target)), tree)


def check_page(file: str, text: str, around: Around) -> Iterator[Diagnostic]:
    """The links in a page of Markdown that lead nowhere."""
    lines = text.split("\n")
    for number, target in links_of(text):
        if wrong := _wrong(file, target, around):
            yield found(DEAD_LINK, *wrong, _placed_in(file, lines, number, target))


def _placed_in(file: str, lines: list[str], first: int, target: str) -> Place:
    for word in (target, unquote(target)):
        for number, line in enumerate(lines[first - 1 :], first):
            if (at := line.find(word)) >= 0:
                return Place(file, number, at + 1, number, at + 1 + len(word))
    return Place(file, first, 1, first, 2)


def _wrong(file: str, target: str, around: Around) -> tuple[str, str] | None:
    """What is wrong with a link, and what to do about it; None when it leads somewhere, or nobody can tell."""
    link = followed(file, target)
    if link is None:
        return None
    shown = unquote(target)
    if not link.path:
        return f"the link `{shown}` leads out of the project", "write the way from this file to one of the project"
    if link.process in around.steps:
        return _no_step(shown, link, around.steps[link.process])
    if _is_page(link.path, around) or around.exists(link.path):
        return None
    if link.process and not link.path.endswith(".md"):
        help = suggestion(link.process, around.steps, "see `runbook list` for the processes there are")
        return f"the link `{shown}` leads to no process: there is no `{link.process}`", help
    message = f"the link `{shown}` leads to nothing: there is no `{link.path}`"
    return message, "write where it is now, or take the link out"


def _no_step(shown: str, link: Link, steps: Collection[str]) -> tuple[str, str] | None:
    mark, _, id = link.anchor.partition("step-")
    if mark or not id or id in steps:
        return None
    help = suggestion(id, steps, f"its steps are listed by `runbook show {link.process}`")
    return f"the link `{shown}` leads to no step: `{link.process}` has no `{id}`", help


def _is_page(path: str, around: Around) -> bool:
    if path in _PAGES or path.startswith(_FOLDERS):
        return True
    folder, _, rest = path.partition("/")
    if folder == "processes":
        group, _, name = rest.partition("/")
        return group in around.groups and name in ("", "index.html", "index.checklist.html")
    if folder == "pages" and around.pages and rest.endswith(".html"):
        return around.exists(f"{around.pages}/{rest.removesuffix('.html')}.md")
    return False
