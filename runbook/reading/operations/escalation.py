"""The file `operations/policies/escalation.yaml`: who is told when, as long as nobody has solved it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.operations.agreements import Agreement, agreements_of, words
from runbook.operations.calendars import calendars_of
from runbook.operations.forms import RUNG_AFTER, RUNG_AT, RUNG_TO
from runbook.operations.ladder import ACTIONS, HIERARCHICAL, POLICY, After, Around, Ladder, Share, ladders_of
from runbook.reading.operations.document import Document
from runbook.reading.operations.sla import match_schema
from runbook.reading.operations.sla_problems import UNKNOWN_CALENDAR, sound_calendars, time_problem
from runbook.reading.schema_words import ID, Schema, choice, closed, list_of, named, one_or_list, text, text_like

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

UNKNOWN_TARGET = Problem(
    "RB320",
    "unknown-escalation-target",
    """\
A rung tells somebody whom nobody has described, so it would reach nobody.

    {id: lead, at: "80% resolve", notify: ["role:team-leed"]}

Name a person, a team, a role that somebody has in `operations/people`, or a schedule of `operations/oncall`.
""",
)
NO_MANAGEMENT = Problem(
    "RB321",
    "ladder-without-management",
    """\
A ladder for critical or major items does not end with management: who acknowledges could keep them from ever hearing
of what is not solved.

    rungs: [{id: nudge, at: "50% resolve", notify: assignee}]

End it with a rung of `type: hierarchical`.
""",
    Severity.WARNING,
)
LATE_RUNG = Problem(
    "RB322",
    "late-rung",
    """\
A rung comes later than twice the target. By then nobody waits for it any more.

    {id: senior, at: "300% resolve", notify: ["role:senior-management"]}

Let it come earlier, and repeat it.
""",
    Severity.WARNING,
)
UNKNOWN_CLOCK = Problem(
    "RB323",
    "unknown-clock",
    """\
A rung names a clock that no agreement has, so it would never come; or two rungs of a ladder are called the same.

    {id: nudge, at: "50% resolv", notify: assignee}

Write the clock as `clocks` of an agreement has it.
""",
)


def schema() -> Schema:
    """The schema of the ladders."""
    repeat = {
        "every": text("After how long, such as `8h`."),
        "calendar": text_like(ID, "The calendar that is counted by; `always` when left out."),
        "max": {"type": "integer", "minimum": 1, "maximum": 20, "description": "How often at most; 5 when left out."},
    }
    rung = {
        "id": text_like(ID, "What it is called.", longest=63),
        "at": text_like(RUNG_AT, "At a share of a clock, or around its due date; `resolve` when no clock is named."),
        "after": text_like(RUNG_AFTER, "Some time after something happened, while it holds."),
        "calendar": text_like(ID, "What the time of `after` is counted by; `always` when left out."),
        "notify": one_or_list(text_like(RUNG_TO, "Whom it tells."), "Whom it tells."),
        "urgent": {"type": "boolean", "description": "True for what does not wait for the working hours of anybody."},
        "type": choice(
            ("functional", HIERARCHICAL), "To those who can act, or to management; that of the rung before by default."
        ),
        "actions": one_or_list(choice(ACTIONS, "An action."), "What else it brings with it: `open_ticket`."),
        "repeat": closed(repeat, "How it is repeated.", ("every",)),
    }
    snooze = {
        "max": text("How long at a time, such as `4h`."),
        "roles": one_or_list(text("A role."), "Who may; everybody when left out."),
        "reason": choice(("required",), "A reason is always required."),
    }
    ladder = {
        "match": match_schema("The items it is for; all when left out."),
        "rungs": {
            **list_of(closed(rung, "One rung.", ("id", "notify")), "The rungs, the lowest first."),
            "minItems": 1,
        },
        "stop_on": one_or_list(choice(("resolved", "closed", "cancelled"), "What ends it."), "What ends the ladder."),
        "snooze": closed(snooze, "How escalations may be held back."),
        "empty_target": choice(
            ("next_rung", "record"), "What a rung does that reaches nobody; the next comes at once when left out."
        ),
    }
    ladders = named(ID, closed(ladder, "One ladder.", ("rungs",)), "The ladders; the first that fits an item holds.")
    described = closed({"ladders": ladders}, "The escalation ladders.", ("ladders",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Escalation ladders", **described}


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with the ladders, given agreements, calendars and people."""
    given: Mapping[str, Any] = tree.data
    problems = list(_times(tree, given["ladders"]))
    yield from problems
    if problems:
        return
    from runbook.errors import Misuse

    try:
        agreements = agreements_of(data).agreements
    except Misuse:  # the file of service levels has mistakes of its own
        agreements = ()
    calendars = {*calendars_of(sound_calendars(data))}
    for ladder in ladders_of({POLICY: given}):
        at = ("ladders", ladder.id, "rungs")
        yield from _ends(tree, ladder)
        seen: set[str] = set()
        for place, (rung, written) in enumerate(zip(ladder.rungs, given["ladders"][ladder.id]["rungs"], strict=True)):
            if rung.id in seen:
                message = f"two rungs are called `{rung.id}`"
                yield found(UNKNOWN_CLOCK, message, "give one of them another id", tree.place((*at, place, "id")))
            seen.add(rung.id)
            for which, name in enumerate(rung.notify):
                one = isinstance(written["notify"], str)
                where = tree.place((*at, place, "notify") if one else (*at, place, "notify", which))
                if why := _unreachable(name, data, organisation):
                    yield found(UNKNOWN_TARGET, *why, where)
            names = {"calendar": rung.calendar, **({"repeat": rung.repeat.calendar} if rung.repeat else {})}
            for field, name in names.items():
                if name not in calendars:
                    where = tree.place((*at, place, field) if field == "calendar" else (*at, place, field, "calendar"))
                    help = suggestion(name, calendars, f"write it as operations/calendars/{name}.yaml")
                    yield found(UNKNOWN_CALENDAR, f"there is no calendar `{name}`", help, where)
            yield from _late(tree, (*at, place, "at"), rung.when, agreements)


def _times(tree: Tree, ladders: Mapping[str, Any]) -> Iterator[Diagnostic]:
    """What of the times can't be read, and rungs that have no time or two."""
    for id, ladder in ladders.items():
        if "max" in ladder.get("snooze", {}):
            yield from time_problem(tree, ("ladders", id, "snooze", "max"), ladder["snooze"]["max"], whole_days=False)
        for place, rung in enumerate(ladder["rungs"]):
            at = ("ladders", id, "rungs", place)
            if ("at" in rung) == ("after" in rung):
                message = f"the rung `{rung['id']}` has {'two times' if 'at' in rung else 'no time'}"
                yield found(UNKNOWN_CLOCK, message, "write either `at` or `after`", tree.place(at))
            if "every" in rung.get("repeat", {}):
                yield from time_problem(tree, (*at, "repeat", "every"), rung["repeat"]["every"], whole_days=False)


def _ends(tree: Tree, ladder: Ladder) -> Iterator[Diagnostic]:
    grave = {"critical", "major"} & {*words(ladder.match.get("severity", ("critical", "major")))}
    if grave and ladder.rungs[-1].type != HIERARCHICAL:
        message = f"the ladder `{ladder.id}` does not end with management"
        last = len(ladder.rungs) - 1
        help = "end it with a rung of `type: hierarchical`"
        yield found(NO_MANAGEMENT, message, help, tree.place(("ladders", ladder.id, "rungs", last, "id")))


def _late(
    tree: Tree, at: tuple[str | int, ...], when: Share | Around | After, agreements: tuple[Agreement, ...]
) -> Iterator[Diagnostic]:
    if isinstance(when, After):
        return
    clocks = {name for agreement in agreements for name in agreement.clocks}
    if agreements and when.clock not in clocks:
        help = suggestion(when.clock, clocks, f"use one of {', '.join(sorted(clocks))}")
        yield found(UNKNOWN_CLOCK, f"no agreement has a clock `{when.clock}`", help, tree.place(at))
        return
    targets = [
        target.seconds
        for agreement in agreements
        for each in agreement.targets.values()
        if (target := each.get(when.clock)) is not None and target.seconds
    ]
    late = when.percent > 200 if isinstance(when, Share) else bool(targets) and when.seconds > min(targets)
    if late:
        message = "the rung comes later than twice the target"
        yield found(LATE_RUNG, message, "let it come earlier, and repeat it", tree.place(at))


def _unreachable(to: str, data: Mapping[str, Json], organisation: Organisation) -> tuple[str, str] | None:
    """Why nobody can be behind a name, and what to do; None when somebody can, or nobody is described at all."""
    sort, _, name = to.rpartition(":")
    name = name.partition("+")[0]
    people = organisation.people
    match sort:
        case "oncall":
            known = {
                path.rpartition("/")[2].removesuffix(".yaml") for path in data if path.startswith("operations/oncall/")
            }
            help = f"describe it in operations/oncall/{name}.yaml"
            return None if name in known else (f"there is no schedule `{name}`", suggestion(name, known, help))
        case "channel" | "manager_of":
            return None
        case "team" if people:
            known = {*organisation.teams, *(team for person in people.values() for team in person.teams)}
            what = "is in the team"
        case "role" if people:
            known = {role for person in people.values() for role in person.roles} | {"team-lead"}
            what, name = "has the role", name.replace("_", "-")
        case "" if people and to not in ("assignee", "requester"):
            known = {*people}
            what = "is called"
        case _:
            return None
    if name in known:
        return None
    return f"nobody {what} `{name}`", suggestion(name, known, "name one that there is, see `runbook who`")


DOCUMENT = Document(
    name="escalation",
    pattern=POLICY.replace(".", r"\."),
    schema=schema,
    check=check,
    problems=(UNKNOWN_TARGET, NO_MANAGEMENT, LATE_RUNG, UNKNOWN_CLOCK),
)
