"""Processes with a decision or an approval, on another way than the one of their answers files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pytest

from .conftest import Library


@dataclass(frozen=True)
class Way:
    """A way through a process: what is given and answered, how the run ends, how some of its steps end."""

    process: str
    what: str
    ends: str
    steps: Mapping[str, str]
    answers: Mapping[str, Any] = field(default_factory=dict)
    inputs: Mapping[str, object] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its test."""
        return f"{self.process}: {self.what}"


def no(by: str = "maria") -> dict[str, object]:
    """A refusal."""
    return {"approve": False, "by": by, "comment": "Not like this"}


def yes(by: str = "maria") -> dict[str, object]:
    """A consent."""
    return {"approve": True, "by": by}


def form(by: str = "", **fields: object) -> dict[str, object]:
    """A form, filled in."""
    return {"outcome": "done", "fields": fields, **({"by": by} if by else {})}


DONE, SKIPPED, FAILED, CANCELLED, WAITING = "succeeded", "skipped", "failed", "cancelled", "waiting"
WITH_FAILURES = "succeeded with failures"

OWN = "https://shop.example/"

WAYS = (
    Way(
        "changes/emergency-change", "a folder of one's own, and the sample service", FAILED,
        {"own-address": FAILED, "keep": CANCELLED}, inputs={"folder": "/etc/shop"},
    ),
    Way(
        "changes/emergency-change", "a service of one's own, and the sample folder", FAILED,
        {"own-folder": FAILED, "keep": CANCELLED}, inputs={"url": OWN},
    ),
    Way(
        "changes/emergency-change", "an incident of one's own, and the sample folder", FAILED,
        {"own-folder": FAILED, "keep": CANCELLED}, inputs={"incident": "INC-3000"},
    ),
    Way(
        "changes/normal-change", "a change of one's own, and the sample folder", FAILED,
        {"own-folder": FAILED, "plan": CANCELLED}, inputs={"change": "CHG-500"},
    ),
    Way(
        "changes/maintenance-window", "a window of one's own, and the sample service", FAILED,
        {"own-address": FAILED, "book": CANCELLED}, inputs={"service": "shop"},
    ),
    Way(
        "incidents/major-incident", "an incident of one's own, and the sample service", FAILED,
        {"own-address": FAILED, "judge": CANCELLED}, inputs={"service": "mail"},
    ),
    Way(
        "incidents/major-incident", "a service of one's own is not changed in the sample folder", FAILED,
        {"where": DONE, "change/own-folder": FAILED, "change/keep": CANCELLED},
        answers={"way-back": {"choose": "change"}}, inputs={"url": "http://127.0.0.1:9/"},
    ),
    Way(
        "infrastructure/rotate-host", "a pool of one's own, and the sample service", FAILED,
        {"own-address": FAILED, "out": CANCELLED}, inputs={"pool": "/etc/nginx/upstream.conf"},
    ),
    Way(
        "suppliers/outage-escalation", "a supplier of one's own, and the sample service", FAILED,
        {"own-address": FAILED, "look": CANCELLED}, inputs={"supplier": "southnet"},
    ),
    Way(
        "changes/deploy-release", "a broken release goes back by itself", DONE,
        {"watch": SKIPPED, "roll-back": DONE, "reload-again": DONE, "well-again": DONE, "report": DONE},
        inputs={"sample": "broken"},
    ),
    Way(
        "changes/deploy-release", "a release that came back and does not work is noticed", FAILED,
        {"well-again": FAILED, "tell": CANCELLED},
        answers={"reload-again": form(works=False)}, inputs={"sample": "broken"},
    ),
    Way(
        "changes/deploy-release", "a package with another checksum is not unpacked", FAILED,
        {"package": FAILED, "unpack": CANCELLED}, inputs={"sha256": "0" * 64},
    ),
    Way(
        "changes/normal-change", "a high risk needs two", WAITING,
        {"approve": SKIPPED, "approve-high": WAITING, "book": "pending"},
        answers={
            "plan": form(impact=3, likelihood=2, tried=False, back_minutes=20),
            "approve-high": [yes("maria")],
        },
    ),
    Way(
        "changes/normal-change", "a refused change is not made", FAILED, {"book": CANCELLED, "implement": CANCELLED},
        answers={"approve": no()},
    ),
    Way(
        "changes/normal-change", "a change that does not work goes back", DONE,
        {"back-out": DONE, "take-back": DONE, "as-before": DONE, "well-again": DONE},
        answers={"test": form("kofi", works=False, errors=12)},
    ),
    Way(
        "changes/normal-change", "a service that is not well after the way back is noticed", FAILED,
        {"as-before": DONE, "well-again": FAILED, "close": CANCELLED},
        answers={"test": form("kofi", works=False, errors=12), "test-again": form("kofi", works=False)},
    ),
    Way(
        "changes/normal-change", "a plan that is not sound is approved by nobody", FAILED,
        {"sound": FAILED, "approve-high": CANCELLED},
        answers={
            "plan": form(impact=3, likelihood=3, tried=True, back_minutes=20),
            "technical": form("ines", remarks=2, sound=False),
        },
    ),
    Way(
        "changes/normal-change", "a plan without time to go back is refused", FAILED, {"enough-time": FAILED},
        answers={"plan": form(impact=1, likelihood=1, tried=True, back_minutes=60)},
    ),
    Way(
        "changes/normal-change", "a window that is over is not used", FAILED,
        {"book": DONE, "in-window": FAILED, "keep": CANCELLED}, inputs={"begins": "2026-11-20T20:00:00Z"},
    ),
    Way(
        "changes/emergency-change", "a change that did not help is taken back", DONE,
        {"back-out": DONE, "take-back": DONE, "as-before": DONE, "next": DONE}, inputs={"text": "status: better"},
    ),
    Way(
        "changes/emergency-change", "nothing is changed without the duty manager", FAILED, {"implement": CANCELLED},
        answers={"approve": no()},
    ),
    Way(
        "changes/emergency-change", "who approved at night does not judge it by day", WAITING, {"afterwards": WAITING},
        answers={"afterwards": [yes("maria"), yes("tom")]},
    ),
    Way(
        "changes/maintenance-window", "a clash is refused, and the alarms are on", FAILED,
        {"exception": FAILED, "book": CANCELLED, "alarms-on": DONE},
        answers={"exception": no()},
        inputs={"begins": "2036-12-08T20:00:00Z", "service": "shop", "url": "http://127.0.0.1:9/"},
    ),
    Way(
        "changes/maintenance-window", "only the board allows a window in a freeze", WAITING,
        {"exception": SKIPPED, "board": WAITING, "book": "pending"},
        answers={"board": []}, inputs={"begins": "2036-12-24T20:00:00Z"},
    ),
    Way(
        "changes/maintenance-window", "it needs longer, and may", DONE, {"tell-longer": DONE, "take-back": SKIPPED},
        answers={"work": {"choose": "longer"}},
    ),
    Way(
        "changes/maintenance-window", "a window that is over is not used", FAILED,
        {"in-window": FAILED, "silence": CANCELLED, "alarms-on": DONE}, inputs={"begins": "2026-11-20T20:00:00Z"},
    ),
    Way(
        "changes/maintenance-window", "a longer window is refused, and the work taken back", WITH_FAILURES,
        {"extend": FAILED, "tell-longer": SKIPPED, "take-back": DONE, "well": DONE, "over": DONE, "alarms-on": DONE},
        answers={"work": {"choose": "longer"}, "extend": no()},
    ),
    Way(
        "incidents/major-incident", "a workaround makes it moderate, and nobody is escalated", DONE,
        {"escalate": SKIPPED, "account-for": SKIPPED, "workaround": DONE},
        answers={"judge": form(users=1200, workaround=True, loss=False, seen="An error page")},
    ),
    Way(
        "incidents/major-incident", "the duty manager comes in at half of the time, and accounts for a late end", DONE,
        {"escalate": DONE, "account-for": DONE}, inputs={"began": "2026-01-02T08:00:00Z"},
    ),
    Way(
        "incidents/major-incident", "an emergency change is a run of its own inside", DONE,
        {"workaround": SKIPPED, "change": DONE, "supplier": SKIPPED}, answers={"way-back": {"choose": "change"}},
    ),
    Way(
        "incidents/post-incident-review", "actions that were not done get a new day", DONE, {"remind": DONE},
        answers={"were-done": {"choose": "some"}},
    ),
    Way(
        "incidents/post-incident-review", "an action without a ticket is found", FAILED, {"every-one": FAILED},
        answers={"agree": form(actions=3, tickets="OPS-71, OPS-72,OPS-72", look_again="2026-11-24")},
    ),
    Way(
        "incidents/post-incident-review", "it was noticed in time", DONE, {"monitoring": SKIPPED},
        inputs={"notice_limit": 30},
    ),
    Way(
        "incidents/problem-analysis", "nothing comes often enough", DONE, {"open": SKIPPED, "note": DONE},
        inputs={"least": 9},
    ),
    Way(
        "incidents/problem-analysis", "an explanation that fits badly is no cause", DONE,
        {"known-error": DONE, "what-now": SKIPPED},
        answers={"test-it": form("maria", true_prediction=True, misfits=2)},
    ),
    Way(
        "incidents/problem-analysis", "the owner lives with it", DONE, {"accept": DONE, "raise-change": SKIPPED},
        answers={"what-now": {"choose": "accept", "by": "maria"}},
    ),
    Way(
        "incidents/problem-analysis", "it came again after the change", FAILED, {"gone": FAILED},
        answers={"raise-change": form(change="CHG-415", done="2026-11-01", look="2026-11-24")},
    ),
    Way(
        "incidents/security-first-response", "a harmless explanation cuts nothing off", DONE,
        {"isolate": SKIPPED, "contain": SKIPPED, "explain": DONE},
        answers={"judge": {"choose": "harmless", "by": "maria"}},
    ),
    Way(
        "incidents/security-first-response", "evidence of another machine is not taken for it", FAILED,
        {"this-machine": FAILED, "collect": CANCELLED}, inputs={"host": "no-such-machine"},
    ),
    Way(
        "incidents/security-first-response", "a machine that can still be reached is closed off", DONE,
        {"close-port": DONE, "closed": DONE, "contain": DONE},
        answers={"isolate": form(how="Cable pulled", reached=True)},
    ),
    Way(
        "incidents/security-first-response", "a machine that stays within reach fails, and the rest is done", FAILED,
        {"closed": FAILED, "contain": DONE, "hand-over": DONE},
        answers={"isolate": form(how="Port closed", reached=True), "close-port": form(reached=True)},
    ),
    Way(
        "incidents/security-first-response", "a seal that differs fails, and the rest is done", FAILED,
        {"sealed": FAILED, "contain": DONE, "hand-over": DONE},
        answers={"seal": form(witness="Kofi Mensah", same=False)},
    ),
    Way(
        "incidents/problem-analysis", "the look comes before the change", FAILED,
        {"later": FAILED, "gone": CANCELLED},
        answers={"raise-change": form(change="CHG-415", done="2026-11-24", look="2026-11-24")},
    ),
    Way(
        "incidents/security-first-response", "no personal data, nothing to report", DONE,
        {"authority": SKIPPED, "untouched": DONE}, answers={"data": {"choose": "not-concerned", "by": "tom"}},
    ),
    Way(
        "incidents/security-first-response", "the responder does not judge alone", WAITING, {"judge": WAITING},
        answers={"judge": {"choose": "harmless"}},
    ),
    Way(
        "infrastructure/decommission-server", "a server of one's own is not looked for in the sample", FAILED,
        {"own-configuration": FAILED, "look": CANCELLED}, inputs={"host": "web1"},
    ),
    Way(
        "infrastructure/decommission-server", "a server without a backup is not switched off", FAILED,
        {"explained": FAILED, "cleared": CANCELLED, "agree": CANCELLED},
        answers={
            "backup": form(restored=False, keep="2029-12-31"),
            "clear": form(changed=0, connections=0, restored=False),
        },
    ),
    Way(
        "infrastructure/decommission-server", "a server with connections is not switched off", FAILED,
        {"explained": FAILED, "agree": CANCELLED},
        answers={"dependents": form(connections=7, asked=9), "clear": form(changed=0, connections=7, restored=True)},
    ),
    Way(
        "infrastructure/decommission-server", "what was cleared up lets it go", DONE,
        {"explained": DONE, "cleared": DONE, "wipe": DONE}, answers={"dependents": form(connections=7, asked=9)},
    ),
    Way(
        "infrastructure/decommission-server", "a server that was missed is switched on again", DONE,
        {"on": DONE, "consent": SKIPPED, "wipe": SKIPPED, "clear-away": SKIPPED},
        answers={"missed": {"choose": "somebody"}},
    ),
    Way(
        "infrastructure/decommission-server", "who owns the data does not wipe it", WAITING, {"wipe": WAITING},
        answers={"wipe": form("maria", disks=4, proof="ERA-1")},
    ),
    Way(
        "infrastructure/patch-linux-server", "no consent, no updates", FAILED,
        {"snapshot": CANCELLED, "install": CANCELLED}, answers={"agree": no()},
    ),
    Way(
        "infrastructure/patch-linux-server", "no room, no updates", FAILED, {"look": FAILED, "agree": CANCELLED},
        inputs={"min_free_mib": 1000000},
    ),
    Way(
        "infrastructure/restart-service", "later", DONE, {"stop": SKIPPED, "plan": DONE, "stop-sample": DONE},
        answers={"quiet": {"choose": "later"}},
    ),
    Way(
        "infrastructure/rotate-host", "a host that is not well stays out", DONE, {"in": SKIPPED, "stays-out": DONE},
        answers={"fit": {"choose": "unfit"}},
    ),
    Way(
        "infrastructure/rotate-host", "too few would stay in", FAILED, {"out": FAILED, "work": CANCELLED},
        inputs={"least": 3},
    ),
    Way(
        "service-desk/handle-request", "what costs much is approved first", DONE, {"approve": DONE, "do-it": DONE},
        answers={"understand": form(wish="A screen", people=0, deadline=False, workaround=True, cost=300)},
    ),
    Way(
        "service-desk/handle-request", "another team does it, and the user wants more", DONE,
        {"do-it": SKIPPED, "pass-on": DONE, "again": DONE},
        answers={"who": {"choose": "team"}, "confirmed": {"choose": "not-yet"}},
    ),
    Way(
        "service-desk/password-reset", "an account that is reset too often", DONE,
        {"identity": SKIPPED, "reset": SKIPPED, "log": SKIPPED, "refuse": DONE}, inputs={"account": "eve"},
    ),
    Way(
        "service-desk/password-reset", "an identity that is not proved", DONE, {"reset": SKIPPED, "refuse": DONE},
        answers={"identity": form(called_back=True, second_proof="None")},
    ),
    Way(
        "service-desk/password-reset", "a powerful account and a second person who refuses", FAILED,
        {"second-person": FAILED, "reset": CANCELLED},
        answers={"rights": form(powerful=True), "second-person": no("kofi")},
    ),
    Way(
        "service-desk/password-reset", "a password that was not changed", FAILED, {"log": DONE, "changed": FAILED},
        answers={"hand-over": form(changed=False, unknown_rules=0)},
    ),
    Way(
        "service-desk/lost-laptop", "it was switched on", DONE, {"privacy": DONE},
        answers={"report": form(how="Stolen", day="2026-11-25", running=True, token=False)},
    ),
    Way(
        "service-desk/lost-laptop", "nobody knows whether the disk is encrypted", DONE, {"privacy": DONE},
        inputs={"asset": "LT-1002"},
    ),
    Way(
        "service-desk/lost-laptop", "left behind and only locked", DONE,
        {"police": SKIPPED, "wipe": SKIPPED, "lock": DONE, "privacy": SKIPPED},
        answers={
            "report": form(how="Left behind", day="2026-11-25", running=False, token=False),
            "wipe-or-not": {"choose": "lock", "by": "tom"},
        },
    ),
    Way(
        "service-desk/new-starter-workplace", "the manager does not pay", FAILED,
        {"account": CANCELLED, "device": CANCELLED}, answers={"approve": no()},
    ),
    Way(
        "service-desk/new-starter-workplace", "something is missing the day before, and there is no phone", DONE,
        {"phone": SKIPPED, "mend": DONE, "welcome": DONE},
        answers={
            "needs": form(place="Office", phone=False, cost=900),
            "rehearsal": form(works=False, missing="The screen"),
        },
    ),
    Way(
        "service-desk/new-starter-workplace", "a laptop that is in use is given to nobody else", FAILED,
        {"reserve": FAILED, "welcome": CANCELLED}, answers={"pick": form(asset="LT-1001")},
    ),
    Way(
        "service-desk/new-starter-workplace", "a laptop without encryption does not go out", FAILED, {"safe": FAILED},
        answers={"set-up": form(encrypted=False, updated=True)},
    ),
    Way(
        "service-desk/shift-handover", "there was time for planned work", DONE, {"protect": SKIPPED},
        inputs={"aim": 30},
    ),
    Way(
        "service-desk/shift-handover", "nobody hands over to oneself", WAITING, {"take-over": WAITING},
        answers={"take-over": {"approve": True}},
    ),
    Way(
        "backup/restore-file", "somebody else's file, and no consent", FAILED,
        {"consent": FAILED, "extract": CANCELLED},
        answers={"whose": {"choose": "other"}, "consent": no()},
    ),
    Way(
        "backup/restore-file", "a second file beside the one in use", DONE, {"put": SKIPPED, "hand-over": DONE},
        answers={"what-now": {"choose": "hand-over"}},
    ),
    Way(
        "backup/restore-file", "a file that is not in the backup", FAILED, {"find": FAILED},
        inputs={"file": "offers/2026-12-north.csv"},
    ),
    Way(
        "continuity/failover-exercise", "the standby does not carry the service", DONE,
        {"marker": SKIPPED, "switch-back": DONE, "nothing-lost": DONE}, answers={"users": form(works=False, slow=90)},
    ),
    Way(
        "continuity/failover-exercise", "the standby is too far behind", FAILED, {"ready": FAILED, "go": CANCELLED},
        inputs={"most_behind": 2},
    ),
    Way(
        "suppliers/onboarding-review", "conditions for a high risk", DONE, {"conditions": DONE, "enter": DONE},
        answers={"law": form("ines", processing="Signed", notice_days=90, risk=4)},
    ),
    Way(
        "suppliers/onboarding-review", "a score that is enough, and low risks", DONE, {"conditions": SKIPPED},
        inputs={"enough": 70},
    ),
    Way(
        "suppliers/onboarding-review", "the board refuses", FAILED, {"sign": CANCELLED, "enter": CANCELLED},
        answers={"decide": [no()]},
    ),
    Way(
        "suppliers/onboarding-review", "who reviewed does not decide", WAITING, {"decide": WAITING},
        answers={"decide": [yes("maria"), yes("tom")]},
    ),
    Way(
        "suppliers/contract-renewal", "the day for notice has passed", DONE,
        {"missed": DONE, "look": SKIPPED, "tell": DONE}, inputs={"supplier": "papyrus"},
    ),
    Way(
        "suppliers/contract-renewal", "a large contract goes on as it is", DONE,
        {"negotiate": SKIPPED, "approve": SKIPPED, "approve-large": DONE, "renewed": DONE},
        answers={"decide": {"choose": "renew"}}, inputs={"supplier": "skyhost"},
    ),
    Way(
        "suppliers/contract-renewal", "the new price is a large one", WAITING,
        {"negotiate": DONE, "approve": SKIPPED, "approve-large": WAITING},
        answers={"negotiate": form(price=60000), "approve-large": [yes("kofi")]},
    ),
    Way(
        "suppliers/contract-renewal", "a notice that comes late ends nothing", DONE,
        {"notice": DONE, "ending": SKIPPED, "runs-on": DONE, "tell": DONE},
        answers={"decide": {"choose": "end"}, "notice": form(arrived="2099-01-01", proof="RR 4711")},
    ),
    Way(
        "suppliers/contract-renewal", "a late notice that is accepted ends the contract", DONE,
        {"ending": DONE, "runs-on": SKIPPED, "tell": DONE},
        answers={
            "decide": {"choose": "end"},
            "notice": form(arrived="2099-01-01", proof="RR 4711"),
            "let-go": {"choose": "accepted"},
        },
    ),
    Way(
        "suppliers/contract-renewal", "the contract ends", DONE,
        {"sign": SKIPPED, "exit-plan": DONE, "notice": DONE, "ending": DONE}, answers={"decide": {"choose": "end"}},
    ),
    Way(
        "suppliers/outage-escalation", "it is our own fault", DONE,
        {"own-fault": DONE, "first-rung": SKIPPED, "credit": SKIPPED, "learn": DONE},
        answers={"our-side": form(clean=False, began="2026-11-24", seen="No network")},
    ),
    Way(
        "suppliers/outage-escalation", "up to the last rung", DONE, {"second-rung": DONE, "third-rung": DONE},
        answers={"kept": {"choose": "broken"}},
    ),
    Way(
        "suppliers/outage-escalation", "a plan at once, and the promise was met", DONE,
        {"second-rung": SKIPPED, "kept": SKIPPED, "agree": SKIPPED, "learn": DONE},
        answers={"answered": {"choose": "plan"}, "times": form(minutes=10)},
    ),
)  # fmt: skip


@pytest.mark.parametrize("way", WAYS, ids=lambda way: way.name)
def test_another_way_ends_as_it_should(library: Library, way: Way) -> None:
    result = library.run(way.process, answers=way.answers, **way.inputs)

    assert (result.status, {step: result.state(step) for step in way.steps}) == (way.ends, way.steps), result.text
