"""Reading who there is: the files below `operations`, and what is wrong with what they say of each other."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from runbook.diagnostics import Diagnostic, Problem, found, suggestion
from runbook.organisation import Organisation, organisation_of
from runbook.reading.layout import HOSTS, TEAMS, person_file
from runbook.source import Path, Place

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.reading.tree import Tree

UNKNOWN_PERSON = Problem(
    "RB260",
    "unknown-person",
    """\
A file about people names somebody, or a team, that nobody has described.

    # operations/people/ana.yaml
    manager: iwan

Write the id as the file in `operations/people` is called, or describe the person there, or the team in
`operations/teams.yaml`.
""",
)
SHARED_USER = Problem(
    "RB261",
    "shared-user",
    """\
Two people have the same system user. Nobody could tell who of them has acted.

    # operations/people/ana.yaml
    users: [ops]
    # operations/people/bo.yaml
    users: [ops]

Give everybody a system user of their own.
""",
)
BAD_PERIOD = Problem(
    "RB262",
    "bad-period",
    """\
A leave, or the time of a substitute, ends before it begins, or its day is none; or somebody substitutes for themselves.

    leave: [{from: 2026-04-10, to: 2026-04-07}]

Write the first day under `from` and the last one under `to`.
""",
)

PROBLEMS = (UNKNOWN_PERSON, SHARED_USER, BAD_PERIOD)


def read_people(files: Mapping[str, Json]) -> Organisation:
    """The organisation in the data of such files, by path; each is of the right shape."""
    people = {_id(path): data for path, data in sorted(files.items()) if path not in (TEAMS, HOSTS)}
    teams = files.get(TEAMS) or {}
    hosts = {"hosts": files[HOSTS]} if HOSTS in files else {}
    return organisation_of({"people": people, "teams": teams.get("teams", {}), **hosts})


def check_people(
    organisation: Organisation, trees: Mapping[str, Tree], broken: Collection[str] = ()
) -> Iterator[Diagnostic]:
    """What the files say of each other that can't be; `trees` are the documents, by path.

    Whoever is described in a file that is `broken` is there, and so may any team be while the file of teams is.
    """
    people = {*organisation.people, *(_id(path) for path in broken if path != TEAMS)}
    users: dict[str, str] = {}
    for id, person in organisation.people.items():
        tree = trees.get(person_file(id))
        if tree is None:
            continue
        yield from _unknown(tree, people, "person", _named(tree.data, "manager"))
        if TEAMS not in broken:
            yield from _unknown(tree, organisation.teams, "team", _listed(tree.data, "teams"))
        places = ((("substitutes", at, "person"), each["person"]) for at, each in _mappings(tree.data, "substitutes"))
        yield from _unknown(tree, people, "person", places)
        yield from _periods(tree, id)
        for user in person.users:
            if user in users:
                message = f"the system user `{user}` is that of `{users[user]}` as well"
                place = tree.place(("users",)) if "users" in tree.data else Place(person_file(id), 1, 1, 1, 1)
                yield found(SHARED_USER, message, "give everybody a system user of their own", place)
            users[user] = id
    teams = trees.get(TEAMS)
    for id, given in (teams.data["teams"] if teams else {}).items():
        assert teams is not None
        for at, name in (*_named(given or {}, "lead"), *_listed(given or {}, "members")):
            yield from _unknown(teams, people, "person", [(("teams", id, *at), name)])


def _unknown(
    tree: Tree, known: Collection[str], what: str, names: Iterator[tuple[Path, str]] | list[tuple[Path, str]]
) -> Iterator[Diagnostic]:
    where = "in `operations/teams.yaml`" if what == "team" else "as a file in `operations/people`"
    for at, name in names:
        if name not in known:
            help = suggestion(name, known, f"describe it {where}")
            yield found(UNKNOWN_PERSON, f"there is no {what} `{name}`", help, tree.place(at))


def _periods(tree: Tree, id: str) -> Iterator[Diagnostic]:
    for name in ("leave", "substitutes"):
        for place, each in _mappings(tree.data, name):
            if not (_is_day(each["from"]) and _is_day(each["to"])) or each["from"] > each["to"]:
                message = f"there is no time from {each['from']} to {each['to']}"
                yield found(BAD_PERIOD, message, "write the first day, then the last", tree.place((name, place)))
            if each.get("person") == id:
                message = f"`{id}` can't act for themselves"
                yield found(BAD_PERIOD, message, "name somebody else", tree.place((name, place, "person")))


def _is_day(text: str) -> bool:
    import datetime

    try:
        datetime.date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _named(data: Mapping[str, Any], name: str) -> list[tuple[Path, str]]:
    return [((name,), data[name])] if name in data else []


def _listed(data: Mapping[str, Any], name: str) -> list[tuple[Path, str]]:
    return [((name, place), each) for place, each in enumerate(data.get(name, ()))]


def _mappings(data: Mapping[str, Any], name: str) -> list[tuple[int, Mapping[str, Any]]]:
    return list(enumerate(data.get(name, ())))


def _id(path: str) -> str:
    return path.rpartition("/")[2].removesuffix(".yaml")
