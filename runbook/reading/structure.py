"""What a YAML text may be built of: one document of plain data with text keys, within limits."""

from __future__ import annotations

from runbook.diagnostics import Diagnostic, Problem, found
from runbook.source import Place

MAX_DEPTH = 32
"""How deep lists and mappings may stand inside each other."""

MAX_NODES = 50_000
"""How many values and keys a file may hold."""

MAX_EXPANDED = 100_000
"""How many values and keys there may be once every alias is replaced by what it stands for."""

MAX_ALIASES = 200
"""How many aliases a file may hold."""

MAX_SCALAR = 256 * 1024
"""How many characters one text may have."""

MAX_REPEATED = 4 * 1024 * 1024
"""How many characters aliases may repeat."""

EMPTY = Problem(
    "RB020",
    "empty-file",
    """\
There is nothing in the file, or nothing but comments.

    # to be written

Write at least what every file of its sort needs: for a process `runbook: 1`, `title`, `owner` and `steps`.
""",
)
SEVERAL_DOCUMENTS = Problem(
    "RB021",
    "several-documents",
    """\
A line `---` begins a second document in the same file. One file holds one process.

    title: First
    ---
    title: Second

Put the second one in a file of its own. Inside a text, indent the `---`.
""",
)
DUPLICATE_KEY = Problem(
    "RB022",
    "duplicate-key",
    """\
A key stands twice in the same mapping. Most readers keep the last one and say nothing, so that one of
the two values is silently lost.

    timeout: 5m
    timeout: 10m

Keep the one that is meant.
""",
)
NOT_TEXT_KEY = Problem(
    "RB023",
    "key-not-text",
    """\
A key is a number, `true`, `null`, an alias, a list or a mapping. Keys are text. A `{{ ... }}` without
quotes is such a case too: in YAML it is a mapping inside of a mapping.

    1: first step
    host: {{ inputs.host }}

Put quotes around it: `"1": first step`, `host: "{{ inputs.host }}"`.
""",
)
MERGE_KEY = Problem(
    "RB024",
    "merge-key",
    """\
`<<` merges another mapping into this one in old versions of YAML, and is an ordinary key in new ones.

    retry: {<<: *usual, attempts: 5}

Write the fields out, or give the whole mapping by an alias: `retry: *usual`.
""",
)
UNKNOWN_ALIAS = Problem(
    "RB025",
    "unknown-alias",
    """\
An alias (`*name`) stands for a value that was marked with `&name` earlier in the file, and there is none.

    shell: *.log

Mark the value with `&name` before it is used. Text that begins with `*` needs quotes: `"*.log"`.
""",
)
RECURSIVE_ALIAS = Problem(
    "RB026",
    "recursive-alias",
    """\
An alias stands inside the very value that it stands for, so that the value would never end.

    steps: &all
      - section: {steps: *all}

Write the inner part out.
""",
)
TOO_DEEP = Problem(
    "RB027",
    "too-deep",
    """\
Lists and mappings stand inside each other more than 32 levels deep. People lose their way long before.

    a: [[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[ ]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]]

Move the inner part into a process of its own and use it with `process:`.
""",
)
TOO_MANY = Problem(
    "RB028",
    "too-many-values",
    """\
The file holds more than 50,000 values, or more than 200 aliases, or more than 100,000 values (4 MiB of
text) once every alias is replaced by what it stands for. Small files can be written that way which fill
a machine's memory.

    b: [*a, *a, *a, *a, *a, *a, *a, *a, *a]

Split the process, or move data into a file that a step reads.
""",
)
TOO_LONG = Problem(
    "RB029",
    "too-long-text",
    """\
One text has more than 262,144 characters (256 KiB).

    shell: |
      base64 -d <<'EOF' ...

Move it into a file of the project, and let the step use that.
""",
)

PROBLEMS = (
    EMPTY,
    SEVERAL_DOCUMENTS,
    DUPLICATE_KEY,
    NOT_TEXT_KEY,
    MERGE_KEY,
    UNKNOWN_ALIAS,
    RECURSIVE_ALIAS,
    TOO_DEEP,
    TOO_MANY,
    TOO_LONG,
)


def too_deep(place: Place) -> Diagnostic:
    """The finding for a level where nobody can follow."""
    message = f"lists and mappings stand inside each other more than {MAX_DEPTH} levels deep"
    return found(TOO_DEEP, message, "move the inner part into a process of its own", place)
