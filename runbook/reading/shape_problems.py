"""What can be wrong with the shape of a file: the pages that `runbook explain` prints."""

from __future__ import annotations

from runbook.diagnostics import Problem

UNKNOWN_FIELD = Problem(
    "RB101",
    "unknown-field",
    """\
A field has a name that the language does not know, so nobody would ever look at its value. Often a
letter is missing, or the field stands one level too far out or in.

    - id: restart
      shel: systemctl restart web

Correct the name, or move the field to where it belongs: a kind's own fields stand under its key.
""",
)
MISSING_FIELD = Problem(
    "RB102",
    "missing-field",
    """\
A field that has to be there is not. A process needs `runbook`, `title` and `steps`, a step its `id`.

    - title: Restart the service
      shell: systemctl restart web

Add the field: `id: restart`.
""",
)
WRONG_TYPE = Problem(
    "RB103",
    "wrong-type",
    """\
A field holds a value of another sort than it takes: a number instead of text, text instead of a list,
a mapping instead of a number.

    version: 1.10       # the number 1.1, where text was meant
    critical: yes       # text, where true or false was meant

Write what the message asks for: `version: "1.10"`, `critical: true`.
""",
)
UNKNOWN_WORD = Problem(
    "RB104",
    "unknown-word",
    """\
A field takes one of a few words, and this is none of them.

    on_failure: ignore

Write one of the words that the message lists: `on_failure: continue`.
""",
)
BAD_FORM = Problem(
    "RB105",
    "wrong-form",
    """\
The text of a field does not have the form it must have, such as an id, a duration or a date.

    timeout: 10 minutes
    id: Restart Web

Write it in that form: `timeout: 10m`, `id: restart-web`.
""",
)
OUT_OF_BOUNDS = Problem(
    "RB106",
    "out-of-bounds",
    """\
A value is too small, too large, too short, too long or empty, or a mapping has too few or too many of
its fields.

    retry: {attempts: 0}
    wait: {for: 10m, until: 2026-11-22T20:00}

Stay within the bounds that the message names.
""",
)
BAD_NAME = Problem(
    "RB107",
    "unusable-name",
    """\
A name that you chose (of an input, an output, a field of a form, a role, a variable) can't be used in
expressions or in the environment.

    inputs:
      Free Space: {type: number}

Inputs, outputs and fields are lower-case letters, digits and underscores: `free_space`.
""",
)
NO_KIND = Problem(
    "RB110",
    "no-kind",
    """\
A step does not say what is done: it has no kind key.

    - id: restart
      title: Restart the service

Add one: `manual: Restart it in the console`, or `shell: systemctl restart web`.
""",
)
SEVERAL_KINDS = Problem(
    "RB111",
    "several-kinds",
    """\
A step has more than one kind key. One step does one thing; that is what its place in the record means.

    - id: restart
      shell: systemctl restart web
      wait: 30s

Make two steps of it. Only `manual`, as text, may stand beside an acting kind: how to do it by hand.
""",
)

PROBLEMS = (
    UNKNOWN_FIELD,
    MISSING_FIELD,
    WRONG_TYPE,
    UNKNOWN_WORD,
    BAD_FORM,
    OUT_OF_BOUNDS,
    BAD_NAME,
    NO_KIND,
    SEVERAL_KINDS,
)
