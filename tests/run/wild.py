"""Wild processes and wild runs of them, for laws that hold whatever happens."""

from __future__ import annotations

from contextlib import suppress
from random import Random
from typing import Any

from runbook.engine.plans import plan_of
from runbook.errors import Conflict, Misuse, Refused
from runbook.instants import later
from runbook.kinds import builtin
from runbook.run.commands import Answer, Command, Resume, Revoke, Work
from runbook.run.plan import Plan
from runbook.run.progress import StepState
from runbook.run.state import RunState
from runbook.testing import Story

KINDS = builtin()
PEOPLE = ("ada", "bob", "cy")


def wild_plan(random: Random) -> Plan:
    """A small process that uses others, with everything the language has in random order."""
    from runbook.reading.build import build_process

    processes = {}
    for depth, id in enumerate(("g/leaf", "g/middle", "g/main")):
        uses = list(processes)
        data = _Writer(random, uses).process(checks=depth != 1)
        processes[id] = build_process(id, f"{id}.yaml", data, KINDS, "team")
    return plan_of("g/main", processes, KINDS)


class _Writer:
    def __init__(self, random: Random, uses: list[str]) -> None:
        self.random, self.uses, self.count = random, uses, 0

    def chance(self, share: float) -> bool:
        return self.random.random() < share

    def process(self, checks: bool) -> dict[str, Any]:
        data: dict[str, Any] = {"title": "Wild", "roles": {"op": {}, "boss": {}}}
        if checks and self.chance(0.3):
            data["checks"] = [self.program() | self.failing() for _ in range(self.random.randint(1, 3))]
        data["steps"] = self.steps(self.random.randint(1, 5), 2)
        if self.chance(0.4):
            data["finally"] = self.steps(self.random.randint(1, 2), 1)
        if self.chance(0.2):
            data["on_failure"] = self.random.choice(
                ["undo", {"do": self.steps(1, 0), "then": "undo"}, self.steps(1, 0)]
            )
        if self.chance(0.15):
            data["on_cancel"] = self.steps(1, 0)
        if self.chance(0.1):
            data["concurrency"] = "one"
        return data

    def id(self) -> dict[str, Any]:
        self.count += 1
        return {"id": f"s{self.count}"}

    def program(self) -> dict[str, Any]:
        step = self.id() | {"command": ["true"]}
        if self.chance(0.3):
            step["retry"] = {"attempts": self.random.randint(1, 3), "delay": self.random.choice([0, 30])}
        if self.chance(0.3):
            step["idempotent"] = True
        return step

    def failing(self, depth: int = 0) -> dict[str, Any]:
        ways: list[dict[str, Any]] = [
            {}, {}, {"on_failure": "continue"}, {"critical": False}, {"critical": False, "on_failure": "stop"},
            {"on_failure": "undo"},
        ]  # fmt: skip
        if depth and self.chance(0.5):
            then = self.random.choice(["stop", "continue", "undo"])
            ways = [{"on_failure": {"do": self.steps(1, 0), "then": then}}, {"on_cancel": self.steps(1, 0)},
                    {"due": {"after": 40, "do": self.steps(1, 0)}}]  # fmt: skip
        return self.random.choice(ways)

    def more(self, step: dict[str, Any]) -> dict[str, Any]:
        """What makes it more than one thing done once."""
        more: dict[str, Any] = {"max_passes": 3}
        if self.chance(0.12):
            more["foreach"] = {"items": list(range(self.random.randint(0, 4)))}
            for name, value in {"max_parallel": 2, "batch": 2, "max_failures": 1, "count": 2, "rest": "cancel"}.items():
                if self.chance(0.4):
                    more["foreach"][name] = value
            if "batch" in more["foreach"] and self.chance(0.5):
                more["foreach"]["pause"] = 20
        elif self.chance(0.1):
            more["repeat"] = self.random.choice(
                [{"until": "turn >= 2"}, {"while": "turn <= 2", "every": 20}, {"until": "false", "at_most": 2}]
            )
        elif step.keys() & {"section", "process"} and self.chance(0.2):
            more["concurrency"] = self.random.choice(["one", "two"])
        if step.keys() & {"manual", "command"} and self.chance(0.15):
            more["verifier"] = "boss"
        if self.chance(0.3):
            more["undo"] = self.random.choice([{"command": ["false"]}, "Do it by hand"])
        elif self.chance(0.05):
            more["irreversible"] = True
        return more

    def steps(self, number: int, depth: int) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        for _ in range(number):
            step = self.step(depth)
            step |= self.failing(depth) | self.more(step)
            before = [each["id"] for each in steps]
            if before and self.chance(0.08):
                step["cancels"] = [self.random.choice(before)]
            if before and "command" in step and isinstance(step.get("on_failure", "stop"), str) and self.chance(0.06):
                step["on_failure"] = {"goto": self.random.choice(before)}
            if self.chance(0.6):
                step["needs"] = self.random.sample(before, self.random.randint(0, len(before)))
            if step.get("needs") and self.chance(0.4):
                count = self.random.choice(["any", self.random.randint(1, len(step["needs"]))])
                step["join"] = {"count": count, "rest": "cancel"} if self.chance(0.3) else count
            if "approval" in step and before:
                for name, value in (("send_back_to", self.random.choice(before)), ("covers", [before[-1]])):
                    if self.chance(0.2):
                        step["approval"][name] = value
            if self.chance(0.2):
                step["when"] = self.random.choice(["true", "false"])
            steps.append(step)
        for place, step in enumerate(steps):
            others = [each["id"] for each in steps[place + 1 :]]
            if self.chance(0.3):
                others = [each["id"] for each in steps[:place]]
            if "decision" in step and others and self.chance(0.7):
                step["decision"]["options"][1]["goto"] = self.random.choice(others)
            if others and step["id"] < others[-1] and self.chance(0.05):
                step["before"] = [others[-1]]
        return steps

    def step(self, depth: int) -> dict[str, Any]:
        sorts = ["program"] * 4 + [
            "manual",
            "decision",
            "approval",
            "time",
            "signal",
            "set",
            "section",
            "process",
            "end",
        ]
        match self.random.choice(sorts):
            case "manual":
                return self.id() | {"manual": "M"}
            case "decision":
                when = {"when": self.random.choice(["true", "false"])} if self.chance(0.3) else {}
                wakes = {} if when else self.random.choice([{}, {}, {"signal": "go"}, {"after": 30}])
                several = {"choose": "several"} if self.chance(0.2) else {}
                return self.id() | {"decision": {"options": [{"id": "x", **when}, {"id": "y", **wakes}], **several}}
            case "end" if self.chance(0.3):
                return self.id() | {"end": self.random.choice(["succeeded", {"as": "failed", "reason": "Enough"}])}
            case "approval":
                deadline = {"deadline": 60} if self.chance(0.5) else {}
                more = {"expires": 50} if self.chance(0.25) else {}
                if self.chance(0.2):
                    more["emergency"] = {"role": "boss", "within": 90}
                if deadline and self.chance(0.3):
                    more |= {"on_timeout": "escalate", "escalate_to": "op"}
                return self.id() | {
                    "approval": {"role": "boss", "quorum": self.random.randint(1, 2), **deadline, **more}
                }
            case "time":
                return self.id() | {"wait": 45}
            case "signal":
                return self.id() | {"wait": {"signal": self.random.choice(["go", "stop"])}}
            case "set":
                return self.id() | {"set": {"values": {"x": 1, "y": self.random.choice([1, "{{ inputs.none }}"])}}}
            case "section" if depth:
                order = {"order": "any"} if self.chance(0.3) else {}
                return self.id() | {"section": {"steps": self.steps(self.random.randint(1, 3), depth - 1), **order}}
            case "process" if self.uses:
                return self.id() | {"process": self.random.choice(self.uses)}
        return self.program()


class Recording(Story):
    """A story that remembers every turn, and how the run stood after it."""

    def __init__(self, plan: Plan) -> None:
        super().__init__(plan)
        self.turns: list[tuple[tuple[Command, ...], str, str, int, dict[str, Any]]] = []

    def ask(self, *commands: Command, by: str = "") -> Any:
        before = list(self.events)
        try:
            events = super().ask(*commands, by=by)
            self.turns.append((commands, by or self.by, self.now, len(self.events), {}))
            return events
        except (Refused, Conflict, Misuse):
            assert self.events == before
            raise
        finally:
            super().ask()  # what is due at this very instant
            self.turns.append(((), self.by, self.now, len(self.events), visible(self.state)))


def play(story: Story, random: Random, turns: int) -> None:
    """So many turns of whatever may happen, and of what may not."""
    for _ in range(turns):
        try:
            if story.state.ended:
                _after_the_end(story, random)
                continue
            _turn(story, random)
        except (Refused, Conflict, Misuse):
            pass
        not_parked(story)


def _after_the_end(story: Story, random: Random) -> None:
    if random.random() < 0.3:
        story.state = story.replayed()
    steps = [path for path, step in story.state.steps.items() if step.status.value == "succeeded"]
    match random.choice(["retry", "undo", "undo", "answer"]):
        case "retry":
            story.retry()
        case "undo":
            to = random.choice(steps) if steps and random.random() < 0.4 else ""
            story.undo(to, across=random.random() < 0.7)
        case _ if steps:
            _answer(story, random, random.choice(steps))


def _turn(story: Story, random: Random) -> None:
    state = story.state
    steps = list(state.steps)
    match random.choice(
        [
            "claim",
            "end",
            "end",
            "end",
            "answer",
            "answer",
            "answer",
            "time",
            "signal",
            "restart",
            "any",
            "rare",
            "move",
            "work",
        ]
    ):
        case "claim":
            story.claim(random.randint(1, 3))
        case "end" if state.running:
            path = random.choice(list(state.running))
            way = random.choice(["well", "well", "well", "badly", "killed", "doubt", "never"])
            if way == "doubt":
                story.breaks_off(path)
            elif way == "never":
                story.never_ran(path)
            else:
                code, number = {"well": 0, "badly": 1, "killed": None}[way], 9 if way == "killed" else None
                story.ends(path, code, random.random() < 0.5, signal=number)
        case "answer" if state.waiting or state.in_doubt:
            _answer(story, random, random.choice([*state.waiting, *state.in_doubt]))
        case "time":
            story.wait(random.choice(["1s", "30s", "1m"]))
        case "signal":
            story.signal(random.choice(["go", "stop"]))
        case "restart":
            story.state = story.replayed()
            story.resume()
        case "any" if steps:
            _answer(story, random, random.choice([*steps, "nonsense"]))
        case "work" if state.waiting:
            _work(story, random, random.choice(list(state.waiting)))
        case "move" if steps:
            _move(story, random, random.choice(steps))
        case "rare" if random.random() < 0.2:
            story.cancel()
        case "rare" if steps:
            _rare(story, random, random.choice(steps))
        case _:
            story.claim()


def _work(story: Story, random: Random, path: str) -> None:
    """Somebody takes a step on, or does something about who has it."""
    acts = [
        "claim",
        "claim",
        "start",
        "unclaim",
        "suspend",
        "continue",
        "delegate",
        "accept",
        "decline",
        "assign",
        "help",
    ]
    act, to, reason = random.choice(acts), random.choice(PEOPLE), random.choice(["because", ""])
    held = story.state.steps[path].work
    by = random.choice([*PEOPLE, *([held["by"]] * 3 if held.get("by") else ())])
    story.ask(Work(path, act, to, reason, start=random.random() < 0.3), by=by)


def _rare(story: Story, random: Random, path: str) -> None:
    match random.choice(["pause", "add", "stop", "stop", "complete", "rival", "revoke", "revoke"]):
        case "pause":
            story.pause()
            story.resume()
        case "add":
            story.add_items(path, 7)
        case "stop":
            story.stop_step(path, by=random.choice(PEOPLE))
        case "complete":
            story.complete(path)
        case "revoke":
            gates = [each.path for each in story.state.steps.values() if each.step.kind == "approval"]
            story.ask(Revoke(random.choice(gates or [path]), "we know more now"), by=random.choice(PEOPLE))
        case _:
            story.rivals = {"one": random.randint(0, 1)}


def _move(story: Story, random: Random, path: str) -> None:
    match random.choice(["back", "back", "jump", "note", "attach", "hand over"]):
        case "back":
            story.go_back(path, by=random.choice(PEOPLE))
        case "jump":
            story.jump(path, random.choice(["because", ""]), random.choice(PEOPLE))
        case "note":
            story.note("It smells", random.choice(["", path]))
        case "attach":
            story.attach(path, "photo.jpg")
        case _:
            story.hand_over("bob", "It goes well")


def _answer(story: Story, random: Random, path: str) -> None:
    outcomes = ["done", "done", "approve", "approve", "choose", "choose", "failed", "skipped", "redo", "reject"]
    outcomes += ["confirm", "confirm", "send-back"]
    outcome, choose = random.choice(outcomes), random.choice(["x", "y", "z"])
    reason, emergency = random.choice(["because", "because", ""]), outcome == "approve" and random.random() < 0.2
    story.answer(path, outcome, random.choice(PEOPLE), choose=choose, reason=reason, emergency=emergency)


def not_parked(story: Story) -> None:
    """A run that has not ended has something under way, ready, waiting, in doubt or timed."""
    state = story.state
    alive = state.running or state.ready or state.waiting or state.in_doubt or state.due(story.now)
    alive = alive or state.awaits_locks
    assert state.ended or alive, f"parked for ever: {story.statuses}"


def _is_kept_back(step: StepState) -> bool:
    """True when another step of a section whose steps are done one at a time is under way."""
    one_at_a_time = step.siblings.owner and getattr(step.siblings.owner.step.spec, "any_order", False)
    return bool(one_at_a_time) and any(each.status.value == "running" for each in step.siblings.steps.values())


def bring_to_its_end(story: Story) -> None:
    """Do what is wanted, whatever it is, until the run has ended."""
    story.rivals = {}
    story.ask()
    for _ in range(500):
        if story.state.paused and not story.state.ended:
            _resume(story)
        state = story.state
        if state.ended:
            return
        for path in (*state.in_doubt, *(path for path in state.waiting if state.steps[path].waits_for != "time")):
            step = state.steps[path]
            if step.undecided:
                story.ask(Answer(path, "failed", reason="nobody knows"))
            elif step.waits_for == "signal":
                story.signal(step.signals[0])
            elif step.performed:
                second = next(one for one in PEOPLE if one not in (step.performed["by"], *step.helpers))
                story.answer(path, "confirm", second)
            elif step.waits_for == "person" and _is_kept_back(step):
                continue
            elif step.waits_for == "person" and step.work.get("by"):
                if step.work["state"] == "suspended":
                    story.ask(Work(path, "continue"), by=step.work["by"])
                    break
                outcome = "choose" if step.step.kind == "decision" else "done"
                story.answer(path, outcome, step.work["by"], choose="x" if outcome == "choose" else "")
            elif step.waits_for == "person":
                outcome = {"decision": "choose", "approval": "approve"}.get(step.step.kind, "done")
                others = [one for one in PEOPLE if one not in [each["by"] for each in step.replies]]
                story.answer(path, outcome, others[0], choose="x" if outcome == "choose" else "")
            break
        else:
            so_far = len(story.events)
            if state.ready or state.running:
                story.carry_out()
            if len(story.events) == so_far:
                due = state.due(story.now)
                assert due, f"parked for ever: {story.statuses}"
                story.now = later(max(due, story.now), 0)
                story.ask()
    raise AssertionError(f"no end after 500 turns: {story.statuses}")


def _resume(story: Story) -> None:
    """Somebody who may has the run go on; where a yes has lapsed and nobody may give another one, it is cancelled."""
    for person in PEOPLE:
        with suppress(Refused):
            story.ask(Resume(), by=person)
            return
    story.cancel()


def visible(state: RunState) -> dict[str, Any]:
    """Everything that can be seen of a run."""
    run = (
        *("run", "definition", "root", "status", "reason", "outputs", "cancelled", "seq", "now"),
        *("started_by", "started_at", "ended_at", "ended"),
    )
    hidden = {"siblings", "step", "path", "inside", "turns", "undoing"}
    return {
        **{name: getattr(state, name) for name in run},
        **{name: set(getattr(state, name)) for name in ("ready", "running", "waiting", "in_doubt")},
        "signals": {name: [*senders] for name, senders in state.signals.items() if senders},
        "due": state.due(""),
        "played": {role: set(people) for role, people in state.played.items()},
        "steps": {
            path: {
                name: list(value) if isinstance(value := getattr(step, name), list) else value
                for name in step.__slots__
                if name not in hidden
            }
            for path, step in state.steps.items()
        },
        "locks": dict(state.locks),
        "turns": {
            path: (list(each.items), each.open, each.done, each.failed, each.complete, each.paused, len(each.lists))
            for path, step in state.steps.items()
            if (each := step.turns)
        },
        "undoing": [
            (list(each.left), each.failed)
            for owner in (state, *state.scopes.values(), *state.steps.values())
            if (each := owner.undoing)
        ],
        "lists": {
            path: (
                each.siblings.open,
                each.siblings.failed,
                each.siblings.stopped,
                each.siblings.withdrawn,
                dict(each.siblings.missing),
            )
            for path, each in state.steps.items()
        },
        "scopes": {
            prefix: (
                scope.phase,
                scope.failed,
                scope.withdrawn,
                dict(scope.inputs),
            )
            for prefix, scope in state.scopes.items()
        },
    }
