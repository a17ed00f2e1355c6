"""What processes give and take has to fit together; what does not is told with what to do."""

from __future__ import annotations

from typing import Any

import pytest

from runbook.definition import Process
from runbook.kinds import builtin
from runbook.operations.catalogue import circle, department_of, needed_by, same_word, services_of
from runbook.operations.interfaces import Parties, Promises, gaps_of, seconds_of
from runbook.operations.promises import agreements, promises_of
from runbook.operations.scope import Asked, drift_of, entry_of, scope_of
from runbook.reading.build import build_process

KINDS = builtin()
DATA: dict[str, Any] = {
    "operations/department.yaml": {
        "id": "it-support",
        "owner": "ana",
        "customers": ["atlas-project", {"id": "finance", "needs": [{"name": "monthly report", "within": "4h"}]}],
        "suppliers": ["tape-vendor"],
        "in_scope": ["servers", "backups", "phones"],
        "out_of_scope": [{"what": "application code defects", "route_to": "jira:ATLAS"}, "private devices"],
    },
    "operations/services/backup.yaml": {"owner": "bo", "tier": 1, "depends_on": ["storage"]},
    "operations/services/storage.yaml": {"tier": 2},
    "operations/services/hosting.yaml": {"depends_on": ["storage"], "scope": ["servers"]},
}


def process(id: str, **data: Any) -> Process:
    """A process that is only listed."""
    return build_process(id, f"processes/{id}.yaml", {"title": id, "owner": "bo", **data}, KINDS)


def parties(*processes: Process, data: dict[str, Any] = DATA, people: tuple[str, ...] = ("storage-team",)) -> Parties:
    """Everybody there is."""
    found = {each.id: each for each in processes}
    return Parties(department_of(data), services_of(data), found, frozenset(people))


def told(found: Parties, promises: Promises = Promises()) -> list[tuple[str, str, str, str]]:  # noqa: B008
    """The gaps in words, without those of the finance department."""
    gaps = gaps_of(found, promises)
    return [(each.sort.value, each.owner, each.name, each.why) for each in gaps if each.owner != "finance"]


def gives(name: str, to: str = "", within: str = "") -> dict[str, Any]:
    given = {"name": name, "to": to, "within": within}
    return {"interfaces": {"outputs": [{word: value for word, value in given.items() if value}]}}


def takes(name: str, from_: str = "", within: str = "") -> dict[str, Any]:
    given = {"name": name, "from": from_, "within": within}
    return {"interfaces": {"inputs": [{word: value for word, value in given.items() if value}]}}


def test_customers_teams_and_suppliers_are_believed() -> None:
    given = process("backup/a", **gives("report", "atlas-project"))
    to_team = process("backup/b", **gives("list", "storage-team"))
    taken = process("backup/c", **takes("tapes", "tape-vendor"))

    assert told(parties(given, to_team, taken)) == []


def test_outputs_that_nobody_consumes_and_inputs_that_nobody_supplies() -> None:
    found = parties(
        process("backup/a", **gives("report")),
        process("backup/b", **gives("report", "sales")),
        process("backup/c", **gives("report", "hosting/d")),
        process("hosting/d", **takes("Set list", "backup")),
        process("hosting/e", **takes("set list")),
        process("hosting/f", **takes("set list", "moon")),
    )

    assert told(found) == [
        ("nobody takes it", "backup/a", "report", "it says nobody who takes it"),
        ("nobody takes it", "backup/b", "report", "nobody knows `sales`"),
        ("nobody takes it", "backup/c", "report", "`hosting/d` does not name it among its inputs"),
        ("nobody gives it", "hosting/d", "Set list", "`backup` does not name it among its outputs"),
        ("nobody gives it", "hosting/e", "set list", "it says nobody who gives it"),
        ("nobody gives it", "hosting/f", "set list", "nobody knows `moon`"),
    ]


def test_two_processes_that_name_each_other_have_no_gap() -> None:
    found = parties(
        process("backup/a", **gives("Reports", "hosting/d", "4h")),
        process("hosting/d", **takes("report", "backup/a", "1bd")),
    )

    assert told(found) == []


def test_what_comes_later_than_it_is_needed() -> None:
    found = parties(
        process("backup/a", **gives("report", "hosting/d", "1bd")),
        process("hosting/d", **takes("report", "backup/a", "4h")),
    )

    why = "it comes within 1bd, and `hosting/d` needs it within 4h"
    assert told(found) == [("slower than needed", "backup/a", "report", why)]


def test_an_agreement_that_is_slower_than_what_is_promised() -> None:
    found = parties(process("backup/a", service="backup", **gives("report", "atlas-project", "4h")))
    promises = Promises(to_customers=lambda service: 72 * 3600 if service == "backup" else None)

    why = "the service `backup` may take 3 d, and 4h are promised"
    assert told(found, promises) == [("slower than needed", "backup/a", "report", why)]


def test_parts_that_take_longer_than_the_whole() -> None:
    sum_ = {"inputs": [{"name": "disk", "from": "storage-team", "within": "3h"}, {"name": "key", "from": "hosting/k"}]}
    found = parties(
        process(
            "backup/a", interfaces={**sum_, "outputs": [{"name": "server", "to": "atlas-project", "within": "4h"}]}
        ),
        process("hosting/k", **gives("key", "backup/a", "2h")),
    )
    inside = {"storage": 6 * 3600.0}
    promises = Promises(lambda service: 4 * 3600.0 if service == "hosting" else None, inside.get)

    assert told(found, promises) == [
        (
            "parts slower than the whole",
            "backup/a",
            "server",
            "what it waits for may take 5 h one after the other, and 4h are promised",
        ),
        ("parts slower than the whole", "hosting", "Hosting", "`storage` may take 6 h together, and 4 h are agreed"),
    ]


@pytest.mark.parametrize(
    ("given", "why"),
    [
        ({}, "no process gives it to `finance`"),
        (gives("monthly report", "finance"), "`finance` needs it within 4h, and no time is promised"),
        (gives("monthly report", "finance", "1d"), "it comes within 1d, and `finance` needs it within 4h"),
        (gives("Monthly reports", "finance", "4h"), ""),
    ],
)
def test_what_customers_need_is_held_beside_what_is_promised(given: dict[str, Any], why: str) -> None:
    gaps = gaps_of(parties(process("backup/a", **given)))

    assert [gap.why for gap in gaps] == ([why] if why else [])


def test_times_are_compared_as_seconds() -> None:
    assert [seconds_of(each) for each in ("30m", "4h", "2bh", "1bd", "1d")] == [1800, 14400, 7200, 86400, 86400]


def test_services_that_depend_on_each_other_in_a_circle() -> None:
    round_ = {"a": ["b"], "b": ["c", "x"], "c": ["d"], "d": ["b"], "x": []}
    services = services_of({f"operations/services/{id}.yaml": {"depends_on": on} for id, on in round_.items()})

    assert circle(services) == ("b", "c", "d")
    assert circle(services_of(DATA)) == ()
    assert circle(services_of({"operations/services/a.yaml": {"depends_on": ["a"]}})) == ("a",)


def test_what_stops_with_a_service() -> None:
    assert needed_by("storage", services_of(DATA)) == ("backup", "hosting")


def test_words_that_mean_one_thing() -> None:
    assert same_word("Backups", "backup")
    assert same_word("office network", "office-networks")
    assert not same_word("backup", "restore")


def test_what_is_in_scope_is_covered_by_services_groups_and_tags() -> None:
    listed = {
        each.id: entry_of(each)
        for each in (
            process("backup/a", service="backup"),
            process("web/b", tags=["servers"]),
            process("misc/c", service="gone"),
        )
    }

    found = scope_of(department_of(DATA), services_of(DATA), listed, {})

    assert [(each.what, each.services, each.processes) for each in found.covered] == [
        ("servers", ("hosting",), ("web/b",)),
        ("backups", ("backup",), ("backup/a",)),
        ("phones", (), ()),
    ]
    assert found.gaps == ("phones",)
    assert [(each.service.id, each.processes) for each in found.offered] == [
        ("backup", ("backup/a",)),
        ("storage", ()),
        ("hosting", ()),
    ]
    assert found.without_service == ("misc/c", "web/b")


def test_work_outside_of_the_catalogue_is_counted_by_what_it_is_about() -> None:
    asked = [
        Asked("INC-1", "Defect in the application", scope="out", opened_at=50, seconds=600),
        Asked("INC-2", "Application crashes", scope="out", opened_at=60, seconds=300),
        Asked("REQ-3", "Set up a phone", opened_at=70),
        Asked("REQ-4", "set up a phones", opened_at=80),
        Asked("REQ-5", "Set up a phone", opened_at=1),
        Asked("REQ-6", "Restore a file", process="backup/a", opened_at=80),
    ]

    found = drift_of(asked, department_of(DATA), since=50)

    assert [(each.what, each.out, each.count, each.seconds, each.items) for each in found] == [
        ("application code defects", True, 2, 900, ("INC-1", "INC-2")),
        ("Set up a phone", False, 2, 0, ("REQ-3", "REQ-4")),
    ]


POLICY: dict[str, Any] = {
    "agreements": [
        {
            "id": "default",
            "clocks": {"resolve": {"start": "opened", "stop": "resolved"}},
            "targets": {"moderate": {"resolve": {"in": "72h"}}, "critical": {"resolve": {"in": "24h"}}},
        },
        {
            "id": "storage-team",
            "type": "ola",
            "match": {"service": "storage"},
            "clocks": {"resolve": {"start": "opened", "stop": "resolved"}},
            "targets": {"moderate": {"resolve": {"in": "4bd"}}},
        },
    ]
}


def test_what_is_promised_comes_from_the_agreements() -> None:
    services = services_of(DATA)

    promises = promises_of({**DATA, "operations/policies/sla.yaml": POLICY}, services)

    assert [promises.to_customers(each) for each in ("backup", "gone")] == [72 * 3600, None]
    assert [promises.inside(each) for each in ("storage", "network")] == [4 * 86400, None]
    gaps = gaps_of(parties(process("a/b", **gives("monthly report", "finance", "4h"))), promises)
    assert [(gap.owner, gap.why) for gap in gaps] == [
        ("backup", "`storage` may take 4 d together, and 3 d are agreed"),
        ("hosting", "`storage` may take 4 d together, and 3 d are agreed"),
    ]


def test_without_a_policy_nothing_is_promised_and_the_usual_agreement_holds() -> None:
    assert promises_of(DATA, services_of(DATA)).to_customers("backup") is None
    assert "default" in agreements(DATA)
    assert agreements({"operations/policies/sla.yaml": POLICY}) == {"default"}
