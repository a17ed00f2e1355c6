"""The pages that lead to procedures: home, groups, roles, owners, tags, all of them, what is to be reviewed."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from runbook.definition import Process, ProcessGroup
from runbook.durations import in_words
from runbook.phrases import said
from runbook.share import Doer, doer, share
from runbook.views.figures import due
from runbook.views.markdown import Markdown, anchor
from runbook.views.site import markup, paths
from runbook.views.site.glossary import WORDS
from runbook.views.site.model import Site
from runbook.views.site.page import Page

_SOON = 14
"""Days before a review is due in which it is listed as coming."""
_RECENT = 10
"""Runs that the home page lists."""


@dataclass(frozen=True, slots=True)
class Row:
    """A procedure in a table."""

    title: str
    page: str
    summary: str
    owner: str
    group: str
    group_page: str
    steps: int
    automated: int
    takes: str
    seconds: float
    last: str
    rate: str
    badge: str
    sort: str
    review: str
    overdue: bool
    tags: tuple[str, ...]


def row(process: Process, site: Site) -> Row:
    """What a table says of a procedure."""
    counts, usage = share(process.steps, site.kinds), site.usage.get(process.id)
    group = site.project.groups.get(process.group)
    word, sort = site.freshness(process.id)
    median = usage.median if usage else None
    rate = usage.success_rate if usage else None
    review = due(process)
    return Row(
        title=process.title,
        page=paths.process_page(process.id),
        summary=process.summary,
        owner=site.owner_of(process),
        group=group.title if group else process.group,
        group_page=paths.group_page(process.group),
        steps=counts.total,
        automated=counts.percent,
        takes=said(in_words(median), site.language.say) if median is not None else "",
        seconds=median or 0.0,
        last=usage.proved_at[:10] if usage else "",
        rate=f"{round(rate * 100)} %" if rate is not None else "",
        badge=word,
        sort=sort,
        review=review,
        overdue=bool(review) and review < site.today,
        tags=process.tags,
    )


def home_page(site: Site) -> str:
    """The first page: what there is, what matters most, what needs somebody."""
    say = site.language.say
    page = Page(site, paths.HOME, site.project.title, "home", summary=site.project.summary)
    rows = [row(process, site) for process in site.processes]
    pinned = [site.project.processes[id] for id in site.settings.pinned if id in site.project.processes]
    return page.rendered(
        "home.html",
        {
            "counted": say(
                "{processes} in {groups}.",
                processes=site.language.count(len(rows), "{number} procedure", "{number} procedures"),
                groups=site.language.count(len(site.groups), "{number} group", "{number} groups"),
            ),
            "pinned": [row(process, site) for process in pinned],
            "groups": [_group_row(group, processes, site) for group, processes in site.groups],
            "late": [each for each in rows if each.overdue],
            "stale": [each for each in rows if each.sort == "stale"],
            "recent": _recent(site),
            "owners": [(name, paths.owner_page(name), len(found)) for name, found in site.owners.items()],
            "tags": [(name, paths.tag_page(name), len(found)) for name, found in site.tags.items()],
            "roles": [(name, paths.role_page(name), len(found)) for name, found in site.roles.items()],
        },
    )


def _group_row(group: ProcessGroup, processes: Sequence[Process], site: Site) -> dict[str, Any]:
    usages = [usage for process in processes if (usage := site.usage.get(process.id))]
    ended, succeeded = sum(each.ended for each in usages), sum(each.succeeded for each in usages)
    counts = share((step for process in processes for step in process.steps), site.kinds)
    return {
        "title": group.title,
        "page": paths.group_page(group.id),
        "summary": group.summary,
        "owner": group.owner,
        "processes": len(processes),
        "automated": counts.percent,
        "runs": sum(each.runs for each in usages),
        "rate": f"{round(100 * succeeded / ended)} %" if ended else "",
        "overdue": sum(1 for process in processes if (day := due(process)) and day < site.today),
    }


def _recent(site: Site) -> list[dict[str, str]]:
    """The newest runs of all processes."""
    found = [
        (run.started_at, run.run, run.status, process)
        for process in site.processes
        if (usage := site.usage.get(process.id))
        for run in usage.recent
    ]
    newest = sorted(found, key=lambda each: (each[0], each[1]), reverse=True)[:_RECENT]
    return [
        {
            "at": at[:16].replace("T", " "),
            "status": status,
            "title": process.title,
            "page": paths.process_page(process.id),
        }
        for at, _, status, process in newest
    ]


def group_page(group: ProcessGroup, processes: Sequence[Process], site: Site) -> str:
    """The page of a process group."""
    say = site.language.say
    page = Page(
        site,
        paths.group_page(group.id),
        group.title,
        "group",
        summary=group.summary,
        group=group.id,
        trail=((say("Home"), paths.HOME),),
    )
    return page.rendered(
        "group.html",
        {
            "group": group,
            "description": markup.text(group.description) if group.description else "",
            "scope_in": list(map(markup.text, group.scope_in)),
            "scope_out": list(map(markup.text, group.scope_out)),
            "found": [row(process, site) for process in processes],
            "owner": (group.owner, paths.owner_page(group.owner)) if group.owner in site.owners else (group.owner, ""),
            "print": paths.group_print_page(group.id) if processes else "",
        },
    )


def listed_page(site: Site, path: str, title: str, sort: str, processes: Iterable[Process], about: str = "") -> str:
    """A page that lists procedures: of an owner, under a tag."""
    page = Page(site, path, title, sort, summary=about, trail=((site.language.say("Home"), paths.HOME),))
    return page.rendered("listed.html", {"found": [row(process, site) for process in processes], "about": about})


def all_page(site: Site) -> str:
    """All procedures from A to Z."""
    letters: dict[str, list[Row]] = {}
    for process in site.processes:
        first = process.title[:1].upper()
        letters.setdefault(first if first.isalpha() else "#", []).append(row(process, site))
    page = Page(site, paths.ALL, site.language.say("A to Z"), "all", trail=((site.language.say("Home"), paths.HOME),))
    return page.rendered("all.html", {"letters": sorted(letters.items()), "anchor": anchor})


def role_page(name: str, processes: Sequence[Process], site: Site) -> str:
    """A role: every step that is its part, in all procedures."""
    say = site.language.say
    page = Page(site, paths.role_page(name), name, "role", trail=((say("Home"), paths.HOME),))
    found = [(row(process, site), process.roles[name], list(_parts_of(name, process, site))) for process in processes]
    summaries = list(dict.fromkeys(role.summary for _, role, _ in found if role.summary))
    return page.rendered("role.html", {"found": found, "summaries": summaries})


def _parts_of(role: str, process: Process, site: Site) -> Iterator[tuple[str, str, str]]:
    """The steps of a role: number, title, page with anchor."""
    first = next(iter(process.roles), "")
    for step in process.every_step():
        by_people = doer(step, site.kinds) is Doer.PERSON and not step.steps
        if role in (step.role or (first if by_people else ""), step.verifier):
            yield step.number, step.title, f"{paths.process_page(process.id)}#{anchor('step', step.id)}"


def review_page(site: Site) -> str:
    """What is to be looked at: reviews that are late or come soon, what was never or not for long carried out."""
    import datetime

    soon = ""
    if site.today:
        soon = (datetime.date.fromisoformat(site.today) + datetime.timedelta(days=_SOON)).isoformat()
    rows = [row(process, site) for process in site.processes]
    page = Page(
        site, paths.REVIEW, site.language.say("Reviews"), "review", trail=((site.language.say("Home"), paths.HOME),)
    )
    return page.rendered(
        "review.html",
        {
            "overdue": sorted((each for each in rows if each.overdue), key=lambda each: (each.review, each.title)),
            "soon": sorted(
                (each for each in rows if each.review and not each.overdue and each.review <= soon),
                key=lambda each: (each.review, each.title),
            ),
            "stale": [each for each in rows if each.sort in ("stale", "ageing")],
            "never": [each for each in rows if each.sort == "never"],
            "unreviewed": [each for each in rows if not each.review],
        },
    )


def changes_page(site: Site) -> str:
    """What changed in the definitions, newest first."""
    by_file = {process.file: process for process in site.processes}
    found = [
        (each, [(by_file[file].title, paths.process_page(by_file[file].id)) for file in each.files if file in by_file])
        for each in site.history.changes
    ]
    page = Page(
        site,
        paths.CHANGES,
        site.language.say("What changed"),
        "changes",
        trail=((site.language.say("Home"), paths.HOME),),
    )
    return page.rendered("changes.html", {"found": found})


def glossary_page(site: Site) -> str:
    """What the words on these pages mean: ours, and before them those of the project."""
    say = site.language.say
    words = {say(word): markup.inline(Markdown(say(meaning))) for word, meaning in WORDS.items()}
    words |= {word: markup.text(meaning) for word, meaning in site.settings.glossary.items()}
    page = Page(site, paths.GLOSSARY, say("Glossary"), "glossary", trail=((say("Home"), paths.HOME),))
    found = sorted(words.items(), key=lambda each: each[0].casefold())
    return page.rendered("glossary.html", {"words": found, "anchor": anchor})


def missing_page(site: Site) -> str:
    """What a web server shows where there is no page."""
    return Page(site, paths.MISSING, site.language.say("There is no such page"), "missing").rendered("404.html", {})
