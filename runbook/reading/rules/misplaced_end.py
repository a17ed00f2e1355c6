"""A step ends the process where it is ending already, or in what is done about another step.

Why: in `finally`, and in the `on_failure` and `on_cancel` of the process, it would change how the process has ended
already: a run that failed could end well. In what is done about a step (under `on_failure`, `on_cancel`, `due`, or
before another attempt) what follows is said by the step itself.

Example:

    - id: look
      title: Look whether there is anything to do
      shell: ./look
      on_failure:
        do: [{id: nothing, title: There is nothing to do, end: succeeded}]

Instead: let the way go on, and let an `end` step that asks for the failure follow.

    - {id: look, title: Look whether there is anything to do, critical: false, shell: ./look}
    - {id: nothing, title: There is nothing to do, when: steps.look.status == 'failed', end: succeeded}
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB252"
NAME = "misplaced-end"

_INSTEAD = {
    "on_failure": "let the run go on (`then: continue`), and an `end` with `when: steps.{0}.status == 'failed'` follow",
    "on_cancel": "let an `end` with `when: steps.{0}.status == 'cancelled'` follow `{0}`",
    "before_retry": "leave it out, and say in `on_failure` what follows when no attempt has worked",
    "due": "let a `decision` with an option for `after` lead to the `end`",
}


def check(subject: Subject) -> Iterator[Finding]:
    """Finds steps of the kind `end` where the process can't be ended."""
    for name, members in subject.lists.items():
        for step in members:
            if step.kind == "end" and (place := _place(subject, name)):
                owner, _, handler = place.partition(":")
                help = _INSTEAD[handler].format(owner) if owner else "leave it out: the process ends after these steps"
                message = f"`{step.id}` can't end the process in {subject.listed(place)}"
                yield Finding((*step.at, "end"), message, help, key=True)


def _place(subject: Subject, name: str) -> str:
    """The list around, at any depth, in which no process can be ended; empty when there is none."""
    while ":" not in name:
        name = subject.home[name]
    return "" if name in (":steps", ":checks") else name
