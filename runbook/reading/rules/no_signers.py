"""A process wants answers to be signed, and the project knows nobody's key.

Why: a signature is checked by the keys in `operations/allowed_signers` of the project. Without that file, or with no
key in it, every answer to such a step is refused, and a run would stand still there.

Example:

    # no file operations/allowed_signers
    steps:
      - {id: go, title: Let them out, signed: true, manual: Open the door.}

Instead: write a line for each person who signs into `operations/allowed_signers`, or leave `signed` out.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB275"
NAME = "no-signers"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds `signed` where no key is known; nothing where nobody has looked for keys."""
    if subject.signers is not False:
        return
    message = "nobody could sign: `operations/allowed_signers` is not there, or has no key in it"
    help = "write a line there for each person: their id, the key's type and the public key"
    if subject.process.signed:
        yield Finding(("signed",), message, help, key=True)
        return
    for step in subject.every:
        if step.signed:
            yield Finding((*step.at, "signed"), message, help, key=True)
