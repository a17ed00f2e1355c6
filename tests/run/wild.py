"""Wild processes and wild runs of them, for laws that hold whatever happens."""

from __future__ import annotations

from random import Random
from typing import Any

from runbook.engine.plans import plan_of
from runbook.errors import Conflict, Misuse, Refused
from runbook.instants import later
from runbook.kinds import builtin
from runbook.run.commands import Answer, Command
from runbook.run.plan import Plan
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

    def failing(self) -> dict[str, Any]:
        return self.random.choice(
            [{}, {}, {"on_failure": "continue"}, {"critical": False}, {"critical": False, "on_failure": "stop"}]
        )

    def steps(self, number: int, depth: int) -> list[dict[str, Any]]:
        steps: list[dict[str, Any]] = []
        for _ in range(number):
            step = self.step(depth) | self.failing()
            before = [each["id"] for each in steps]
            if self.chance(0.6):
                step["needs"] = self.random.sample(before, self.random.randint(0, len(before)))
            if step.get("needs") and self.chance(0.4):
                step["join"] = self.random.choice(["any", self.random.randint(1, len(step["needs"]))])
            if self.chance(0.2):
                step["when"] = self.random.choice(["true", "false"])
            steps.append(step)
        for place, step in enumerate(steps):
            later_ones = [each["id"] for each in steps[place + 1 :]]
            if "decision" in step and later_ones and self.chance(0.7):
                step["decision"]["options"][1]["goto"] = self.random.choice(later_ones)
        return steps

    def step(self, depth: int) -> dict[str, Any]:
        sorts = ["program"] * 4 + ["manual", "decision", "approval", "time", "signal", "set", "section", "process"]
        match self.random.choice(sorts):
            case "manual":
                return self.id() | {"manual": "M"}
            case "decision":
                when = {"when": self.random.choice(["true", "false"])} if self.chance(0.3) else {}
                return self.id() | {"decision": {"options": [{"id": "x", **when}, {"id": "y"}]}}
            case "approval":
                deadline = {"deadline": 60} if self.chance(0.5) else {}
                return self.id() | {"approval": {"role": "boss", "quorum": self.random.randint(1, 2), **deadline}}
            case "time":
                return self.id() | {"wait": 45}
            case "signal":
                return self.id() | {"wait": {"signal": self.random.choice(["go", "stop"])}}
            case "set":
                return self.id() | {"set": {"values": {"x": 1, "y": self.random.choice([1, "{{ inputs.none }}"])}}}
            case "section" if depth:
                return self.id() | {"section": {"steps": self.steps(self.random.randint(1, 3), depth - 1)}}
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
        if story.state.ended:
            return
        try:
            _turn(story, random)
        except (Refused, Conflict, Misuse):
            pass
        not_parked(story)


def _turn(story: Story, random: Random) -> None:
    state = story.state
    steps = list(state.steps)
    match random.choice(
        ["claim", "end", "end", "end", "answer", "answer", "answer", "time", "signal", "restart", "any", "rare", "move"]
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
        case "move" if steps:
            _move(story, random, random.choice(steps))
        case "rare" if random.random() < 0.2:
            story.cancel()
        case _:
            story.claim()


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
    outcome, choose = random.choice(outcomes), random.choice(["x", "y", "z"])
    story.answer(path, outcome, random.choice(PEOPLE), choose=choose, reason=random.choice(["because", "because", ""]))


def not_parked(story: Story) -> None:
    """A run that has not ended has something under way, ready, waiting, in doubt or timed."""
    state = story.state
    alive = state.running or state.ready or state.waiting or state.in_doubt or state.due(story.now)
    assert state.ended or alive, f"parked for ever: {story.statuses}"


def bring_to_its_end(story: Story) -> None:
    """Do what is wanted, whatever it is, until the run has ended."""
    for _ in range(500):
        state = story.state
        if state.ended:
            return
        for path in (*state.in_doubt, *(path for path in state.waiting if state.steps[path].waits_for != "time")):
            step = state.steps[path]
            if step.undecided:
                story.ask(Answer(path, "failed", reason="nobody knows"))
            elif step.waits_for == "signal":
                story.signal(step.signal)
            elif step.waits_for == "person":
                outcome = {"decision": "choose", "approval": "approve"}.get(step.step.kind, "done")
                others = [one for one in PEOPLE if one not in [each["by"] for each in step.replies]]
                story.answer(path, outcome, others[0], choose="x" if outcome == "choose" else "")
            break
        else:
            if state.ready or state.running:
                story.carry_out()
            else:
                due = state.due(story.now)
                assert due, f"parked for ever: {story.statuses}"
                story.now = later(max(due, story.now), 0)
                story.ask()
    raise AssertionError(f"no end after 500 turns: {story.statuses}")


def visible(state: RunState) -> dict[str, Any]:
    """Everything that can be seen of a run."""
    run = (
        *("run", "definition", "root", "status", "reason", "outputs", "cancelled", "seq", "now"),
        *("started_by", "started_at", "ended_at", "ended"),
    )
    hidden = {"siblings", "step", "path"}
    return {
        **{name: getattr(state, name) for name in run},
        **{name: set(getattr(state, name)) for name in ("ready", "running", "waiting", "in_doubt")},
        "signals": {name: count for name, count in state.signals.items() if count},
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
