"""In which language a page is written, around what its authors wrote."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import click

from runbook.errors import Misuse
from runbook.languages import LANGUAGES

if TYPE_CHECKING:
    from runbook.definition import Project
    from runbook.views.language import Language

Command = Callable[..., Any]
_CODES = ", ".join(LANGUAGES)
_LISTED = ", ".join(f"`{code}` ({name})" for code, name in LANGUAGES.items())


def language_option(function: Command) -> Command:
    """Give the command `--language`."""
    help = f"Our own words in this language: {_CODES}; else as `docs.language` of the project says."
    return click.option("--language", metavar="CODE", help=help)(function)


def spoken(code: str | None, project: Project) -> Language:
    """The language that was asked for, else the project's; `Misuse` says which there are."""
    return named(code or project.docs.language)


def named(code: str) -> Language:
    """The language of that code; `Misuse` says which there are."""
    from runbook.views.language import language

    if code not in LANGUAGES:
        raise Misuse(f"there are no pages in the language `{code}`", f"the languages are {_LISTED}")
    return language(code)
