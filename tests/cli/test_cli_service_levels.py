"""Service levels at the command line: when something is due, why, tests of it, reports, restating, and the doctor."""

from __future__ import annotations

import datetime
import http.server
import json
import subprocess
import threading
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from runbook import app
from runbook.engine.identity import system_user
from runbook.operations import commands as c
from runbook.operations.seconds import instant_of
from runbook.operations.shipped_policy import SHIPPED
from tests.cli.conftest import Desk
from tests.operations.vectors import berlin
from tests.security.sets.shown import HOSTILE, RAW

OFFICE = """\
# When we are there.
title: Office
timezone: Europe/Berlin
hours: {mon-fri: ["09:00-17:00"]}
holidays: {2026-04-03: Karfreitag, 2026-04-06: Ostermontag}
"""
EASTER = """\
- name: a weekend, around the clock
  given: {severity: moderate, opened: "2026-03-27T18:00+01:00"}
  expect: {resolve.due: "2026-03-30T19:00+02:00"}
- given: {severity: major, opened: "2026-04-02T15:30+02:00"}
  expect: {resolve.due: "2026-04-08T15:30+02:00", respond.due: "2026-04-07T09:30+02:00"}
"""
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: T\n",
    "operations/calendars/office.yaml": OFFICE,
    "operations/policies/sla.yaml": json.dumps(SHIPPED),
    "operations/tests/sla/easter.yaml": EASTER,
    "operations/people/ana.yaml": "name: Ana\nmanager: ivan\n",
    "operations/people/ivan.yaml": "name: Ivan\n",
}
Make = Callable[[Mapping[str, str]], Desk]


@pytest.fixture
def made(project: Make) -> Desk:
    """A project with service levels, and nothing opened yet."""
    return project(FILES)


def open_item(made: Desk, when: str, severity: str = "moderate", *then: tuple[str, c.Command], **more: Any) -> str:
    """An item that was opened then, with what was asked of it at other times."""
    work = app.worklist(app.Workspace(made.folder, None, made.home))
    item = work.open(c.Open("incident", "Mail is down", severity=severity, **more), at=instant_of(berlin(when)))
    for at, command in then:
        work.ask(item.id, command, at=instant_of(berlin(at)))
    return item.id


def test_due_date_of_what_would_be_opened(made: Desk) -> None:
    found = made.cli("sla", "due", "--start", "2026-03-27T18:00", "--severity", "moderate")

    assert found.code == 0
    assert found.out.splitlines()[0] == "moderate incident opened Fri 27 Mar 2026 18:00 CET"
    assert "resolve  72h of always  due Mon 30 Mar 2026 19:00 CEST" in found.out
    assert "respond  4h of office   due Mon 30 Mar 2026 13:00 CEST" in found.out


def test_due_date_for_programs_has_the_names_of_jira_service_management(made: Desk) -> None:
    found = made.cli("sla", "due", "--start", "2026-03-27T18:00Z", "--severity", "critical", "--json").json
    resolve = next(clock for clock in found["clocks"] if clock["name"] == "resolve")

    assert found["opened"] == "2026-03-27T18:00:00.000Z"
    assert resolve["completedCycles"] == []
    assert {
        "startTime", "breachTime", "breached", "paused", "withinCalendarHours", "goalDuration", "elapsedTime",
        "remainingTime",
    } <= {*resolve["ongoingCycle"]}  # fmt: skip
    assert resolve["ongoingCycle"]["breachTime"]["iso8601"] == "2026-03-28T18:00:00.000Z"
    assert resolve["ongoingCycle"]["goalDuration"] == {"millis": 86400000, "friendly": "1 d"}


def test_kind_without_an_agreement_is_due_never(made: Desk) -> None:
    assert "nothing was agreed for it" in made.cli("sla", "due", "--kind", "problem").out


MISUSED = {
    "a severity that is not there": (("sla", "due", "--severity", "modrate"), "there is no severity `modrate`"),
    "a time that is none": (("sla", "due", "--start", "soon"), "`soon` is no time"),
    "a day that no month has": (("sla", "due", "--start", "2026-02-30T10:00"), "`2026-02-30T10:00` is no time"),
    "an item that is not there": (("sla", "explain", "INC-9"), "there is no item INC-9"),
    "a word that tells nothing apart": (("sla", "report", "--by", "colour"), "items are not told apart by `colour`"),
    "a window that is none": (("sla", "report", "--window", "90"), ""),
    "no window": (("sla", "report", "--window", "0d"), "`0d` is no window of time"),
    "restating without a reason": (("sla", "restate", "--to", "HEAD"), "--reason"),
    "restating for no reason": (("sla", "restate", "--to", "HEAD", "--reason", " "), "needs a reason"),
    "restating outside of git": (("sla", "restate", "--to", "HEAD", "--reason", "r"), "there is no commit yet"),
    "restating by a wrong word": (
        ("sla", "restate", "--to", "HEAD", "--reason", "r", "--filter", "colour=red"),
        "`colour=red` chooses nothing",
    ),
    "a calendar that is not there": (("calendar", "show", "ofice"), "there is no calendar `ofice`"),
    "a day that is none": (("calendar", "show", "office", "--from", "monday"), "`monday` is no day"),
    "a day that is too far": (("calendar", "show", "office", "--from", "9999-12-31"), "too far away"),
    "no region": (("calendar", "sync", "bavaria", "2026"), "`bavaria` is no region"),
    "an unknown country": (("calendar", "sync", "XX", "2026"), "the holidays of `XX` are not known"),
    "an unknown part": (("calendar", "sync", "DE-QQ", "2026"), "the holidays of `DE-QQ` are not known"),
    "an unknown language": (
        ("calendar", "sync", "DE", "2026", "--language", "xx"),
        "the holidays of DE have no names in `xx`",
    ),
    "no years": (("calendar", "sync", "DE", "2026..2025"), "`2026..2025` are no years"),
    "too many years": (("calendar", "sync", "DE", "2000..2090"), "are no years"),
    "a calendar without a file": (("calendar", "sync", "DE", "2026", "--calendar", "always"), "there is no file"),
    "no address": (("doctor", "escalations", "--heartbeat", "file:///etc/passwd"), "is no address to call"),
    "no grace": (("doctor", "escalations", "--grace", "soon"), "is not a duration"),
}


@pytest.mark.parametrize("what", MISUSED)
def test_what_can_not_be_is_refused(made: Desk, what: str) -> None:
    words, why = MISUSED[what]
    before = {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()}

    found = made.cli(*words)

    if why:
        assert found.code == 2, found.out
    assert why in found.err
    assert {path: path.read_bytes() for path in made.folder.rglob("*") if path.is_file()} == before


def test_service_levels_with_mistakes_are_refused_by_every_command(made: Desk) -> None:
    wrong = json.dumps(SHIPPED).replace('"72h"', '"3d"')
    (made.folder / "operations/policies/sla.yaml").write_text(wrong)

    for words in (("sla", "due"), ("sla", "test"), ("item", "open", "x"), ("calendar", "show", "office")):
        found = made.cli(*words)
        assert (found.code, "`3d` could mean hours or working days" in found.err) == (2, True), words
    assert made.cli("validate").code == 1


def test_tests_of_service_levels_pass(made: Desk) -> None:
    found = made.cli("sla", "test")

    assert (found.code, found.out) == (0, "2 tests in 1 file: all as expected\n")


def test_test_that_fails_shows_what_was_expected_and_what_came(made: Desk) -> None:
    (made.folder / "operations/tests/sla/easter.yaml").write_text(EASTER.replace("T19:00", "T18:00"))

    found = made.cli("sla", "test")
    told = made.cli("sla", "test", "--json")

    assert found.code == 1
    assert found.out.splitlines() == [
        "operations/tests/sla/easter.yaml",
        "  1. a weekend, around the clock",
        "    - resolve.due: 2026-03-30T18:00:00+02:00",
        "    + resolve.due: 2026-03-30T19:00:00+02:00",
        "2 tests in 1 file: 1 failed",
    ]
    assert (told.code, [each["passed"] for each in told.json]) == (1, [False, True])


def test_without_tests_it_is_told_where_to_write_them(made: Desk) -> None:
    (made.folder / "operations/tests/sla/easter.yaml").unlink()

    assert "operations/tests/sla" in made.cli("sla", "test").out


def test_item_is_explained_stretch_by_stretch(made: Desk) -> None:
    item = open_item(
        made,
        "Mon 30 Mar 09:00",
        "moderate",
        ("Mon 30 Mar 09:05", c.Assign("ana")),
        ("Mon 30 Mar 10:00", c.Await("waiting_requester", "olga", berlin("Mon 30 Mar 18:00"))),
        ("Mon 30 Mar 12:00", c.Proceed()),
        ("Mon 30 Mar 14:00", c.Classify({"severity": "critical"})),
    )

    found = made.cli("sla", "explain", item, "--at", "2026-03-30T14:00").out.splitlines()
    resolve = [
        " ".join(line.split()) for line in found[next(n for n, x in enumerate(found) if x.startswith("resolve")) :]
    ]

    assert resolve[0].startswith("resolve · critical · 24h · calendar always · agreement default · policies ")
    assert resolve[1:6] == [
        "Mon 30 Mar 2026 09:00 CEST → Mon 30 Mar 10:00 CEST running 1h total 1h",
        "Mon 30 Mar 2026 10:00 CEST → Mon 30 Mar 12:00 CEST paused - total 1h waiting_requester (olga)",
        "Mon 30 Mar 2026 12:00 CEST → Mon 30 Mar 14:00 CEST running 2h total 3h",
        "Mon 30 Mar 2026 14:00 CEST retargeted moderate 72h → critical 24h (restate)",
        "due Tue 31 Mar 2026 11:00 CEST, used 12%, next: rung nudge at Mon 30 Mar 23:00 CEST → ana",
    ]


def test_explanation_names_holidays_and_closed_hours(made: Desk) -> None:
    item = open_item(made, "Thu 2 Apr 16:00", "major")

    text = made.cli("sla", "explain", item, "--at", "2026-04-07T10:00").out
    told = made.cli("sla", "explain", item, "--at", "2026-04-07T10:00", "--json").json
    resolve = next(clock for clock in told["clocks"] if clock["name"] == "resolve")

    assert "holiday: Karfreitag" in text
    assert "no hours on Saturdays" in text
    assert [each["kind"] for each in resolve["intervals"]] == ["running", *["closed"] * 6, "running"]
    assert resolve["elapsedTime" if "elapsedTime" in resolve else "ongoingCycle"]["elapsedTime"]["millis"] == 7200000


def test_explanation_says_that_a_clock_is_paused_and_when_it_would_be_due(made: Desk) -> None:
    wait = c.Await("waiting_requester", "olga", berlin("Thu 2 Apr 18:00"))
    item = open_item(made, "Mon 30 Mar 09:00", "moderate", ("Mon 30 Mar 10:00", wait))

    text = made.cli("sla", "explain", item, "--at", "2026-03-30T12:00").out

    assert "paused, 71h left, due Thu 2 Apr 2026 11:00 CEST if resumed now" in text


def test_report_tells_attainment_pauses_and_policies_apart(made: Desk) -> None:
    window = f"{2 * 365}d"
    done = c.Resolve("restarted", proof="a mail came")
    open_item(made, "Mon 30 Mar 09:00", "critical", ("Mon 30 Mar 12:00", done))
    late = open_item(made, "Mon 30 Mar 09:00", "critical", ("Wed 1 Apr 12:00", done))
    open_item(made, "Mon 30 Mar 09:00", "minor", ("Mon 30 Mar 09:30", done))

    found = made.cli("sla", "report", "--by", "severity,kind", "--window", window, "--json").json
    text = made.cli("sla", "report", "--window", window).out

    rows = {(row["severity"], row["clock"]): row for row in found["rows"]}
    critical = rows["critical", "resolve"]
    assert (critical["met"], critical["breached"], critical["attainment"], critical["kept"]) == (1, 1, 0.5, False)
    assert (critical["late"], critical["objective"], len(critical["policies"])) == ([late], 0.95, 1)
    assert rows["minor", "resolve"]["attainment"] == 1.0
    assert "below its objective: critical resolve: " + late in text


def test_report_of_nothing_says_so_and_leaves_no_trace(made: Desk) -> None:
    found = made.cli("sla", "report")

    assert "No clock was judged in 90d" in found.out
    assert not (made.home / "runs.sqlite").exists()


LADDER = """\
ladders:
  incident:
    match: {kind: incident}
    rungs:
      - {id: nudge, at: 50% resolve, notify: assignee}
      - {id: boss, at: 100% resolve, notify: ivan, type: hierarchical}
    snooze: {max: 2h, roles: team_lead}
"""


@pytest.mark.parametrize(
    ("words", "leads", "why"),
    [
        (("snooze", "--until", "1h", "--reason", "r"), "ana", "only team_lead may hold escalations back"),
        (("snooze", "--until", "3h", "--reason", "r"), "me", "may be held back for 2h altogether"),
        (("ack", "nuge"), "me", "has no rung `nuge`"),
    ],
    ids=["role", "longest", "rung"],
)
def test_ladder_governs_who_may_hold_back_what(project: Make, words: tuple[str, ...], leads: str, why: str) -> None:
    me = system_user().name
    lead = me if leads == "me" else leads
    made = project({
        **FILES,
        "operations/policies/escalation.yaml": LADDER,
        f"operations/people/{me}.yaml": "name: Me\n",
        "operations/teams.yaml": f"teams: {{infra: {{lead: {lead}}}}}\n",
    })  # fmt: skip
    made.cli("item", "open", "Mail is down", "--severity", "critical", "--team", "infra")
    before = made.cli("item", "log", "INC-1", "--json").out

    found = made.cli("item", words[0], "INC-1", *words[1:])

    assert (found.code, why in found.err) == (2, True), found.err
    assert made.cli("item", "log", "INC-1", "--json").out == before
    if leads == "me":
        assert made.cli("item", "snooze", "INC-1", "--until", "1h", "--reason", "r").code == 0
        assert made.cli("item", "ack", "INC-1", "nudge").code == 0
        assert "were for" in made.cli("item", "snooze", "INC-1", "--until", "2h", "--reason", "r").err


def commit(made: Desk, message: str) -> None:
    """Everything of the project, committed."""
    who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.org"]
    for words in (["init", "-q"], ["add", "-A"], [*who, "commit", "-q", "-m", message]):
        subprocess.run(["git", *words], cwd=made.folder, check=True, capture_output=True)


def test_rule_18_item_keeps_its_policy_until_it_is_restated_for_a_reason(made: Desk) -> None:
    commit(made, "as agreed")
    item = open_item(made, "Mon 30 Mar 09:00", "moderate")
    other = open_item(made, "Mon 30 Mar 09:00", "major")
    (made.folder / "operations/policies/sla.yaml").write_text(json.dumps(SHIPPED).replace('"72h"', '"96h"'))
    commit(made, "agreed anew")

    def due() -> Any:
        told = made.cli("sla", "explain", item, "--at", "2026-03-30T10:00", "--json").json
        return next(clock for clock in told["clocks"] if clock["name"] == "resolve")["target"]

    asked = ("sla", "restate", "--to", "HEAD", "--filter", "severity=moderate", "--reason", "agreed anew")
    assert due() == "72h"
    dry = made.cli(*asked, "--dry-run")
    assert (dry.code, due()) == (0, "72h")
    assert "1 of 1 open items would be judged by the policies of HEAD" in dry.out

    done = made.cli(*asked, "--json").json
    log = [json.loads(line) for line in made.cli("item", "log", item, "--json").out.splitlines()]

    assert done == [{"item": item, "restated": True, "differs": True}]
    assert made.cli("item", "show", item, "--json").json["rev"]
    assert next(each["data"]["reason"] for each in log if each["type"] == "PolicyRestated") == "agreed anew"
    assert "PolicyRestated" not in made.cli("item", "log", other, "--json").out
    assert "is judged by these already" in made.cli(*asked).out
    now = made.cli("sla", "explain", item, "--json").json
    assert next(clock for clock in now["clocks"] if clock["name"] == "resolve")["target"] == "96h"
    assert made.cli("verify", "--all").code == 0


def test_rule_18_what_is_shipped_is_pinned_like_a_file(project: Make) -> None:
    made = project({"runbook.yaml": "runbook: 1\ntitle: T\n"})
    item = open_item(made, "Mon 30 Mar 09:00", "moderate")
    work = app.worklist(app.Workspace(made.folder, None, made.home))

    pinned = work.pinned(work.item(item).policies)

    assert pinned["operations/policies/sla.yaml"] == SHIPPED
    assert {"operations/policies/escalation.yaml", "operations/calendars/office.yaml"} <= {*pinned}


def test_revision_with_mistakes_restates_nothing(made: Desk) -> None:
    item = open_item(made, "Mon 30 Mar 09:00", "moderate")
    (made.folder / "operations/policies/sla.yaml").write_text(json.dumps(SHIPPED).replace('"72h"', '"3d"'))
    commit(made, "wrong")
    (made.folder / "operations/policies/sla.yaml").write_text(json.dumps(SHIPPED))

    found = made.cli("sla", "restate", "--to", "HEAD", "--reason", "r")

    assert found.code == 2
    assert "what was agreed at `HEAD` can't be told" in found.err
    assert "PolicyRestated" not in made.cli("item", "log", item, "--json").out


def test_calendar_shows_its_hours_and_days_off(made: Desk) -> None:
    text = made.cli("calendar", "show", "office").out
    told = made.cli("calendar", "show", "office", "--json").json

    assert "Europe/Berlin, 40h a week" in text
    assert "Mon  09:00-17:00" in text
    assert told["hours"]["mon"] == ["09:00-17:00"]
    assert told["holidays"]["2026-04-03"] == "Karfreitag"


def test_calendar_shows_a_week_with_why_it_is_closed(made: Desk) -> None:
    text = made.cli("calendar", "show", "office", "--week", "--from", "2026-03-30").out
    told = made.cli("calendar", "show", "always", "--from", "2026-03-28", "--json").json

    assert "Fri 03 Apr 2026  -       closed: Karfreitag" in text
    assert "32h are counted in these seven days" in text
    assert [day["counted"] for day in told["days"]] == [86400] * 7


@pytest.mark.parametrize("marked", [False, True], ids=["first", "again"])
def test_public_holidays_are_written_into_the_calendar_and_nothing_else_is_touched(made: Desk, marked: bool) -> None:
    path = made.folder / "operations/calendars/office.yaml"
    if marked:
        made.cli("calendar", "sync", "DE-BY", "2025")
        path.write_text(path.read_text() + "# the end\n")

    found = made.cli("calendar", "sync", "DE-BY", "2026..2027")
    text = path.read_text()

    assert found.code == 0, found.err
    assert '+    "2026-01-06": "' in found.out
    assert text.startswith(OFFICE)
    assert text.count("public_holidays:") == 1
    assert ('"2025-12-25"' in text, text.endswith("# the end\n")) == (marked, marked)
    assert made.cli("calendar", "show", "office", "--json").json["holidays"]["2027-10-03"]
    assert made.cli("validate").code == 0
    again = made.cli("calendar", "sync", "DE-BY", "2026..2027")
    assert (again.out.count("\n"), "as it was" in again.out) == (1, True)


def test_names_of_holidays_are_those_of_the_country_whoever_asks(made: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    path = made.folder / "operations/calendars/office.yaml"
    for language in ("en_US.UTF-8", "fr_FR.UTF-8"):
        monkeypatch.setenv("LANG", language)
        monkeypatch.setenv("LANGUAGE", language)
        made.cli("calendar", "sync", "DE", "2026")
        assert '"2026-01-01": "Neujahr"' in path.read_text()

    made.cli("calendar", "sync", "DE", "2026", "--language", "en_US")

    assert '"2026-01-01": "New Year\'s Day"' in path.read_text()


def test_holidays_of_another_region_replace_only_when_asked(made: Desk) -> None:
    path = made.folder / "operations/calendars/office.yaml"
    made.cli("calendar", "sync", "DE-BY", "2025..2026")
    before = path.read_text()

    refused = made.cli("calendar", "sync", "FR", "2026")
    assert (refused.code, path.read_text()) == (2, before)
    assert "has the holidays of DE-BY" in refused.err
    dry = made.cli("calendar", "sync", "FR", "2026", "--replace", "--dry-run", "--json").json
    assert (dry["changed"], dry["written"], path.read_text()) == (True, False, before)

    made.cli("calendar", "sync", "FR", "2026", "--replace")
    assert "region: FR" in path.read_text()
    assert '"2025-' not in path.read_text()


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ('{timezone: UTC, hours: {all: ["00:00-24:00"]}}\n', "would be wrong"),
        (OFFICE + "public_holidays: {region: DE, days: {}}\n", "written by hand"),
    ],
    ids=["braces", "by hand"],
)
def test_calendar_that_has_no_place_for_holidays_is_left_alone(made: Desk, text: str, why: str) -> None:
    path = made.folder / "operations/calendars/office.yaml"
    path.write_text(text)

    found = made.cli("calendar", "sync", "DE", "2026")

    assert (found.code, path.read_text()) == (2, text)
    assert why in found.err


class Watcher(http.server.BaseHTTPRequestHandler):
    """Counts the calls it gets, and answers with a status."""

    calls: list[str]
    status = 200

    def do_GET(self) -> None:
        self.calls.append(self.path)
        self.send_response(self.status)
        self.end_headers()

    def log_message(self, *words: Any) -> None:
        """Nothing is printed."""


@pytest.fixture
def watcher() -> Iterator[tuple[str, type[Watcher]]]:
    """The address of a watcher on this machine."""
    handler = type("Handler", (Watcher,), {"calls": []})
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", handler
    server.shutdown()
    server.server_close()
    thread.join()


def test_doctor_finds_what_nobody_looked_after_and_nothing_once_somebody_did(
    made: Desk, watcher: tuple[str, type[Watcher]]
) -> None:
    address, handler = watcher
    item = open_item(made, "Mon 30 Mar 09:00", "critical", ("Mon 30 Mar 09:05", c.Assign("ana")))

    found = made.cli("doctor", "escalations", "--heartbeat", f"{address}/ping")
    assert found.code == 1
    assert f"{item}  missing rung: nudge of default, since 2026-03-30 21:00 CEST" in found.out
    assert f"{item}  missing threshold: 50% of resolve" in found.out
    assert handler.calls == []

    assert made.cli("tick").code == 0
    after = made.cli("doctor", "escalations", "--heartbeat", f"{address}/ping", "--json")
    assert (after.code, after.json["healthy"], after.json["heartbeat"]) == (0, True, 200)
    assert handler.calls == ["/ping"]


def test_watcher_that_refuses_is_told(made: Desk, watcher: tuple[str, type[Watcher]]) -> None:
    address, handler = watcher
    handler.status = 404

    refused = made.cli("doctor", "escalations", "--heartbeat", address)
    gone = made.cli("doctor", "escalations", "--heartbeat", "http://127.0.0.1:9")

    assert (refused.code, "the watcher has answered 404" in refused.err) == (7, True)
    assert (gone.code, "the watcher can't be reached" in gone.err) == (7, True)


def test_doctor_names_rungs_that_reached_nobody_and_grave_items_without_a_ladder(made: Desk, tmp_path: Path) -> None:
    item = open_item(made, "Mon 30 Mar 09:00", "critical")
    made.cli("tick")

    found = made.cli("doctor", "escalations")

    assert found.code == 0
    assert f"{item}  no target: nudge has reached nobody" in found.out


def test_review_names_a_rung_that_reached_nobody_once_with_its_items(made: Desk) -> None:
    items = [open_item(made, f"Mon 30 Mar 09:0{minute}", "critical") for minute in range(7)]
    made.cli("tick")
    month = datetime.datetime.now(ZoneInfo("Europe/Berlin")).strftime("%Y-%m")

    review = made.cli("report", "service-review", "--month", month).out

    unheard = sorted(line for line in review.splitlines() if "reached nobody" in line)
    named = f"{', '.join(items[:5])} and 2 more; who is to be told?"
    assert unheard == [
        f"- the escalation {rung} of the ladder default reached nobody, 7 times: {named}" for rung in ("nudge", "warn")
    ]
    told = made.cli("report", "service-review", "--month", month, "--json").json["decisions"]
    assert sum("reached nobody" in each for each in told) == 2


def test_an_action_of_a_rung_that_does_nothing_is_refused_by_every_way_in(made: Desk) -> None:
    rung = {
        "id": "late",
        "at": "100% resolve",
        "notify": ["assignee"],
        "type": "hierarchical",
        "actions": "require_plan",
    }
    ladders = {"ladders": {"all": {"rungs": [rung]}}}
    (made.folder / "operations/policies/escalation.yaml").write_text(json.dumps(ladders))

    refused = [
        made.cli("validate"),
        made.cli("item", "open", "x"),
        made.cli("doctor", "escalations"),
        made.cli("board"),
    ]

    assert all(each.code for each in refused)
    assert all("`actions` can only be `open_ticket`" in each.out + each.err for each in refused[:2])


def test_nothing_that_is_shown_obeys_what_an_author_wrote(made: Desk) -> None:
    """Escape sequences in titles, names of holidays, tests, services, parties: shown as text, by every command."""
    calendar = {
        "title": HOSTILE, "timezone": "Europe/Berlin", "hours": {"mon-fri": ["09:00-17:00"]},
        "holidays": {"2026-04-03": HOSTILE, "2031-04-03": HOSTILE},
    }  # fmt: skip
    test = {
        "name": HOSTILE,
        "given": {"severity": "minor", "opened": "2026-03-27T18:00+01:00", "service": HOSTILE},
        "expect": {"resolve.state": "paused"},
    }
    (made.folder / "operations/calendars/office.yaml").write_text(json.dumps(calendar))
    (made.folder / "operations/tests/sla/easter.yaml").write_text(json.dumps([test]))
    wait = c.Await("waiting_requester", HOSTILE, berlin("Fri 3 Apr 18:00"))
    item = open_item(made, "Thu 2 Apr 09:00", "minor", ("Thu 2 Apr 10:00", wait), service=HOSTILE, requester=HOSTILE)
    shown = [
        made.cli(*words)
        for words in (
            ("validate",),
            ("calendar", "show", "office"),
            ("calendar", "show", "office", "--json"),
            ("calendar", "show", "office", "--week", "--from", "2026-03-30"),
            ("sla", "due", "--service", HOSTILE),
            ("sla", "test"),
            ("sla", "explain", item, "--at", "2026-04-03T12:00"),
            ("sla", "explain", item, "--json"),
            ("sla", "report", "--by", "service", "--window", "3650d"),
            ("sla", "report", "--by", HOSTILE),
            ("doctor", "escalations"),
        )
    ]

    for found in shown:
        assert not RAW.search(found.out + found.err)
    assert "owned" in shown[1].out
    assert "owned" in shown[8].out
