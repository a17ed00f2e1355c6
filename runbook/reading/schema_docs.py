"""The shape of `docs` in a `runbook.yaml`: how the documentation site of a project is built."""

from __future__ import annotations

from runbook.languages import LANGUAGES
from runbook.palette import COLOUR, TOKENS
from runbook.reading.schema_words import DURATION, PROCESS, REVISION, Schema, choice, closed, list_of, named, text
from runbook.reading.schema_words import text_like as like

WORD = r"^\S(.{0,80}\S)?$"
MOST_RUNS = 1000
"""How many runs of a process can be asked for by number."""


def docs_schema() -> Schema:
    """The schema of that mapping."""
    listed = ", ".join(f"`{code}` ({name})" for code, name in LANGUAGES.items())
    properties: Schema = {
        "language": choice(LANGUAGES, f"The language of the site around what its authors write: {listed}."),
        "pages": text("A folder of Markdown pages that become part of the site."),
        "runs": _runs(),
        "board": {
            "type": "boolean",
            "description": "`true`: the boards stand on the site as they are when it is built.",
        },
        "max_age": like(DURATION, "How long a successful run proves a process, such as `180d`, the default."),
        "source": text("Where the file of a page is edited: an address with `{file}` in it."),
        "base_url": text("The address that the site is served at, for its `sitemap.xml`."),
        "theme": closed(_theme(), "How the site looks."),
        "versions": list_of(
            like(REVISION, "A tag or a branch of git.", 100), "Tags or branches that stand beside the present version."
        ),
        "pinned": list_of(like(PROCESS, "The id of a process."), "The processes that stand first on the home page."),
        "glossary": named(WORD, text("What it means."), "Words of the department, each with what it means."),
    }
    return closed(properties, "How the documentation site is built.")


def _runs() -> Schema:
    number = {"type": "integer", "minimum": 1, "maximum": MOST_RUNS, "description": "How many of each process."}
    return {
        "description": "How many records of its newest runs each process gets as pages: a number, or `true` for all.",
        "anyOf": [{"type": "boolean", "description": "`true`: of all runs; `false`, the default: of none."}, number],
    }


def _theme() -> Schema:
    colours = {name: like(COLOUR, what) for name, what in TOKENS.items()}
    return {
        "tokens": closed(colours, "Colours in the place of ours, by name."),
        "dark": closed(colours, "The same on a dark page."),
        "templates": text("A folder of the project with templates that take the place of ours."),
    }
