"""Roles that are kept apart stay apart through every level of processes: refused at the command line."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk

ROLES = "roles: {operator: {}, ap: {not: operator}}\n"
WORK = "- {id: m, title: M, role: operator, manual: x}\n"
SIGN = "- {id: k, title: K, approval: {role: ap}}\n"
DOWN = "- {id: ch, title: Ch, process: g/%s}\n"


def process(steps: str, roles: str = ROLES) -> str:
    return f"runbook: 1\ntitle: Made\nowner: ops\n{roles}steps:\n{steps}"


LEVELS = {
    "one level up": ({"top": process(DOWN % "leaf" + SIGN), "leaf": process(WORK)}, "ch/m", "k"),
    "one level down": ({"top": process(WORK + DOWN % "leaf"), "leaf": process(SIGN)}, "m", "ch/k"),
    "two levels up": (
        {"top": process(DOWN % "mid" + SIGN), "mid": process(DOWN % "leaf"), "leaf": process(WORK)}, "ch/ch/m", "k",
    ),
    "two levels down": (
        {"top": process(WORK + DOWN % "mid"), "mid": process(DOWN % "leaf"), "leaf": process(SIGN)}, "m", "ch/ch/k",
    ),
    "through a process without roles": (
        {"top": process(WORK + DOWN % "mid"), "mid": process(DOWN % "leaf", ""), "leaf": process(SIGN)}, "m", "ch/ch/k",
    ),
    "work in a process without roles": (
        {"top": process(DOWN % "mid" + SIGN), "mid": process(DOWN % "leaf", ""),
         "leaf": process("- {id: m, title: M, manual: x}\n", "")}, "ch/ch/m", "k",
    ),
    "side by side": (
        {"top": process(DOWN % "leaf" + SIGN.replace("approval: {role: ap}", "process: g/other"), ""),
         "leaf": process(WORK), "other": process(SIGN)}, "ch/m", "k/k",
    ),
    "said by the process below alone": (
        {"top": process(DOWN % "leaf" + SIGN, "roles: {operator: {}, ap: {}}\n"), "leaf": process(WORK)}, "ch/m", "k",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("processes", "worked", "signed"), LEVELS.values(), ids=LEVELS.keys())
def test_who_did_the_work_may_not_approve_it_at_another_level(
    project: Callable[[Mapping[str, str]], Desk], processes: Mapping[str, str], worked: str, signed: str
) -> None:
    files = {f"processes/g/{name}.yaml": text for name, text in processes.items()}
    desk = project({"runbook.yaml": "runbook: 1\ntitle: Made\n", **files})
    desk.begin("g/top")
    assert desk.cli("answer", "last", worked, "done", "--by", "bob").code == 0
    before = desk.events()

    refused = desk.cli("approve", "last", signed, "--by", "bob")

    assert (refused.code, refused.out) == (2, "")
    assert "bob acts as `operator` in this run and may not act as `ap`" in refused.err
    assert desk.events() == before
    assert desk.cli("approve", "last", signed, "--by", "tom").code == 0
    assert desk.status()["status"] == "succeeded"


def test_a_quorum_that_one_login_filled_is_a_deviation(project: Callable[[Mapping[str, str]], Desk]) -> None:
    text = process("- {id: k, title: K, approval: {role: ap, quorum: 2}}\n- {id: m, title: M, manual: x}\n")
    desk = project({"runbook.yaml": "runbook: 1\ntitle: Made\n", "processes/g/top.yaml": text})
    desk.begin("g/top")
    for person in ("maria", "tom"):
        assert desk.cli("approve", "last", "k", "--by", person).code == 0

    found = desk.cli("record", "last", "--format", "json").json["deviations"]

    assert [(each["kind"], each["step"]) for each in found] == [("one-login", "k")]
    assert "The yes of tom at k came from the login of" in found[0]["text"]
    assert "as did that of maria" in found[0]["text"]
