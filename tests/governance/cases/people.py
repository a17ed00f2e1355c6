"""Who may act: roles, who is kept apart from what, substitutes, logins, performers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.governance.case import RUN, Call, Case, answered, approve, mine

DOER = "roles: {{operator: {{}}, doer: {}}}\nsteps:\n- {{id: work, role: doer, manual: Do it}}\n"
WORKED: Mapping[str, Any] = {
    "before": (mine(*answered("first", "done")),), "told": {"first": "done"}, "since": "work",
    "paper": ({"step": "first", "answer": "done"},),
}  # fmt: skip
"""Whoever tries it has done the step before."""


def _doer(by: str, role: str, says: str, also: str = "", **more: Any) -> Case:
    """Somebody who has not what the role asks for does its step."""
    more.setdefault("people", "team")
    return Case(by, says, "work", "done", answered("work", "done"), (), text=DOER.format(role) + also, **more)


def _performer(by: str, performer: str, says: str, **more: Any) -> Case:
    """Somebody of the role who is not the one for the step."""
    text = f"- {{id: first, manual: Begin}}\n- {{id: work, performer: {performer}, manual: Do it}}\n"
    return Case(by, says, "work", "done", answered("work", "done"), (), text=text, people="team", **more)


def _gate(by: str, says: str, text: str, *before: Call, **more: Any) -> Case:
    """Somebody approves who is kept apart from it."""
    return Case(
        by, says, "gate", {"approve": True}, approve(), (), text=text, people="team", before=before, **more
    )  # fmt: skip


def _role_at_start(says: str, *words: str, **more: Any) -> Case:
    text = "roles: {operator: {}, doer: {team: infra, binds: start}}\nsteps: [{id: work, role: doer, manual: Do it}]"
    process = "gov/a-role-that-nobody-was-named-for"
    return Case("roles.*.binds", says, command=("run", process, "--yes", *words), text=text, people="team", **more)


ANA_DID = {"before": (("ana", *answered("first", "done")),), "since": "work",
           "paper": ({"step": "first", "answer": "done", "by": "ana"},)}  # fmt: skip
ELI_DID = {"since": "gate", "paper": ({"step": "work", "answer": "done", "by": "eli"},)}
KEEPER = "roles: {operator: {}, keeper: {people: [ana]}}\nsteps:\n"
HELD_WAIT = KEEPER.replace("{", "{{").replace("}", "}}") + "- {{id: held, {}, wait: {{signal: go}}}}\n"
WORK = "- {id: work, manual: Do it}\n"
CASES = {
    "somebody who is not listed": Case(
        "roles.*.people", "may not act as `keeper`", "listed", {"approve": True}, approve("listed"), (),
        "ask one of maria, jonas", "desk/sign", inputs={"rule": "listed"},
    ),
    "a step of a role that names its people": Case(
        "roles.*.people", "may not act as `keeper`", "turn-key", "done", answered("turn-key", "done"), (),
        "ask one of maria, jonas", "desk/sign", inputs={"rule": "key"},
    ),
    "somebody whom a value does not name": _doer(
        "roles.*.people", "{people: ['{{ inputs.who }}']}", "bo may not act as `doer` at `work`",
        also="inputs: {who: {type: string}}\n", inputs={"who": "ana"},
    ),
    "somebody outside of the team": _doer("roles.*.team", "{team: desk}", "not in the team `desk`"),
    "somebody without the office": _doer(
        "roles.*.role", "{role: change-approver}", "not `change-approver` in the organisation"
    ),
    "somebody who can't do it": _doer(
        "roles.*.capabilities", "{capabilities: {postgres: 1}}", "without the capability `postgres`"
    ),
    "somebody who can't do it well enough": _doer(
        "roles.*.capabilities", "{capabilities: {linux: 2}}", "without the capability `linux` at level 2"
    ),
    "somebody who is not the manager": _doer(
        "roles.*.manager_of", "{manager_of: starter}", "not the manager of `starter`"
    ),
    "a role that nobody was named for": _role_at_start(
        "who plays `doer` has to be named when the run starts", head={"roles": {}}
    ),
    "a role for somebody who is not fit for it": _role_at_start(
        "cy may not play `doer`: not in the team `infra`", "--role", "doer=cy"
    ),
    "a role that is not there": _role_at_start("the process has no role `pilot`", "--role", "pilot=bo"),
    "somebody else than who was named at the start": _doer(
        "roles.*.binds", "{binds: start}", "in this run that is ana", begun=("--role", "doer=ana"),
        head={"roles": {"doer": "ana"}},
    ),
    "somebody else than who had the role first": Case(
        "roles.*.binds", "in this run that is ana", "work", "done", answered("work", "done"), (),
        text="roles: {operator: {}, doer: {binds: first}}\nsteps:\n- {id: first, role: doer, manual: Begin}\n"
        "- {id: work, role: doer, manual: Do it}\n", people="team", **ANA_DID,
    ),
    "a role given to somebody who is not fit for it": Case(
        "roles.*.team", "cy may not play `doer`", "work", command=("assign", RUN, "--role", "doer", "--to", "cy"),
        text=DOER.format("{team: infra}"), people="team",
    ),
    "the starter where not starter": Case(
        "approval.not", "started this run", "not-starter", {"approve": True}, approve("not-starter"), (),
        process="desk/sign", inputs={"rule": "not-starter"},
    ),
    "the operator where not operator": Case(
        "roles.*.not", "acts as `operator`", "apart", {"approve": True}, approve("apart"), (),
        process="desk/sign", inputs={"rule": "apart"},
    ),
    "the auditor as operator afterwards": Case(
        "roles.*.not", "acts as `auditor` in this run and may not act as `operator`", "work", "done",
        answered("work", "done"), (), text="roles: {opener: {}, operator: {}, auditor: {not: operator}}\n"
        "steps:\n- {id: first, role: auditor, manual: Look}\n- {id: work, role: operator, manual: Do it}\n",
        people="team", **WORKED,
    ),
    "whoever did the work where not implementer": _gate(
        "approval.not", "bo did some of the work of this run",
        "roles: {operator: {}, boss: {}}\nsteps:\n"
        f"{WORK}- {{id: gate, approval: {{role: boss, not: implementer}}}}",
        mine(*answered("work", "done")), told={"work": "done"}, since="gate",
        paper=({"step": "work", "answer": "done"},),
    ),
    "whoever wrote the process where not author": _gate(
        "approval.not", "bo wrote the process of this run",
        "roles: {operator: {}, boss: {}}\nsteps:\n- {id: gate, approval: {role: boss, not: author}}",
    ),
    "whoever approved, doing the work afterwards": Case(
        "approval.not", "bo approved `first` and may not act", "work", "done", answered("work", "done"), (),
        text="roles: {operator: {}, boss: {}}\nsteps:\n- {id: first, approval: {role: boss, not: implementer}}\n"
        + WORK, people="team", before=(mine(*approve("first")),), told={"first": {"approve": True}},
        paper=({"step": "first", "answer": "approve"},),
    ),
    "a substitute outside of their days": _doer(
        "substitutes.from, to", "{role: porter}", "bo may not act as `doer` at `work`: not `porter`"
    ),
    "a substitute for something else": _doer(
        "substitutes.for", "{role: keeper}", "bo may not act as `doer` at `work`: not `keeper`"
    ),
    "a substitute for somebody who is kept apart": _gate(
        "approval.not", "eli did some of the work of this run",
        "roles: {operator: {}, boss: {role: signer}}\nsteps:\n"
        f"{WORK}- {{id: gate, approval: {{role: boss, not: implementer}}}}",
        ("eli", *answered("work", "done")), **ELI_DID,
    ),
    "for whom a substitute did it, where another one is wanted": Case(
        "performer.not_same_as", "bo did `first` and may not do `work`", "work", "done", answered("work", "done"), (),
        text="roles: {operator: {}, porter: {team: infra}}\nsteps:\n- {id: first, role: porter, manual: Begin}\n"
        "- {id: work, performer: {not_same_as: first}, manual: Do it}\n",
        people="team", before=(("kit", *answered("first", "done")),), since="work",
        paper=({"step": "first", "answer": "done", "by": "kit"},),
    ),
    "for whom a substitute worked, where implementers don't approve": _gate(
        "approval.not", "bo did some of the work of this run",
        "roles: {operator: {}, porter: {team: infra}, boss: {role: on-call}}\nsteps:\n"
        "- {id: work, role: porter, manual: Do it}\n- {id: gate, approval: {role: boss, not: implementer}}",
        ("kit", *answered("work", "done")), **{**ELI_DID, "paper": ({"step": "work", "answer": "done", "by": "kit"},)},
    ),
    "a login that is nobody's": _doer(
        "people/ID.yaml", "{team: infra}", "nobody of that name is in `operations/people`", people="stranger"
    ),
    "a login that is called like somebody": _doer(
        "people/ID.yaml users", "{people: [ME]}", "user:ME may not act as `doer`", people="namesake",
        paper=None,
    ),
    "somebody spoken for, of a role that names people": Case(
        "roles.*.people", "maria has to speak for themselves", "listed", {"approve": True, "by": "maria"},
        approve("listed", "--by", "maria"), process="desk/sign", inputs={"rule": "listed"}, paper=None,
    ),
    "somebody spoken for, of a role with a team": Case(
        "roles.*.team", "ana has to speak for themselves at `work`", "work", {"by": "ana"},
        answered("work", "done", "--by", "ana"), text=DOER.format("{team: infra}"), people="team", paper=None,
    ),
    "a step for other people": _performer("performer.people", "{people: [ana]}", "the step is for others", **WORKED),
    "a step for who can do it": _performer(
        "performer.capabilities", "{capabilities: {linux: 3}}", "without the capability `linux` at level 3", **WORKED
    ),
    "a step for who did the one before": _performer(
        "performer.same_as", "{same_as: first}", "ana did `first`, and does this too", **ANA_DID
    ),
    "a step for anybody but who did the one before": _performer(
        "performer.not_same_as", "{not_same_as: [first]}", "bo did `first` and may not do `work`", **WORKED
    ),
    "a signal to a wait of a role that names its people": Case(
        "wait.signal", "the signal `go` is not yours to send: bo may not act as `keeper` at `held`", "held",
        command=("signal", RUN, "go"), people="team", text=HELD_WAIT.format("role: keeper"),
    ),
    "a signal that comes before its wait": Case(
        "wait.signal", "the signal `go` is not yours to send: bo may not act as `keeper` at `held`", "first",
        command=("signal", RUN, "go"), people="team", text="roles: {operator: {}, keeper: {people: [ana]}}\nsteps:\n"
        "- {id: first, manual: Begin}\n- {id: held, role: keeper, wait: {signal: go}}\n",
    ),
    "a signal to a wait for other people": Case(
        "performer.people", "the signal `go` is not yours to send: bo may not act", "held",
        command=("signal", RUN, "go"), people="team", text=HELD_WAIT.format("performer: {people: [ana]}"),
    ),
    "a signal that decides for a role that names its people": Case(
        "decision.options.*.signal", "the signal `off` is not yours to send: bo may not act as `keeper` at `ways`",
        "ways", command=("signal", RUN, "off"), people="team", text=KEEPER + "- {id: ways, role: keeper, decision: "
        "{options: [{id: \"on\"}, {id: \"off\", signal: \"off\"}]}}\n",
    ),
}  # fmt: skip
