"""Who has a step: claims, what rests, what is given on."""

from __future__ import annotations

from typing import Any

from tests.governance.case import RUN, Call, Case, answered, mine

WORK = "- {id: work, manual: Do it}\n- {id: last, manual: End it}\n"
BY_LEAD = "roles: {operator: {}, lead: {people: [ivan]}}\nsteps:\n"
ANA_HAS = (("ana", "claim", RUN, "work"),)
ANA_BEGAN = (("ana", "start", RUN, "work"),)
I_HAVE = (mine("claim", RUN, "work"),)
I_BEGAN = (mine("start", RUN, "work"),)


def _act(by: str, says: str, *words: str, before: tuple[Call, ...] = (), text: str = WORK, **more: Any) -> Case:
    return Case(by, says, "work", command=(words[0], RUN, "work", *words[1:]), before=before, text=text,
                people="team", **more)  # fmt: skip


def _left_to_lead(what: str, *words: str, before: tuple[Call, ...] = I_BEGAN, **more: Any) -> Case:
    """What is left to a role, by whoever has the step and not that role."""
    text = f"privileges: {{{what}: lead}}\n{BY_LEAD}{WORK}"
    return _act(f"privileges.{what}", "bo may not act as `lead` at `work`", *words, before=before, text=text, **more)


CLAIMED_FIRST = "- {id: work, performer: {claimed_first: true}, manual: Do it}\n"
CASES = {
    "an answer to what somebody else has claimed": Case(
        "claim", "`work` is claimed by ana since", "work", "done", answered("work", "done"), (), text=WORK,
        people="team", before=ANA_HAS, code=5, paper=None,
    ),
    "an answer to what somebody else has begun": Case(
        "start", "`work` is begun by ana since", "work", "done", answered("work", "done"), (), text=WORK,
        people="team", before=ANA_BEGAN, code=5, paper=None,
    ),
    "a claim of what somebody else has": _act("claim", "is claimed by ana since", "claim", before=ANA_HAS, code=5),
    "a start of what somebody else has": _act("claim", "is claimed by ana since", "start", before=ANA_HAS, code=5),
    "a claim by somebody who may not act": _act(
        "role", "bo may not act as `doer`", "claim", text=f"roles: {{doer: {{team: desk}}}}\nsteps:\n{WORK}"
    ),
    "an answer to what was not claimed first": Case(
        "performer.claimed_first", "`work` has to be claimed before it is done", "work", "done",
        answered("work", "done"), text=CLAIMED_FIRST, people="team",
    ),
    "more than somebody may have": Case(
        "wip", "bo has 1 steps already, and 1 are the most", "work", command=("claim", RUN, "other"),
        text="- {id: work, needs: [], manual: Do it}\n- {id: other, needs: [], manual: Do it too}\n", people="team",
        before=I_HAVE,
    ),
    "a claim out of order": Case(
        "teams.*.pull", "`first` of run RUN comes first", "work", command=("claim", RUN, "work"), people="pull",
        text="- {id: first, needs: [], manual: Begin}\n- {id: work, needs: [], manual: Do it}\n",
    ),
    "an answer to what rests": Case(
        "suspend", "`work` rests: Locked until noon", "work", "done", answered("work", "done"), (("enter", ""),),
        text=WORK, people="team", before=(*I_BEGAN, mine("suspend", RUN, "work", "--reason", "Locked until noon")),
        paper=None,
    ),
    "a rest without a reason": _act("suspend", "needs a reason", "suspend", "--reason", " ", before=I_BEGAN),
    "a step offered to somebody who may not act": _act(
        "delegate", "cy may not act as `doer`", "delegate", "cy", before=I_HAVE,
        text=f"roles: {{doer: {{team: infra}}}}\nsteps:\n{WORK}",
    ),
    "a step offered to oneself": _act("delegate", "is delegated to somebody else", "delegate", "bo", before=I_HAVE),
    "a step offered by who does not have it": _act(
        "delegate", "is claimed by ana since", "delegate", "ivan", before=ANA_HAS, code=5
    ),
    "taking what was not offered": _act("accept", "was not offered to bo", "accept", before=ANA_HAS),
    "taking what was offered to somebody else": _act(
        "accept", "was not offered to bo", "accept",
        before=(*ANA_HAS, ("ana", "delegate", RUN, "work", "ivan")),
    ),
    "declining what was not offered": _act("decline", "was not offered to bo", "decline", before=ANA_HAS),
    "giving back what nobody has": _act("unclaim", "nobody has claimed `work`", "unclaim"),
    "giving back what has begun, without a reason": _act(
        "unclaim", "giving it back needs a reason", "unclaim", before=I_BEGAN
    ),
    "a step assigned to somebody who may not act": _act(
        "assign", "cy may not act as `doer`", "assign", "--to", "cy",
        text=f"roles: {{doer: {{team: infra}}}}\nsteps:\n{WORK}",
    ),
    "what somebody has begun assigned without a note": _act(
        "assign", "giving it to somebody else needs a note", "assign", "--to", "ivan", before=ANA_BEGAN
    ),
    "help where nobody has the step": _act("assist", "nobody has claimed `work`", "assist"),
    "help by somebody who may not act": _act(
        "assist", "bo may not act as `doer`", "assist", before=(("cy", "claim", RUN, "work"),),
        text=f"roles: {{operator: {{}}, doer: {{team: desk}}}}\nsteps:\n{WORK.replace('work,', 'work, role: doer,')}",
    ),
    "a step assigned by who may not": _left_to_lead("reassign", "assign", "--to", "ana", before=()),
    "a step taken from somebody by who may not": _left_to_lead("reassign", "unclaim", before=ANA_HAS),
    "a role given by who may not": Case(
        "privileges.reassign", "bo may not give `operator` to anybody", "work",
        command=("assign", RUN, "--role", "operator", "--to", "ana"),
        text=f"privileges: {{reassign: lead}}\n{BY_LEAD}{WORK}", people="team",
    ),
    "a step offered by who may not": _left_to_lead("delegate", "delegate", "ana"),
    "a step laid to rest by who may not": _left_to_lead("suspend", "suspend", "--reason", "Not now"),
}  # fmt: skip
