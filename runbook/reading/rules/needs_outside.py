"""A step needs, or names, a step of another list: one inside a section, or one of `checks`, `steps` and `finally`.

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

from runbook.definition import Step
from runbook.reading.rule import Finding, Subject

CODE = "RB203"
NAME = "needs-outside"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds needs that reach out of their list of steps."""
    for name, members in subject.lists.items():
        inside = {step.id for step in members}
        for step in members:
            yield from _reaching(subject, step, inside)
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


def _reaching(subject: Subject, step: Step, inside: set[str]) -> Iterator[Finding]:
    """Other fields that name steps of another list."""
    for place, id in enumerate(step.flow.before):
        if id in subject.home and id not in inside:
            message = f"`{id}` is a step of {subject.listed(subject.home[id])}, not of the list of `{step.id}`"
            yield Finding((*step.at, "before", place), message, "name a step of the same list")
    for place, id in enumerate(step.flow.cancels):
        if id in subject.home and not _reaches(subject, step.id, id):
            yield Finding((*step.at, "cancels", place), *_unreached(subject, step.id, id))


def _unreached(subject: Subject, id: str, other: str) -> tuple[str, str]:
    """Why a step can't withdraw another one, and what to write instead."""
    if id == other:
        return f"`{id}` can't withdraw itself", "leave it out: it is over when it is done"
    around = subject.home[id]
    while owner := subject.around(around):
        if owner == other:
            return f"`{id}` can't withdraw `{other}`, which it is inside of", "name the other steps, one by one"
        around = subject.home[owner]
    return f"`{id}` can't withdraw `{other}`, which is inside of another step", "name the step around it"


def _reaches(subject: Subject, id: str, other: str) -> bool:
    """True when the other step stands in the same list, or in one around it, and is not around it itself."""
    name = subject.home[id]
    while name != subject.home[other]:
        id = subject.around(name)
        if not id:
            return False
        name = subject.home[id]
    return id != other


def _at_section(need: str, name: str) -> str:
    return f"write `needs: [{need}]` at the section `{name}`"


def _instead(subject: Subject, need: str, inside: set[str], name: str) -> str:
    around = subject.home[need]
    while owner := subject.around(around):
        if owner in inside and around != name:
            return f"need the step `{owner}`" if ":" in around else f"need the section `{owner}`"
        around = subject.home[owner]
    while owner := subject.around(name):
        if owner == need:
            return f"leave it out: the steps here begin when `{need}` has"
        if subject.home[owner] == subject.home[need]:
            return f"write `needs: [{need}]` at `{owner}`" if ":" in name else _at_section(need, name)
        name = subject.home[owner]
    if (around, name) == (":checks", ":steps") or name == ":finally":
        return f"leave it out: {subject.listed(around)} are over before {subject.listed(name)} begin"
    return "move the step into the same list"
