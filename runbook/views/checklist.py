"""A process as a checklist on paper: one HTML document, black on white, A4, that is followed, filled in and signed.

Rule 1: it stands alone. Nothing is loaded from anywhere, and no text of an author is taken for HTML or CSS.
"""

from __future__ import annotations

import functools
import html
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from importlib.resources import files
from typing import TYPE_CHECKING, Any

from runbook.blocks import Field
from runbook.clauses import Input, Role
from runbook.form import expected as field_takes
from runbook.inputs import described
from runbook.outcome import Json
from runbook.phrases import Say, said
from runbook.run.instructions import EXIT_CODE
from runbook.views.authored import as_html
from runbook.views.language import Language
from runbook.views.lines import sentence
from runbook.views.markdown import Markdown
from runbook.views.on_paper import Blanks, as_it_stands
from runbook.views.sheet import Row, Sheet
from runbook.views.values import as_code

if TYPE_CHECKING:
    import jinja2
    from markdown_it import MarkdownIt
    from markupsafe import Markup

SHORT = 12
"""Letters of a hash that are enough to tell it from others at a glance."""

_DEVIATIONS = 6
"""Empty rows of the table of deviations."""
_LETTERS = re.compile(r"[^A-Za-z0-9._/ -]")


@dataclass(frozen=True, slots=True)
class Printed:
    """What stands on the sheet besides the process: the hash of its definition, who printed it, when, with what."""

    definition: str
    by: str
    at: str
    version: str


@functools.lru_cache(maxsize=4)
def _template(language: Language) -> jinja2.Template:
    """The template of the sheet in a language; everything that goes into it is escaped."""
    import jinja2

    from runbook.views.escaping import Template
    from runbook.views.put_in_words import put_in_words

    made = jinja2.Environment(
        loader=jinja2.PackageLoader("runbook.views"),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    made.template_class = Template
    return put_in_words(made, "say", language.say).get_template("checklist.html")


@functools.cache
def _parser() -> MarkdownIt:
    from markdown_it import MarkdownIt

    return MarkdownIt("commonmark", {"html": False}).enable("table").disable(["image", "html_block", "html_inline"])


def checklist(sheet: Sheet, printed: Printed) -> str:
    """The checklist of a process as one HTML document."""
    return _template(sheet.language).render(_parts(sheet, printed))


def checklist_part(sheet: Sheet, printed: Printed) -> Markup:
    """What stands in that document, without its frame, for a page that has `checklist_style`.

    Printed by nobody at no time, it is the same whenever it is made.
    """
    from markupsafe import Markup

    template = _template(sheet.language)
    return Markup("".join(template.blocks["sheet"](template.new_context(_parts(sheet, printed)))))


def checklist_style(say: Say) -> str:
    """The look of a checklist, for a page of its own or with others; the hash then stands over the steps."""
    return f"{_style()}@page {{ @bottom-right {{ content: {_page_number(say)} }} }}\n"


@functools.cache
def _style() -> str:
    return files("runbook.views").joinpath("templates/checklist.css").read_text(encoding="utf-8")


def _parts(sheet: Sheet, printed: Printed) -> dict[str, Any]:
    """What the template takes."""
    from markupsafe import Markup

    process, write, say = sheet.process, _Writer(sheet.blanks), sheet.language.say
    first, rows = say("Steps"), sheet.rows
    if rows and rows[0].sort == "heading" and not rows[0].path:  # it would stand alone at the end of a page
        first, rows = rows[0].title, rows[1:]
    numbers = {step.id: step.number for step in process.every_step()}
    return {
        "style": Markup(_style()),
        "say": say,
        "language": sheet.language.code,
        "page_number": _page_number(say),
        "process": process,
        "title": as_it_stands(process.title),
        "summary": write.text(process.summary),
        "printed": printed,
        "short": printed.definition[:SHORT],
        "footer": _LETTERS.sub("", f"{process.id}  {printed.definition}"),
        "version": _version(process.review, say),
        "prerequisites": [write.text(text) for text in process.prerequisites],
        "hazards": [(numbers.get(each.get("step", ""), ""), write.text(each["text"])) for each in process.hazards],
        "inputs": [_input(each, sheet.inputs, say) for each in process.inputs.values()],
        "roles": [_role(role, not number, say) for number, role in enumerate(process.roles.values())],
        "first": first,
        "rows": [_shown(row, write, say) for row in rows],
        "deviations": range(1, _DEVIATIONS + 1),
    }


class _Writer:
    """Turns texts with the marks of blanks into HTML with blanks."""

    def __init__(self, blanks: Blanks) -> None:
        self._blanks = blanks

    def text(self, text: str) -> Markup:
        """An author's Markdown; HTML in it is text."""
        from markupsafe import Markup

        return Markup(self._filled(as_html(text, _parser().render)))

    def inline(self, text: Markdown) -> Markup:
        """A sentence of ours, as Markdown."""
        from markupsafe import Markup

        return Markup(self._filled(_parser().renderInline(str(text))))

    def plain(self, text: str) -> Markup:
        """A command, or another text that is no Markdown."""
        from markupsafe import Markup

        return Markup(self._filled(html.escape(text)))

    def _filled(self, markup: str) -> str:
        return self._blanks.filled(markup, lambda label: f'<span class="blank"><i>{html.escape(label)}</i></span>')


def _page_number(say: Say) -> Markup:
    """What CSS writes at the foot of each page."""
    from markupsafe import Markup

    words = say("Page {number} of {total}", number='" counter(page) "', total='" counter(pages) "')
    return Markup(f'"{words}"'.removesuffix(' ""').removeprefix('"" '))


def _version(review: Mapping[str, Json], say: Say) -> str:
    return say("last reviewed {date}", date=review["last"]) if review.get("last") else ""


def _input(given: Input, inputs: Mapping[str, Json], say: Say) -> dict[str, Any]:
    known = given.name in inputs
    value = inputs.get(given.name)
    return {
        "name": given.name,
        "title": as_it_stands(given.title or given.name),
        "value": str(as_code(value)).strip("`") if known and value is not None else "",
        "takes": said(described(given), say).replace("`", ""),
    }


def _role(role: Role, first: bool, say: Say) -> dict[str, str]:
    words = [
        role.summary,
        say("whoever begins plays this role") if first else "",
        say("team {team}", team=role.team) if role.team else "",
        say("only {people}", people=", ".join(role.people)) if role.people else "",
        say("not the same person as the {roles}", roles=_others(role.excludes, say)) if role.excludes else "",
    ]
    return {"name": role.name, "about": "; ".join(as_it_stands(each).rstrip(".") for each in words if each)}


def _others(roles: Sequence[str], say: Say) -> str:
    """Roles in one sentence: `operator or the approver`."""
    found, *others = roles
    for each in others:
        found = say("{first} or the {last}", first=found, last=each)
    return found


def _shown(row: Row, write: _Writer, say: Say) -> dict[str, Any]:
    """One row as the template takes it."""
    return {
        "row": row,
        "before": [write.inline(Markdown(sentence(str(each)))) for each in row.before],
        "boxes": [(word, said(word, say), write.text(text)) for word, text in row.boxes],
        "text": write.text(row.text) if row.text else "",
        "command": write.plain(row.command) if row.command else "",
        "facts": [(name, write.plain(text)) for name, text in row.facts],
        "fields": [_field(each, say) for each in row.fields if each.name != "command"],
        "expected": [write.inline(each) for each in row.expected],
        "after": [write.inline(each) for each in row.after],
        "undo": write.text(row.undo) if row.undo else "",
        "signatures": range(1, row.quorum + 1),
    }


def _usual(field: Field, say: Say) -> str:
    words = {"yes": say("yes"), "no": say("no")} if field.type == "boolean" else {}
    return words.get(field.default or "", field.default or "")


def _field(field: Field, say: Say) -> dict[str, Any]:
    choices = {"boolean": (say("yes"), say("no")), "choice": field.options}.get(field.type, ())
    takes = [] if choices or field == EXIT_CODE else [said(field_takes(replace(field, unit="")), say).replace("`", "")]
    if not field.required and field.default is None:
        takes.append(say("may stay empty"))
    return {
        "title": as_it_stands(said(field.title, say)),
        "takes": ", ".join(takes),
        "unit": field.unit,
        "choices": [as_it_stands(each) for each in choices],
        "usual": "" if field.default is None else as_it_stands(_usual(field, say)),
    }
