"""The shape of what makes a step more than one thing done once: joins, turns, failures, deadlines, locks."""

from __future__ import annotations

from runbook.reading.schema_words import NAME, Schema, choice, closed, list_of, text, text_like

_STEPS = {"$ref": "#/$defs/steps"}
_DURATION = {"$ref": "#/$defs/duration"}
_ID = {"$ref": "#/$defs/id"}


def _count(description: str, least: int = 1, most: int = 10_000) -> Schema:
    return {"type": "integer", "minimum": least, "maximum": most, "description": description}


_REST = choice(("run", "cancel"), "What becomes of those that nobody waits for: they go on, or they are withdrawn.")


def flow_fields_before() -> Schema:
    """The field of a step that says how many of those before it have to be over."""
    return {
        "join": {
            "description": "How many of `needs` must be over: `all`, `any`, a number, or a mapping with `rest`.",
            "anyOf": [
                choice(("all", "any"), "All or any."),
                {"type": "integer", "minimum": 1},
                closed(
                    {
                        "count": {
                            "description": "`any` or a number.",
                            "anyOf": [choice(("any",), "Any one."), {"type": "integer", "minimum": 1}],
                        },
                        "rest": _REST,
                    },
                    "How many, and what becomes of the rest.",
                    ("count",),
                ),
            ],
        },
    }


def turn_fields() -> Schema:
    """The fields of a step that say how often it is done."""
    return {
        "foreach": _foreach(),
        "repeat": closed(
            {
                "while": {"$ref": "#/$defs/condition", "description": "Asked before each turn; false ends it."},
                "until": {"$ref": "#/$defs/condition", "description": "Asked after each turn; true ends it."},
                "every": {**_DURATION, "description": "Pause between two turns."},
                "at_most": _count("How many turns there may be; 100 when left out."),
            },
            "Done again and again: `while` or `until`.",
        ),
    }


def flow_fields() -> Schema:
    """The fields of a step that say what else may happen to it."""
    return {
        "on_failure": _on_failure(),
        "on_cancel": {**_STEPS, "description": "Steps for when it is cancelled; the run goes on after them."},
        "due": {
            "description": "When it is overdue, after it began: a duration, or a mapping.",
            "anyOf": [
                _DURATION,
                closed(
                    {
                        "after": {**_DURATION, "description": "How long it may take."},
                        "offer_to": {**_ID, "description": "A role that may do it as well, from then on."},
                        "do": {**_STEPS, "description": "Steps for when it is overdue; the step itself goes on."},
                    },
                    "How long it may take, and what happens then.",
                    ("after",),
                ),
            ],
        },
        "cancels": list_of(_ID, "Steps that are withdrawn when this one is done."),
        "before": list_of(_ID, "Steps with whose beginning the chance to do this one is over: it is skipped."),
        "max_passes": _count("How often it may be begun when a `goto` leads back to it; 100 when left out."),
        "grace": {**_DURATION, "description": "How long a program that has to end gets to do so; 10s when left out."},
        "concurrency": {"$ref": "#/$defs/concurrency"},
    }


def _foreach() -> Schema:
    items = {
        "description": "The items: a list, or a value such as `{{ inputs.hosts }}`.",
        "anyOf": [{"type": "array"}, text("A value that is a list.")],
    }
    fields = {
        "items": items,
        "as": text_like(NAME, "What an item is called in expressions; `item` when left out.", longest=63),
        "max_parallel": _count("How many at the same time; one when left out, or all of a `batch`."),
        "batch": _count("How many are begun before all of them have to be over."),
        "pause": {**_DURATION, "description": "Pause between two batches."},
        "max_failures": _count("How many items may fail; none when left out.", least=0),
        "count": _count("How many have to succeed before the run goes on; all when left out."),
        "rest": _REST,
    }
    return {
        "description": "The step is done once for each item: a list, a value that is one, or a mapping.",
        "anyOf": [
            {"type": "array"},
            text("A value that is a list, such as `{{ inputs.hosts }}`."),
            closed(fields, "The items, and how they are gone through.", ("items",)),
        ],
    }


def _on_failure() -> Schema:
    words = "`stop`: nothing new starts; `continue`: as if it had worked; `undo`: what was done inside of it is undone."
    goto = {**_ID, "description": "The step the run goes on with, of the same list; further up, it is done anew."}
    handling = {
        "do": {**_STEPS, "description": "Steps for when it has failed; they see `failure`."},
        "then": choice(("stop", "continue", "undo"), "What follows; `stop` when left out."),
        "goto": goto,
    }
    return {
        "description": "What happens when it has failed: a word, steps, or a mapping.",
        "anyOf": [
            choice(("stop", "continue", "undo"), words),
            {**_STEPS, "description": "Steps for when it has failed; nothing new starts."},
            closed(handling, "Steps, and what follows."),
        ],
    }


def process_flow_fields() -> Schema:
    """The fields of a process that say what happens when it fails, is cancelled, or meets another run."""
    handling = {
        "do": {**_STEPS, "description": "Steps for when it is about to fail."},
        "then": choice(("stop", "undo"), "`undo`: what has been done is undone."),
    }
    return {
        "on_failure": {
            "description": "What happens when it is about to fail, before `finally`: `undo`, steps, or both.",
            "anyOf": [
                choice(("stop", "undo"), "`undo`: what has been done is undone, the last first."),
                {**_STEPS, "description": "Steps for when it is about to fail."},
                closed(handling, "Steps, and whether what was done is undone."),
            ],
        },
        "on_cancel": {**_STEPS, "description": "Steps for when it is cancelled, before `finally`."},
    }


def concurrency() -> Schema:
    """What only so many may be inside of at the same time."""
    fields = {
        "key": text("What it is called; parts of runs with the same key share it. It may hold `{{ }}`."),
        "limit": _count("How many at the same time; one when left out.", most=1000),
    }
    return {
        "description": "Only so many parts of runs with this key go on at the same time; the others wait.",
        "anyOf": [text("The key."), closed(fields, "The key and the limit.", ("key",))],
    }
