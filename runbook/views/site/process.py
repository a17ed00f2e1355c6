"""The page of a procedure: everything an operator needs at three in the morning, always in the same order."""

from __future__ import annotations

import shlex
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from runbook.clauses import Input, Template
from runbook.definition import Process
from runbook.durations import in_words
from runbook.phrases import Say, said
from runbook.run.usage import by_step
from runbook.views.diagram_key import key
from runbook.views.drawing import drawing
from runbook.views.markdown import allowed, anchor
from runbook.views.procedure import failures, role_text
from runbook.views.site import markup
from runbook.views.site.card import Card
from runbook.views.site.code import coloured, framed
from runbook.views.site.linking import leading
from runbook.views.site.page import Page
from runbook.views.site.paths import CATALOGUE, checklist_page, group_page, owner_page, process_page
from runbook.views.site.step import Shown, Writer
from runbook.views.step import place_of
from runbook.views.svg import svg
from runbook.views.values import as_code, input_takes

if TYPE_CHECKING:
    from runbook.run.usage import Usage
    from runbook.views.site.model import Site

_OPEN = 15
"""Steps up to which the diagram is open from the start."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact of the strip at the top: its name, what it is, where that leads, a badge, and what else there is."""

    name: str
    text: str
    target: str = ""
    badge: str = ""
    sort: str = ""
    more: str = ""


@dataclass(frozen=True, slots=True)
class Part:
    """A list of steps with its heading."""

    anchor: str
    title: str
    about: str
    steps: tuple[Shown, ...]


def process_html(card: Card, site: Site) -> str:
    """The page of a process."""
    say, process = site.language.say, site.process(card.id)
    place, usage = place_of(process, site.project, site.kinds, site.language), site.usage.get(process.id)
    target = leading(process.file, process_page(process.id), site)
    writer = Writer(site, process, place, by_step(usage, process) if usage else {})
    parts = tuple(_parts(process, site, writer))
    every = tuple(_every(step for part in parts for step in part.steps))
    drawn, shapes = _diagram(process, site) if len(every) > 1 else (Markup(""), Markup(""))
    page = Page(
        site,
        process_page(process.id),
        process.title,
        "process",
        summary=process.summary,
        group=process.group,
        trail=_trail(process, site),
        process=process.id,
        definition=card.definition[:12],
    )
    numbers = {step.id: step.number for step in process.every_step()}
    return page.rendered(
        "process.html",
        {
            "process": process,
            "banners": tuple(_banners(card, site)),
            "facts": tuple(_facts(process, card, site)),
            "checklist": checklist_page(process.id),
            "source": site.source_of(process.file),
            "description": writer.text(process.description) if process.description else "",
            "use_when": tuple(map(writer.text, process.use_when)),
            "hazards": tuple(
                (
                    numbers.get(each.get("step", ""), ""),
                    anchor("step", str(each.get("step", ""))),
                    writer.text(str(each["text"])),
                )
                for each in process.hazards
            ),
            "prerequisites": tuple(map(writer.text, process.prerequisites)),
            "roles": tuple(
                (name, markup.inline(role_text(role, not number, say)))
                for number, (name, role) in enumerate(process.roles.items())
            ),
            "inputs": tuple(_input(each, say) for each in process.inputs.values()),
            "command": _command(process),
            "diagram": drawn,
            "shapes": shapes,
            "diagram_open": len(every) <= _OPEN,
            "count": len(every),
            "parts": parts,
            "outputs": tuple((name, _output(value)) for name, value in process.outputs.items()),
            "failures": tuple(map(markup.inline, failures(place))),
            "references": tuple(
                (str(each["title"]), target(str(each["url"])))
                for each in process.references
                if allowed(str(each["url"]))
            ),
            "users": tuple((user.title, process_page(user.id)) for user in site.users.get(process.id, ())),
            "usage": usage,
            "revisions": site.history.files.get(process.file, ()),
            "contents": tuple(_contents(process, bool(drawn), say)),
            "contents_after": tuple(_contents_after(process, site, say)),
        },
    )


def _diagram(process: Process, site: Site) -> tuple[Markup, Markup]:
    """The flow of the steps as a picture, of which every step leads to its text; and what its shapes mean."""
    drawn = drawing(process, site.kinds, site.language)
    made = svg(drawn, title=process.title, language=site.language)
    return Markup(made), Markup(key(drawn, language=site.language))  # both escape what authors wrote


def _trail(process: Process, site: Site) -> tuple[tuple[str, str], ...]:
    group = site.project.groups.get(process.group)
    return (
        (site.language.say("Home"), "index.html"),
        (group.title if group else process.group, group_page(process.group)),
    )


def _parts(process: Process, site: Site, writer: Writer) -> Iterator[Part]:
    say = site.language.say
    first = say("The run checks this first, all at once; when one fails, it stops before step 1.")
    before_last = say("These run before what always runs at the end.")
    last = say("These run whatever happened, once a step had started; also after a cancelled run.")
    for id, title, about, steps in (
        ("checks", say("Before the first step"), first, process.checks),
        ("steps", say("Steps"), "", process.steps),
        ("when-it-is-about-to-fail", say("When it is about to fail"), before_last, process.on_failure),
        ("when-it-is-cancelled", say("When it is cancelled"), before_last, process.on_cancel),
        ("always-at-the-end", say("Always at the end"), last, process.finally_),
    ):
        if steps:
            yield Part(id, title, about, writer.steps(steps))


def _every(steps: Any) -> Iterator[Shown]:
    for step in steps:
        yield step
        yield from _every(step.steps)
        for _, inside in step.handlers:
            yield from _every(inside)


def _facts(process: Process, card: Card, site: Site) -> Iterator[Fact]:
    """The strip at the top: is this the right page, is it still valid, how long, who."""
    say, usage, owner = site.language.say, site.usage.get(card.id), card.owner
    if usage and usage.median is not None:
        longer = say("nine of ten within {time}", time=in_words(usage.p90)) if usage.p90 is not None else ""
        yield Fact(say("Takes"), said(in_words(usage.median), say), more=longer)
    yield Fact(say("Steps"), str(card.steps), more=say("{percent} % automated", percent=card.automated))
    if owner:
        yield Fact(say("Owner"), owner, owner_page(owner))
    listing = process.listing
    if listing.service:
        target = f"{CATALOGUE}#service-{listing.service}" if site.catalogue else ""
        yield Fact(say("Service"), listing.service, target)
    if listing.alerts:
        yield Fact(say("Alerts"), ", ".join(listing.alerts))
    if listing.trigger:
        yield Fact(say("Due"), listing.trigger.cron, more=listing.trigger.timezone)
    if process.change or process.practice:
        yield Fact(say("Change") if process.change else say("Practice"), process.change or process.practice)
    if process.mode == "strict":
        yield Fact(say("Strict"), say("only the {authority} may deviate", authority=process.authority))
    if card.review:
        badge, sort = (say("overdue"), "overdue") if site.is_overdue(card) else ("", "")
        yield Fact(say("Next review"), card.review, badge=badge, sort=sort)
    word, sort = site.freshness(process.id)
    if site.editions.are_past:
        return
    if usage and usage.proved_at:
        yield Fact(say("Last success"), usage.proved_at[:10], badge=word, sort=sort, more=_rate(usage, site))
    else:
        yield Fact(say("Last success"), word, more=_rate(usage, site) if usage else "")


def _rate(usage: Usage, site: Site) -> str:
    say = site.language.say
    if usage.success_rate is None:
        return ""
    return say("{percent} % of {number} runs", percent=round(usage.success_rate * 100), number=usage.ended)


def _banners(card: Card, site: Site) -> Iterator[tuple[str, str]]:
    say, usage = site.language.say, site.usage.get(card.id)
    if not site.process(card.id).is_written:
        yield "late", say("It is only listed: its steps are not written yet.")
    if site.is_overdue(card):
        yield (
            "late",
            say("This procedure was to be reviewed by {day}. Ask its owner before you rely on it.", day=card.review),
        )
    if site.freshness(card.id)[1] == "stale":
        yield (
            "late",
            say("It has not been carried out successfully for a long time. Take care: what it says may have changed."),
        )
    if usage and usage.open:
        yield "open", site.language.count(usage.open, "A run of it is open.", "{number} runs of it are open.")


def _input(given: Input, say: Say) -> dict[str, Any]:
    schema, meaning = given.schema, [given.title, str(given.schema.get("description", ""))]
    numeric = schema.get("type") in ("integer", "number")
    options = [str(as_code(each)).strip("`") for each in schema.get("enum", ())]
    if schema.get("type") == "boolean":
        options = ["true", "false"]
    known = given.default is not None and not given.required
    return {
        "name": given.name,
        "required": given.required,
        "default": (given.default if isinstance(given.default, str) else str(as_code(given.default)).strip("`"))
        if known
        else "",
        "options": options,
        "type": "number" if numeric else "text",
        "step": "1" if schema.get("type") == "integer" else "any",
        "pattern": str(schema.get("pattern", "")),
        "minimum": schema.get("minimum"),
        "maximum": schema.get("maximum"),
        "meaning": ": ".join(text for text in meaning if text),
        "takes": markup.inline(input_takes(given, say)),
    }


def _command(process: Process) -> Markup:
    """The command that runs it, with its inputs as values to fill in; of the optional ones, those that were."""
    parts = [coloured(f"runbook run {shlex.quote(process.id)}", "sh")]
    for name, given in process.inputs.items():
        word = Markup(" -i {}={}").format(name, markup.value(f"inputs.{name}", "none"))
        optional = Markup('<span data-optional="{}" hidden>{}</span>')
        parts.append(word if given.required else optional.format(name, word))
    return framed(Markup("").join(parts), "sh")


def _output(value: Any) -> Markup:
    return markup.plain(value.source) if isinstance(value, Template) else markup.inline(as_code(value))


def _contents(process: Process, drawn: bool, say: Any) -> Iterator[tuple[str, str]]:
    for title, target, there in (
        (say("When to use it"), "when", process.use_when),
        (say("Hazards"), "hazards", process.hazards),
        (say("Before you start"), "before", process.prerequisites),
        (say("Who"), "roles", process.roles),
        (say("Start it"), "start", True),
        (say("Diagram"), "diagram", drawn),
    ):
        if there:
            yield title, target


def _contents_after(process: Process, site: Site, say: Any) -> Iterator[tuple[str, str]]:
    for title, target, there in (
        (say("What it gives"), "outputs", process.outputs),
        (say("If it goes wrong"), "failure", True),
        (say("References"), "references", process.references or site.users.get(process.id)),
        (say("Runs so far"), "runs", not site.editions.are_past),
        (say("Changes"), "revisions", site.history.files.get(process.file)),
    ):
        if there:
            yield title, target
