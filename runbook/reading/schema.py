"""The shape of the files of a project as JSON Schemas: for editors, and for every check.

Rule 1: a kind's schema is the property under its key. No `oneOf` over kinds: every mistake has its place.
Rule 2: whatever is not named is refused (`additionalProperties: false`), save where the names are the author's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from runbook.kind import Kinds
from runbook.reading.schema_docs import docs_schema
from runbook.reading.schema_evidence import evidence_and_fields
from runbook.reading.schema_flow import (
    concurrency,
    flow_fields,
    flow_fields_before,
    process_flow_fields,
    turn_fields,
)
from runbook.reading.schema_listing import listing_fields
from runbook.reading.schema_results import results
from runbook.reading.schema_roles import people_fields, privileges, role
from runbook.reading.schema_words import (
    DATE,
    DURATION,
    ID,
    NAME,
    VARIABLE,
    Schema,
    choice,
    closed,
    list_of,
    named,
    one_or_list,
    text,
    text_like,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
VERSION = 1
"""The version of the language."""


KINDS_KEYWORD = "x-kinds"
"""Our own keyword: a step has exactly one of these keys, and `manual` may stand as text beside an acting one."""


def process_schema(kinds: Kinds) -> Schema:
    """The schema of a process file, with these kinds of steps."""
    properties = {
        "runbook": {"const": VERSION, "description": "The version of the language: 1."},
        "title": text("What the process does, in a few words."),
        "summary": text("What the process is for, in one line."),
        "description": text("What a reader should know before they begin, as Markdown."),
        "owner": text("The team that answers for it; left out, the owner of its group."),
        "tags": list_of(text("One word to find it by."), "Words to find the process by."),
        "practice": {"$ref": "#/$defs/id", "description": "An ITIL 4 practice, such as `change-enablement`."},
        "change": choice(("standard", "normal", "emergency"), "What sort of change it makes, if it makes one."),
        **listing_fields(),
        "review": _review(),
        "use_when": list_of(text("One situation."), "When this is the procedure that a reader needs."),
        "prerequisites": list_of(text("One condition."), "What must be there before the process starts."),
        "hazards": _hazards(),
        "references": _references(),
        "mode": choice(("guided", "strict"), "`strict`: whoever deviates has to play the role `authority`."),
        "authority": {"$ref": "#/$defs/id", "description": "The role that may deviate in `strict` mode."},
        "roles": named(ID, {"$ref": "#/$defs/role"}, "The parts that people play, the first one by whoever starts it."),
        "privileges": {"$ref": "#/$defs/privileges"},
        "signed": _yes_or_no("Answers to any of its steps are signed with the person's own ssh key."),
        "inputs": named(NAME, {"$ref": "#/$defs/input"}, "The values a run is started with."),
        "secrets": named(NAME, {"$ref": "#/$defs/secret"}, "Where the secrets of its programs come from, by name."),
        "checks": {
            "$ref": "#/$defs/steps",
            "description": "Acting steps that all run first and are reported together.",
        },
        "concurrency": {"$ref": "#/$defs/concurrency"},
        "steps": {"$ref": "#/$defs/steps", "description": "What is done, in order; left out, it is only listed."},
        **process_flow_fields(),
        "finally": {"$ref": "#/$defs/steps", "description": "Steps that run at the end, whatever happened."},
        "outputs": named(NAME, {"description": "A value, usually `{{ ... }}`."}, "What a run hands back, by name."),
    }
    return {
        "$schema": DIALECT,
        "title": "A process",
        **closed(properties, "One procedure: what it is for, who does it, and its steps.", ("runbook", "title")),
        "$defs": {
            **_words(),
            "steps": _steps(),
            "step": _step(kinds),
            **_step_parts(),
            **_people_and_inputs(),
            "secret": _secret(kinds),
        },
    }


def group_schema() -> Schema:
    """The schema of a `group.yaml`."""
    scope = {
        "in": list_of(text("One thing."), "What the group covers."),
        "out": list_of(text("One thing."), "What it does not cover."),
    }
    properties = {
        "title": text("What the processes of the group are about."),
        "summary": text("What belongs here, in one line."),
        "description": text("What a reader should know about the group, as Markdown."),
        "owner": text("The team that answers for the group; its processes inherit it."),
        "scope": closed(scope, "What the group covers, and what it does not."),
    }
    described = closed(properties, "A folder of processes that belong together.", ("title",))
    return {"$schema": DIALECT, "title": "A process group", **described}


def project_schema() -> Schema:
    """The schema of a `runbook.yaml`."""
    parallel = {
        "type": "integer",
        "minimum": 1,
        "maximum": 64,
        "default": 8,
        "description": "How many programs one run may have running at once, 1 to 64; 8 when left out.",
    }
    properties = {
        "runbook": {"const": VERSION, "description": "The version of the language: 1."},
        "title": text("The name of the project."),
        "summary": text("What the project is for, in one line."),
        "defaults": closed({"max_parallel": parallel}, "What holds where a process says nothing."),
        "plugins": list_of(
            text("The name that a package is installed under."),
            "Packages whose kinds of steps and sources of secrets are used; nothing of others is loaded.",
        ),
        "docs": docs_schema(),
        "lint": {
            "type": "object",
            "additionalProperties": choice(("off", "advice", "warning", "error"), "How much a finding of it weighs."),
            "description": "The level of a rule, by its name or code; an error can be lowered only where it says so.",
        },
    }
    described = closed(properties, "The root of a repository of processes.", ("runbook", "title"))
    return {"$schema": DIALECT, "title": "A project", **described}


def _words() -> Schema:
    return {
        "id": text_like(ID, "Lower-case letters, digits and hyphens.", longest=63),
        "name": text_like(NAME, "Lower-case letters, digits and underscores.", longest=63),
        "duration": {
            "description": "A duration: `90s`, `10m`, `4h`, `3d`, `2w`, or a number of seconds.",
            "anyOf": [text_like(DURATION, "A number and its unit."), {"type": "number", "minimum": 0}],
        },
        "condition": {
            "description": "An expression that is true or false, without `{{ }}`.",
            "anyOf": [text("The expression."), {"type": "boolean"}],
        },
        "env": named(VARIABLE, {"type": ["string", "integer"], "description": "Its value."}, "Environment variables."),
        "roles": one_or_list({"$ref": "#/$defs/id"}, "A role, or a list of roles."),
        "texts": one_or_list(text("One text."), "A text, or a list of texts."),
    }


def _steps() -> Schema:
    return {"type": "array", "items": {"$ref": "#/$defs/step"}, "minItems": 1, "description": "Steps, in order."}


def _step(kinds: Kinds) -> Schema:
    properties: Schema = {
        "id": {"$ref": "#/$defs/id", "description": "Its name for good: unique in the process, history hangs on it."},
        "title": text("What the step does, in a few words."),
        "why": text("Why the step is there, as Markdown; shown in the docs and on demand."),
        "warning": text("Boxed before the step: people can come to harm."),
        "caution": text("Boxed before the step: data or equipment can come to harm."),
        "note": text("Boxed before the step: good to know."),
        "needs": list_of({"$ref": "#/$defs/id"}, "Steps of the same list that must be over first; the one before it."),
        **flow_fields_before(),
        "when": {"$ref": "#/$defs/condition", "description": "An expression; when it is false, the step is skipped."},
        **turn_fields(),
        "role": {"$ref": "#/$defs/id", "description": "Who does it; the first role when left out."},
        **people_fields(),
        **{kind.key: dict(kind.schema) for kind in sorted(kinds, key=lambda kind: kind.key == "manual")},
        "timeout": {"$ref": "#/$defs/duration", "description": "How long one attempt may take."},
        "retry": {"$ref": "#/$defs/retry"},
        "expect": {"$ref": "#/$defs/expect"},
        "outputs": named(NAME, {"$ref": "#/$defs/output"}, "Named values from the result, for later steps."),
        "sample": named(NAME, {"description": "A value that it could have."}, "What it could give, for a dry run."),
        "evidence": named(ID, {"$ref": "#/$defs/evidence"}, "Files that have to be there before the step is done."),
        **flow_fields(),
        "critical": _yes_or_no("`false`: its failure does not fail the run."),
        "idempotent": _yes_or_no("A crash may repeat it unasked."),
        "read_only": _yes_or_no("It only looks; a crash may repeat it unasked."),
        "irreversible": _yes_or_no("Nothing brings back what was before it; a person confirms it before it starts."),
        "undo": _undo(kinds),
        "signed": _yes_or_no("An answer to it, or to a step inside, is signed with the person's own ssh key."),
    }
    keyword = {
        "acting": [kind.key for kind in kinds if kind.acts],
        "others": [kind.key for kind in kinds if not kind.acts],
    }
    return {**closed(properties, "One step.", ("id",)), KINDS_KEYWORD: keyword}


def _undo(kinds: Kinds) -> Schema:
    ways = {
        kind.key: dict(kind.schema) for kind in kinds if kind.key == "manual" or (kind.acts and kind.key != "verify")
    }
    by_kind = {**closed(ways, "What a person does, or a program."), "oneOf": [{"required": [key]} for key in ways]}
    return {
        "description": "The way back: text that says what a person does, or `manual` or what the machine does.",
        "anyOf": [text("What a person does, as Markdown."), by_kind],
    }


def _step_parts() -> Schema:
    codes = {"type": "integer", "minimum": 0, "maximum": 255}
    retry = {
        "before": {"$ref": "#/$defs/steps", "description": "Steps before each further attempt; they see `failure`."},
        "attempts": {"type": "integer", "minimum": 1, "maximum": 1000, "description": "How many in all."},
        "delay": {"$ref": "#/$defs/duration", "description": "Pause before the second attempt."},
        "backoff": {"type": "number", "minimum": 1, "maximum": 100, "description": "What each pause is multiplied by."},
        "jitter": _yes_or_no("Pauses vary at random, so that many runs do not retry at once."),
        "on_exit": list_of({**codes, "description": "An exit code."}, "Only after these exit codes."),
    }
    return {
        "concurrency": concurrency(),
        "retry": closed(retry, "How often, and after which pauses, a failed attempt is made again."),
        **results(),
        "form": named(NAME, {"$ref": "#/$defs/field"}, "The fields of a form, by name."),
        **evidence_and_fields(),
    }


def _people_and_inputs() -> Schema:
    count = {"type": "integer", "minimum": 0}
    words = {
        "type": choice(("string", "integer", "number", "boolean", "array", "object"), "The type of the value."),
        "title": text("What is asked for, in a few words."),
        "description": text("What it means, as Markdown."),
        "enum": {"type": "array", "minItems": 1, "description": "The values it can have."},
        "minLength": {**count, "description": "The least number of characters."},
        "maxLength": {**count, "description": "The most characters."},
        "pattern": text("A regular expression that a text matches."),
        "minimum": {"type": "number", "description": "The least it may be."},
        "maximum": {"type": "number", "description": "The most it may be."},
        "items": {
            "$ref": "#/$defs/input",
            "type": "object",
            "description": "What each item of a list is like.",
        },
        "default": {"description": "The value when none is given; without it, one has to be given."},
    }
    return {
        "role": role(),
        "privileges": privileges(),
        "input": closed(words, "One input, in the words of JSON Schema.", optional=True),
    }


def _secret(kinds: Kinds) -> Schema:
    """Which options there are hangs on the source, which may be one of another package; a rule looks at them."""
    options = {name: each for source in kinds.secret_sources.values() for name, each in source.properties.items()}
    listed = ", ".join(f"`{source.key}` ({source.summary})" for source in kinds.secret_sources.values())
    source = closed({"from": text(f"The source: {listed}."), **options}, "Where one secret comes from.", ("from",))
    return {**source, "additionalProperties": {"description": "What a source of another package has to know."}}


def _review() -> Schema:
    properties = {
        "every": {"$ref": "#/$defs/duration", "description": "How often it is read again, such as `180d`."},
        "last": text_like(DATE, "The day of the last review: `2026-10-01`."),
    }
    return closed(properties, "How often the process is reviewed, and when it last was.")


def _hazards() -> Schema:
    properties = {
        "text": text("What can go wrong, as Markdown."),
        "step": {"$ref": "#/$defs/id", "description": "The step it stands beside."},
    }
    hazard = {
        "description": "What can go wrong; with `step`, beside that step.",
        "anyOf": [text("What can go wrong, as Markdown."), closed(properties, "Text and step.", ("text",))],
    }
    return list_of(hazard, "What can go wrong; shown before the first step.")


def _references() -> Schema:
    properties = {"title": text("What it is."), "url": text("Where it is.")}
    return list_of(closed(properties, "One reference.", ("title",)), "Where to read more.")


def _yes_or_no(description: str) -> Mapping[str, Any]:
    return {"type": "boolean", "description": description}
