"""A quote in a script is opened and never closed.

Why: the shell refuses to read the script, so the step fails before it has done anything.

Example:

    shell: echo 'It's done'

Instead: close it, or use the other sort of quotes: `echo "It's done"`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB249"
NAME = "open-script-quote"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds scripts without values whose quotes do not match; those with values are read in full anyway."""
    for at, program in subject.programs:
        script = getattr(program, "script", None)
        if script is None or "{{" in script.source:
            continue
        if script.source.count("'") % 2 or script.source.count('"') % 2:
            from runbook.scripts import open_quote

            place = open_quote(script.source)
            if place is not None:
                path = (*at, "run") if isinstance(subject.at(at), dict) else at
                yield Finding(path, "the quote opened here is never closed", "close it", offset=place)
