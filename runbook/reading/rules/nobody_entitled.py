"""Fewer people may act than have to.

Why: an approval that needs three different people can't come from a role that two may play, and a role with an
empty list of people can be played by nobody. Where the people are described
(`operations/people`), each approval has to be possible also when those who are left out of it (`starter`,
`implementer`, another role) are among those who may give it.

Example:

    roles:
      approver: {people: [maria, tom]}
    steps:
      - {id: go-ahead, title: Approve it, approval: {role: approver, quorum: 3}}

Instead: add people to the role, or lower the quorum. Leave `people` out when everybody may play the role.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.clauses import Role
from runbook.definition import Step
from runbook.reading.roles import ROLELESS, players
from runbook.reading.rule import Finding, Subject

CODE = "RB221"
NAME = "nobody-entitled"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds roles that nobody may play, and approvals and verifiers that need more people than there are."""
    roles = subject.process.roles
    for name, role in roles.items():
        given = subject.at(("roles", name))
        if given and given.get("people") == []:
            message = f"nobody may play the role `{name}`: its list of people is empty"
            yield Finding(("roles", name, "people"), message, "name somebody, or leave `people` out", key=True)
        elif subject.organisation and players(subject, role) == set():
            message = f"nobody may play the role `{name}`: none of the people there are has what it asks for"
            yield Finding(("roles", name), message, "ask for less, or describe somebody who has it", key=True)
    for step in subject.every:
        if step.kind == "approval":
            for name in step.spec.roles:
                if name in roles:
                    yield from _too_few(subject, step, roles[name])
        elif step.verifier in roles:
            fit, doing = players(subject, roles[step.verifier]), _players_of(subject, step)
            if fit is not None and len(fit) == 1 and (doing is None or doing & fit):
                message = f"`{step.id}` may be done by the only one who could confirm it: {next(iter(fit))}"
                yield Finding((*step.at, "verifier"), message, "let more people confirm it", key=True)


def _players_of(subject: Subject, step: Step) -> set[str] | None:
    name = step.role or next(iter(subject.process.roles), "")
    return players(subject, subject.process.roles.get(name, Role(name)))


def _too_few(subject: Subject, step: Step, role: Role) -> Iterator[Finding]:
    fit = players(subject, role)
    if fit is None or (not fit and subject.organisation):
        return
    left = len(fit) - _left_out(subject, step, role, fit)
    needed = step.spec.needed(len(fit))
    if left < needed:
        worst = " in the worst case" if subject.organisation and left < len(fit) else ""
        yield Finding(
            (*step.at, "approval", *_quorum(subject, step)),
            f"`{step.id}` needs {needed} different people, and `{role.name}` can be {left}{worst}",
            f"add people to the role `{role.name}`, or lower the quorum",
            key=True,
        )


def _quorum(subject: Subject, step: Step) -> tuple[str, ...]:
    own = subject.given(step)["approval"]
    return ("quorum",) if isinstance(own, dict) and own.get("quorum", 1) != 1 else ()


def _left_out(subject: Subject, step: Step, role: Role, fit: set[str]) -> int:
    """How many of those who may approve can't, because they act elsewhere."""
    roles = subject.process.roles
    excluding = [each.name for each in roles.values() if role.name in each.excludes]
    others = {each for each in (*step.excludes, *role.excludes, *excluding) if each != role.name}
    if not subject.organisation:
        played = _surely_played(subject)
        alone = [set(roles[each].people) for each in others if each in played and len(roles[each].people) == 1]
        return len(fit & set().union(*alone))
    first = next(iter(roles), "")
    worst, surely = 0, set[str]()
    for other in sorted(others):
        name = first if other in ROLELESS else other
        playing = players(subject, roles[name]) if name in roles else None
        if playing is not None and len(playing) == 1:
            surely |= playing & fit
        elif playing is None or playing & fit:
            worst += 1
    return min(len(fit), worst + len(surely))


def _surely_played(subject: Subject) -> set[str]:
    """The roles in which somebody has to act, whichever way the run goes."""
    roles = subject.process.roles
    if not roles or subject.decisions:
        return set()
    steps = [step for step in subject.every if step.when is None and subject.home[step.id].startswith(":")]
    acted = [step for step in steps if subject.kinds[step.kind].acts or subject.kinds[step.kind].answer]
    return {step.role or next(iter(roles)) for step in acted} & set(roles)
