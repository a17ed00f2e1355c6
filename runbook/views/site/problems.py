"""What is wrong with the definitions, as the preview of the site shows it: over a page, and in its place.

Rule 1: the words are those of `validate`; every one of them is escaped, as it may be an author's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runbook.diagnostics import Diagnostic, Severity
from runbook.source import Source
from runbook.views.diagnostics import excerpt, visible
from runbook.views.language import Language
from runbook.views.site.templates import templates

_MOST = 50
"""Findings that are shown of each weight; of more, their number is told."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """Why there is no newer page, when it is nothing that `validate` finds."""

    message: str
    help: str = ""


@dataclass(frozen=True, slots=True)
class _Shown:
    """A finding as it is laid out."""

    sort: str
    message: str
    help: str
    where: str = ""
    code: str = ""
    lines: tuple[tuple[str, str], ...] = ()
    """The line it is in and the mark below it, each with what stands in the margin."""


def panel(
    found: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    language: Language,
    troubles: Sequence[Trouble] = (),
    kept: bool = True,
) -> str:
    """The problems as a part of a page; empty when there are none. `kept`: the page is as it was before them."""
    by_weight = {level: [each for each in found if each.severity is level] for level in Severity}
    errors = [*(_Shown("error", visible(each.message), visible(each.help)) for each in troubles)]
    errors += _laid_out(by_weight.pop(Severity.ERROR), sources)
    others = [each for level in by_weight for each in _laid_out(by_weight[level], sources)]
    if not errors and not others:
        return ""
    say, count = language.say, language.count
    warnings, advice = len(by_weight[Severity.WARNING]), len(by_weight[Severity.ADVICE])
    counted = [count(warnings, "{number} warning", "{number} warnings")] if warnings else []
    counted += [say("{number} advice", number=advice)] if advice else []
    return _rendered(
        "problems.html",
        language,
        errors=errors[:_MOST],
        more_errors=max(len(errors) - _MOST, 0),
        counted_errors=count(len(errors), "{number} error", "{number} errors"),
        others=others[:_MOST],
        more_others=max(len(others) - _MOST, 0),
        counted_others=", ".join(counted),
        kept=kept,
    )


def problems_page(found: str, language: Language) -> str:
    """The page in the place of every other, while there is none to be shown; `found` is a panel."""
    from markupsafe import Markup

    return _rendered("problems-page.html", language, found=Markup(found))


def _rendered(template: str, language: Language, **parts: object) -> str:
    environment = templates({}, language)
    return environment.get_template(template).render(t=language.say, language=language.code, **parts)


def _laid_out(found: Sequence[Diagnostic], sources: Mapping[str, Source]) -> list[_Shown]:
    return [_shown(each, sources.get(each.place.file)) for each in found]


def _shown(finding: Diagnostic, source: Source | None) -> _Shown:
    place, lines = finding.place, list[tuple[str, str]]()
    if source is not None and (line := source.line(place.line)):
        text, before, width = excerpt(line, place)
        number = str(place.line)
        lines = [(f"{number} |", text), (f"{' ' * len(number)} |", f"{' ' * before}{'^' * width}")]
    return _Shown(
        finding.severity.value,
        visible(finding.message),
        visible(finding.help),
        f"{visible(place.file)}:{place.line}:{place.column}",
        f"{finding.code} {finding.rule}",
        tuple(lines),
    )
