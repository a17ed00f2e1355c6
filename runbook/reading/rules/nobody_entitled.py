"""Fewer people may act than have to.

Why: an approval that needs three different people can't come from a role that two may play, and a role with an
empty list of people can be played by nobody.

Example:

    roles:
      approver: {people: [maria, tom]}
    steps:
      - {id: go-ahead, title: Approve it, approval: {role: approver, quorum: 3}}

Instead: add people to the role, or lower the quorum. Leave `people` out when everybody may play the role.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB221"
NAME = "nobody-entitled"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds roles that nobody may play, and approvals that need more people than there are."""
    roles = subject.process.roles
    for name in roles:
        given = subject.at(("roles", name))
        if given and given.get("people") == []:
            message = f"nobody may play the role `{name}`: its list of people is empty"
            yield Finding(("roles", name, "people"), message, "name somebody, or leave `people` out", key=True)
    played = _surely_played(subject)
    for step in subject.every:
        if step.kind != "approval" or (role := roles.get(step.role or "")) is None:
            continue
        people = set(role.people)
        excluding = [each.name for each in roles.values() if role.name in each.excludes]
        for other in (*step.excludes, *role.excludes, *excluding):
            if other in played and other != role.name and len(roles[other].people) == 1:
                people -= set(roles[other].people)
        if role.people and len(people) < step.spec.quorum:
            yield Finding(
                (*step.at, "approval", "quorum") if step.spec.quorum > 1 else (*step.at, "approval"),
                f"`{step.id}` needs {step.spec.quorum} different people, and `{step.role}` can be {len(people)}",
                f"add people to the role `{step.role}`, or lower the quorum",
                key=True,
            )


def _surely_played(subject: Subject) -> set[str]:
    """The roles in which somebody has to act, whichever way the run goes."""
    roles = subject.process.roles
    if not roles or subject.decisions:
        return set()
    steps = [step for step in subject.every if step.when is None and subject.home[step.id].startswith(":")]
    acted = [step for step in steps if subject.kinds[step.kind].acts or subject.kinds[step.kind].answer]
    return {step.role or next(iter(roles)) for step in acted} & set(roles)
