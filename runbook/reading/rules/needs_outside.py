"""A step needs a step of another list: one inside a section, or one of `checks`, `steps` and `finally`.

Why: a section, `checks` and `finally` each have an order of their own. What needs a step inside a section has
to wait for the section as a whole.

Example:

    steps:
      - id: prepare
        title: Prepare
        section:
          steps:
            - {id: tell, title: Tell everybody, manual: Call 4711.}
      - {id: begin, title: Begin, needs: [tell], shell: ./begin}

Instead: need the section, `needs: [prepare]`, or move the step into the same list.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB203"
NAME = "needs-outside"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds needs that reach out of their list of steps."""
    for name, members in subject.lists.items():
        inside = {step.id for step in members}
        for step in members:
            if inside.issuperset(step.needs):
                continue
            for place, need in enumerate(step.needs):
                if need not in inside and need in subject.home:
                    yield Finding(
                        (*step.at, "needs", place),
                        f"`{need}` is a step of {subject.listed(subject.home[need])}, "
                        f"and `{step.id}` is one of {subject.listed(name)}",
                        _instead(subject, need, inside, name),
                    )


def _instead(subject: Subject, need: str, inside: set[str], name: str) -> str:
    around = subject.home[need]
    while not around.startswith(":"):
        if around in inside and around != name:
            return f"need the section `{around}`"
        around = subject.home[around]
    while not name.startswith(":"):
        if subject.home[name] == subject.home[need]:
            return f"write `needs: [{need}]` at the section `{name}`"
        name = subject.home[name]
    if (around, name) == (":checks", ":steps") or name == ":finally":
        return f"leave it out: {subject.listed(around)} are over before {subject.listed(name)} begin"
    return "move the step into the same list"
