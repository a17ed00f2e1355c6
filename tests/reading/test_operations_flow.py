"""Boards, schedules, capacity and priority as they are read: what is wrong with their files, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runbook.kinds import builtin
from runbook.reading.library import read_library

COLUMNS = [
    {"id": "inbox", "state": "new"},
    {"id": "ready", "state": "committed", "wip": 8},
    {"id": "doing", "state": "active", "wip": 5},
    {"id": "done", "state": "finished"},
]
LAYER = {"id": "primary", "rotate": ["ana", "bo"], "every": "1w", "handoff": "Mon 09:00", "start": "2026-03-16"}
FILES: dict[str, Any] = {
    "teams": {"teams": {"infra": {"members": ["ana"]}, "desk": {}}},
    "people/ana": {
        "roles": ["engineer"],
        "allocation": "80%",
        "calendar": "office",
        "phone": "+49 30 1",
        "location": "berlin",
    },
    "people/bo": {"contact": "@bo:chat.example.org"},
    "boards/infra": {"teams": ["infra"], "columns": COLUMNS},
    "oncall/infra": {"timezone": "Europe/Berlin", "teams": ["infra"], "layers": [LAYER]},
    "policies/capacity": {"planned_days_target": 2.0, "rates": {"engineer": 80}},
    "policies/priority": {"raise_at": ["50%", "80%"]},
}


def found(**files: Any) -> list[str]:
    """What validate says of a project with these files below `operations`, `people__ana` being `people/ana`."""
    given = {**FILES, **{name.replace("__", "/"): data for name, data in files.items()}}
    contents = {f"operations/{name}.yaml": json.dumps(data) for name, data in given.items() if data is not None}
    contents |= {"runbook.yaml": "runbook: 1\ntitle: T"}
    library = read_library({path: text.encode() for path, text in contents.items()}, builtin())
    return [f"{each.place.file.partition('/')[2]}: {each.rule}: {each.message}" for each in library.diagnostics]


def board(columns: list[dict[str, Any]] = COLUMNS, **more: Any) -> dict[str, Any]:  # type: ignore[assignment]
    return {"boards__infra": {"teams": ["infra"], "columns": columns, **more}}


def layer(**more: Any) -> dict[str, Any]:
    return {"oncall__infra": {"layers": [{**LAYER, **more}]}}


def override(**more: Any) -> dict[str, Any]:
    given = {"person": "bo", "from": "2026-04-07T09:00", "to": "2026-04-10T17:00", **more}
    return {"oncall__infra": {"layers": [LAYER], "overrides": [given]}}


def test_a_department_that_fits_together_is_fine() -> None:
    assert found() == []
    assert found(**override(person=None)) == []


LANES = [{"id": "rest"}, {"id": "urgent", "match": {"class": "expedite"}}]


@pytest.mark.parametrize(
    ("files", "says"),
    [
        (board([*COLUMNS, COLUMNS[3]]), "bad-board: there is another `done` before it"),
        (board([COLUMNS[1], COLUMNS[0], *COLUMNS[2:]]), "`inbox` is new, and stands after a column that is committed"),
        (board([*COLUMNS[:2], COLUMNS[3]]), "bad-board: no column is `active`"),
        (board(COLUMNS[:3]), "bad-board: no column is `finished`"),
        (board(started_at="inbox"), "bad-board: `inbox` is no column that is committed or active"),
        (board(finished_at="dome"), "bad-board: `dome` is no column that is finished"),
        (board(swimlanes=LANES), "bad-board: nothing comes into `urgent`, as `rest` before it takes everything"),
        (
            board(limits={"class": {"expedited": {"wip": 1}}}),
            "there is no class of service, and no kind of item, `expedited`",
        ),
        (board(aging={"bands": [85, 50]}), "bad-board: the bands do not rise"),
        (board(teams=["infar"]), "unknown-team: there is no team `infar`"),
        (board([{**COLUMNS[0], "wip": 0}, *COLUMNS[1:]]), "boards/infra.yaml"),
        (board(limits={"board": "many"}), "boards/infra.yaml"),
        (
            {"boards__all": {"teams": ["infra"], "columns": COLUMNS}},
            "team-on-two-boards: the team `infra` is on the board `all` as well",
        ),
        (layer(rotate=["ana", "zoe"]), "oncall/infra.yaml: unknown-person: there is no person `zoe`"),
        (layer(rotate=[]), "oncall/infra.yaml"),
        (layer(start="2026-02-30"), "bad-rotation: there is no day `2026-02-30`"),
        (layer(every="10d"), "bad-rotation: turns of 10d do not end on the same day of the week"),
        (layer(every="0w"), "oncall/infra.yaml"),
        (layer(handoff="Monday 9"), "oncall/infra.yaml"),
        (layer(calendar="nights"), "bad-rotation: there is no calendar `nights`"),
        ({"oncall__infra": {"layers": [LAYER, LAYER]}}, "bad-rotation: there is another `primary` before it"),
        ({"oncall__infra": {"timezone": "Europe/Berlim", "layers": [LAYER]}}, "there is no time zone `Europe/Berlim`"),
        (override(person="zoe"), "unknown-person: there is no person `zoe`"),
        (override(to="2026-04-07T09:00"), "bad-rotation: there is no time from 2026-04-07T09:00 to 2026-04-07T09:00"),
        (override(to="2026-02-30T09:00"), "bad-rotation: there is no time `2026-02-30T09:00`"),
        ({"policies__priority": {"raise_at": ["50%", "100%"]}}, "bad-raise: priority does not rise at 100%"),
        ({"policies__priority": {"raise_at": ["50%", "50%"]}}, "bad-raise: priority rises there already"),
        ({"policies__capacity": {"rates": {"engeneer": 80}}}, "unused-rate: nobody is `engeneer`"),
        ({"policies__capacity": {"planned_days_target": 8}}, "policies/capacity.yaml"),
        (
            {"people__bo": {"calendar": "offic"}},
            "people/bo.yaml: unknown-calendar-of-person: there is no calendar `offic`",
        ),
        (board(limits={"person": {"default": 2, "of": {"zoe": 1}}}), "unknown-person: there is no person `zoe`"),
        (board(blocked={"check_every": "soon"}), "boards/infra.yaml"),
        (board(replenish={"when": "0 9 * * 1"}), "boards/infra.yaml"),
        ({"people__ana": {"roles": ["engineer"], "allocation": "180%"}, "policies__capacity": None}, "people/ana.yaml"),
    ],
)
def test_what_is_wrong_is_found(files: dict[str, Any], says: str) -> None:
    (only,) = found(**files)

    assert says in only


def test_what_people_say_of_their_time_is_theirs() -> None:
    contents = {f"operations/{name}.yaml": json.dumps(data).encode() for name, data in FILES.items()}
    library = read_library({**contents, "runbook.yaml": b"runbook: 1\ntitle: T"}, builtin())
    people = library.organisation.people

    assert (people["ana"].allocation, people["ana"].calendar, people["ana"].location) == (80, "office", "berlin")
    assert (people["bo"].allocation, people["bo"].contact, people["bo"].phone) == (100, "@bo:chat.example.org", "")
