"""The shape of a file of tests: what a process is given, what programs and people do, and what is to come of it."""

from __future__ import annotations

from runbook.reading.schema_words import (
    DURATION,
    ID,
    NAME,
    PATH,
    Schema,
    choice,
    closed,
    list_of,
    named,
    one_or_list,
    text,
    text_like,
)
from runbook.sizes import SIZE

_ANY: Schema = {"description": "Any value."}
_STEP = text_like(PATH, "The path of a step, such as `copy` or `child/copy`.", longest=200)
_BY = text("The person who does it; `by` of the test when left out.")
_REFUSED = text("A part of the words with which it is refused; without it, a refusal fails the test.")

ACTS = {
    "signal": text_like(ID, "A signal comes in, by its name."),
    "cancel": text("Somebody cancels the run, for this reason."),
    "undo": text_like(PATH, "What was done is undone: `all` of it, or down to this step."),
    "retry": text("A run that failed goes on, for this reason."),
    "back": text_like(PATH, "Somebody goes back to this step."),
    "jump": text_like(PATH, "Somebody goes on with this step."),
    "stop": text_like(PATH, "Somebody ends this step."),
    "complete": text_like(PATH, "Somebody says that this step has had enough turns."),
    "add": text_like(PATH, "This step is done for more items, the `items`."),
    "pause": text("Somebody pauses the run, for this reason."),
    "resume": {"const": True, "description": "Somebody takes the run up; programs are started in their name then."},
    "revoke": text_like(PATH, "Somebody takes back the yes they gave at this step."),
    "breaks_off": text_like(PATH, "The machine dies while the program of this step runs."),
    **{
        word: text_like(PATH, f"Somebody {does} this step.")
        for word, does in (
            ("claim", "claims"),
            ("unclaim", "gives back"),
            ("start", "begins"),
            ("delegate", "delegates (`to`)"),
            ("accept", "takes over"),
            ("decline", "declines"),
            ("assign", "assigns (`to`)"),
            ("suspend", "lets rest"),
            ("continue", "goes on with"),
            ("assist", "helps with"),
        )
    },
}
"""What can happen besides answers and the ends of programs, by its word."""


def schema_of_tests() -> Schema:
    """The schema of `PROCESS.test.yaml`."""
    properties = {
        "runbook": {"const": 1, "description": "The version of the language: 1."},
        "shared": closed(_given(), "What every test is given that does not say otherwise."),
        "tests": {**named(ID, {"$ref": "#/$defs/test"}, "The tests, by name."), "minProperties": 1},
    }
    described = closed(properties, "Tests of the process of the same name.", ("runbook", "tests"))
    case = closed({"title": text("What it shows, in one line."), **_given(), **_told()}, "One test.", ("expect",))
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tests of a process",
        **described,
        "$defs": {"test": case, "program": _program(), "answer": _answer(), "file": _file(), "value": _ANY},
    }


def _given() -> Schema:
    """What a test, or all of them, can be given."""
    return {
        "by": text("Who starts the run, and answers where nobody is named; `ada` when left out."),
        "start": text("When it starts: a time such as `2026-11-22T08:00:00Z`."),
        "inputs": named(NAME, _ANY, "The inputs."),
        "roles": named(ID, one_or_list(text("A person."), "Those people."), "Who is named for a role at the start."),
        "authors": list_of(text("A person."), "Who wrote the process."),
        "programs": named(
            PATH,
            {
                "description": "How it ends: each time the same, or a list with one end for each time it is started.",
                "anyOf": [
                    {"$ref": "#/$defs/program"},
                    {"type": "array", "items": {"$ref": "#/$defs/program"}},
                    {"type": "null"},
                ],
            },
            "How the programs end, by the path of their step.",
        ),
        "answers": named(
            PATH,
            {
                "description": "The answer, or a list of several, one after the other.",
                "anyOf": [
                    {"$ref": "#/$defs/answer"},
                    {"type": "array", "items": {"$ref": "#/$defs/answer"}},
                    {"type": "null"},
                ],
            },
            "What people answer, by the path of their step.",
        ),
    }


def _program() -> Schema:
    properties = {
        "exit_code": {"type": "integer", "description": "Its exit code; 0 when left out."},
        "stdout": {"type": "string", "description": "What it writes."},
        "json": {"description": "What it writes, as a value that is written as JSON."},
        "outputs": named(NAME, _ANY, "The outputs of its step, in place of what it writes, also into files."),
        "stderr": {"type": "string", "description": "What it complains about."},
        "error": text("Why it could not be started, or was ended."),
        "signal": {"type": "integer", "minimum": 1, "maximum": 64, "description": "The signal that ended it."},
        "takes": text_like(
            DURATION, "How long it takes; longer than the `timeout` of its step means that it is ended."
        ),
        "files": named(
            ID,
            {
                "anyOf": [{"$ref": "#/$defs/file"}, {"type": "null"}],
                "description": "The file; nothing when it is none.",
            },
            "The files that it writes as evidence, by piece; one that is not named is written.",
        ),
        "todo": text("What is still to be found out: the test fails and says it."),
    }
    return {
        "description": "How a program ends; a number is its exit code, a text what it writes.",
        "anyOf": [
            {"type": "integer", "description": "Its exit code."},
            {"type": "string", "description": "What it writes."},
            closed(properties, "How a program ends."),
        ],
    }


def _answer() -> Schema:
    properties = {
        "outcome": choice(("done", "failed", "skipped", "redo"), "How it went; `done` when left out."),
        "fields": {"type": "object", "description": "The form, by field; a file is a name, or `{name, type, size}`."},
        "choose": one_or_list(text("An option."), "The option of a decision, or several."),
        "approve": {"type": "boolean", "description": "Yes or no."},
        "confirm": {"type": "boolean", "description": "Whether a second person confirms it."},
        "by": text("Who answers; `by` of the test when left out."),
        "emergency": {
            "type": "boolean",
            "description": "True for a yes that does not wait for those who usually give it.",
        },
        "reason": text("Why."),
        "comment": text("Why."),
        "deviation": text("Why values are taken although they are out of their limits."),
        "passed_on_by": text("Who only passes it on, in the name of `by`."),
        "signed": {"type": "boolean", "description": "True when it is signed with the person's own key."},
        "after": text_like(DURATION, "How long after the step began to wait; at once when left out."),
        "evidence": named(ID, {"$ref": "#/$defs/file"}, "Files that are attached first, by piece."),
        "refused": _REFUSED,
    }
    return {
        "description": "An answer as in an answers file, with who gives it.",
        "anyOf": [
            choice(("done", "failed", "skipped", "redo"), "The outcome alone."),
            closed(properties, "An answer."),
        ],
    }


def _file() -> Schema:
    properties = {
        "name": text("What it is called."),
        "type": text("What it is, such as `image/jpeg`; by its name when left out."),
        "size": {
            "description": "How large it is; 1 kB when left out.",
            "anyOf": [
                {"type": "integer", "minimum": 1, "description": "Bytes."},
                text_like(SIZE, "Such as `5MB`."),
            ],
        },
    }
    named_only = text("What it is called.")
    return {"description": "A file; nothing is read.", "anyOf": [named_only, closed(properties, "A file.", ("name",))]}


def _told() -> Schema:
    """What happens in a test, and what is to come of it."""
    words = {
        "at": text_like(DURATION, "How long after the start; left out, when nothing else happens any more."),
        "by": _BY,
        "reason": text("Why."),
        "to": text("To whom."),
        "across": {"type": "boolean", "description": "True to undo past steps that can't be undone."},
        "items": {"type": "array", "items": _ANY, "description": "The items to add."},
        "refused": _REFUSED,
    }
    return {
        "acts": list_of(closed({**ACTS, **words}, "One thing that happens."), "What happens besides, in order."),
        "lasts": text_like(DURATION, "How long the run is watched at least, so that deadlines pass."),
        "expect": _expect(),
    }


def _expect() -> Schema:
    statuses = ("succeeded", "succeeded with failures", "failed", "cancelled", "undone", "waiting", "paused", "blocked")
    states = (*statuses[:1], "failed", "skipped", "cancelled", "undone", "waiting", "in doubt", "not begun")
    step = {
        "status": choice(states, "How it stands at the end."),
        "outputs": named(NAME, _ANY, "Outputs that it has, by name."),
        "answers": named(NAME, _ANY, "What was answered, by field."),
        "reason": text("A part of the reason why it failed, was skipped or cancelled."),
        "shown": text("A part of the command, or of the text that people are shown."),
        "by": text("Who did it."),
        "attempts": {"type": "integer", "minimum": 0, "description": "How often it was begun."},
    }
    message = {"step": _STEP, "says": text("A part of it.")}
    properties = {
        "status": choice(statuses, "How the run ends, or what it does at the end."),
        "reason": text("A part of the reason why it failed or was cancelled."),
        "waiting": list_of(_STEP, "The steps it waits for at the end: all of them."),
        "path": {
            "description": "The steps in the order in which they were over, all of them, as `copy` or `copy failed`.",
            "anyOf": [
                list_of(text("A step; another word than `succeeded` follows it."), "One a line."),
                text("All in one line, with commas between."),
            ],
        },
        "steps": named(
            PATH,
            {"anyOf": [choice(states, "How it stands."), closed(step, "How it stands.")], "description": "One step."},
            "How steps stand at the end, by path.",
        ),
        "never": list_of(_STEP, "Steps that never begin."),
        "outputs": named(NAME, _ANY, "Outputs of the process, by name."),
        "evidence": named(PATH, list_of(text("A piece."), "Its pieces."), "The evidence of steps, all of it."),
        "messages": list_of(closed(message, "One message."), "The messages that are sent, all of them, in order."),
        "undone": list_of(_STEP, "The steps that are undone, all of them, in order."),
        "lasts": text_like(DURATION, "How long the run takes."),
    }
    return {**closed(properties, "What is to come of it."), "minProperties": 1}
