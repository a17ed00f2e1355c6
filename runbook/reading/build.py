"""Checked data to a definition: what the text implies becomes explicit here.

The same function serves files (with their places, collecting problems) and the copies stored with runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from typing import Any

from runbook.clauses import Doubt, Expression, Input, Retry, Script, Template, Use
from runbook.definition import PLAIN, OnFailure, Process, ProcessGroup, Project, Step, Undo
from runbook.durations import duration
from runbook.errors import ExpressionError
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.reading.build_docs import build_docs
from runbook.reading.build_evidence import build_evidence
from runbook.reading.build_flow import (
    FLOW_FIELDS,
    PARTS,
    approval_flow,
    build_concurrency,
    build_flow,
    join_count,
    process_failure,
    with_body,
)
from runbook.reading.build_listing import build_listing
from runbook.reading.build_people import build_performer, build_role, privileges_of
from runbook.reading.build_results import build_expect, build_outputs
from runbook.reading.build_secrets import build_secrets, misplaced
from runbook.reading.notes import Flaw, Notes, Sort
from runbook.source import Path


@dataclass(slots=True)
class Texts:
    """A `Reader`: texts of one step, below one path of the document."""

    notes: Notes
    kinds: Kinds
    at: Path
    step: str | None = None
    number: str = ""
    """What the numbers of steps below here begin with: `3.` in a section, `C` for checks."""

    def below(self, *at: str | int) -> Texts:
        return Texts(self.notes, self.kinds, self.at + at, self.step, self.number)

    def template(self, text: str, *at: str | int, sealed: bool = False) -> Template:
        if "{" not in text:
            return Template(text, (text,))
        try:
            template = self.notes.template(text)
        except ExpressionError as error:
            self._flaw(Sort.TEMPLATE, at, error)
            return Template(text, (text,))
        for part in template.parts:
            if isinstance(part, Expression):
                self._note(part, at, sealed=sealed)
        return template

    def values(self, value: Json, *at: str | int, sealed: bool = False) -> Json:
        match value:
            case str():
                return self.template(value, *at, sealed=sealed)
            case list():
                return [self.values(each, *at, number, sealed=sealed) for number, each in enumerate(value)]
            case dict():
                return {name: self.values(each, *at, name, sealed=sealed) for name, each in value.items()}
        return value

    def condition(self, text: str | bool, *at: str | int, extra: tuple[str, ...] = ()) -> Expression:
        if isinstance(text, bool):
            text = "true" if text else "false"
        try:
            expression = self.notes.expression(text)
        except ExpressionError as error:
            self._flaw(Sort.CONDITION, at, error)
            return Expression(text, ["const", False])
        self._note(expression, at, extra)
        return expression

    def script(self, text: str, *at: str | int) -> Script:
        if "{{" not in text:
            return Script(text, text)
        from runbook.scripts import rewrite

        try:
            script = rewrite(text)
        except ExpressionError as error:
            self._flaw(Sort.SCRIPT, at, error)
            return Script(text, text)
        for _, expression in script.bindings:
            self._note(expression, at)
        for doubt in script.doubts:
            self.mind(doubt, *at)
        return script

    def mind(self, danger: ExpressionError | Doubt, *at: str | int) -> None:
        if isinstance(danger, Doubt):
            self.notes.doubts.append((self.at + at, danger))
        else:
            self._flaw(Sort.SCRIPT, at, danger)

    def duration(self, text: str | int | float, *at: str | int) -> float:
        try:
            return duration(text)
        except ExpressionError as error:
            self._flaw(Sort.DURATION, at, error)
            return 0.0

    def steps(self, value: Json, *at: str | int, in_turn: bool = True) -> tuple[Step, ...]:
        return build_steps(value, self.below(*at), in_turn)

    def numbered(self, letter: str) -> Texts:
        """The same reader, for steps whose numbers go on with a letter."""
        return Texts(self.notes, self.kinds, self.at, self.step, f"{self.number}{letter}")

    def _flaw(self, sort: Sort, at: Path, error: ExpressionError) -> None:
        self.notes.flaws.append(Flaw(sort, self.at + at, error))

    def _note(self, expression: Expression, at: Path, extra: tuple[str, ...] = (), sealed: bool = False) -> None:
        self.notes.uses.append(Use(expression, self.at + at, self.step, extra))
        if "secrets" in expression.source and (error := misplaced(expression, sealed)):
            self._flaw(Sort.SECRET, at, error)


def build_process(
    id: str, file: str, data: Mapping[str, Any], kinds: Kinds, owner: str = "", notes: Notes | None = None
) -> Process:
    """The process that data of the right shape describes; `notes` collects what is wrong in its texts."""
    notes = notes or Notes()
    texts = Texts(notes, kinds, ())
    steps = {
        part: build_steps(data.get(part, ()), Texts(notes, kinds, (part,), number=letter), part != "checks")
        for part, letter in PARTS.items()
    }
    handling = process_failure(data.get("on_failure"), Texts(notes, kinds, ("on_failure",), number="E"))
    return Process(
        id=id,
        title=data["title"],
        file=file,
        data=data,
        summary=data.get("summary", ""),
        description=data.get("description", ""),
        owner=data.get("owner", owner),
        tags=tuple(data.get("tags", ())),
        practice=data.get("practice", ""),
        change=data.get("change", ""),
        review=data.get("review", {}),
        use_when=tuple(data.get("use_when", ())),
        prerequisites=tuple(data.get("prerequisites", ())),
        hazards=tuple({"text": each} if isinstance(each, str) else each for each in data.get("hazards", ())),
        references=tuple(data.get("references", ())),
        roles={
            name: build_role(name, given or {}, texts.below("roles", name))
            for name, given in data.get("roles", {}).items()
        },
        privileges=privileges_of(data.get("privileges", {})),
        mode=data.get("mode", "guided"),
        authority=data.get("authority", ""),
        inputs={name: _input(name, given or {}) for name, given in data.get("inputs", {}).items()},
        secrets=build_secrets(data.get("secrets", {})),
        signed=data.get("signed", False),
        checks=steps["checks"],
        steps=steps["steps"],
        on_failure=handling.do,
        on_cancel=steps["on_cancel"],
        finally_=steps["finally"],
        undone_on_failure=handling.then is OnFailure.UNDO,
        concurrency=build_concurrency(data["concurrency"], texts.below("concurrency"))
        if "concurrency" in data
        else None,
        outputs=texts.below("outputs").values(data.get("outputs", {})),
        uses=tuple(notes.uses),
        listing=build_listing(data),
    )


def _input(name: str, given: Mapping[str, Any]) -> Input:
    schema = {word: value for word, value in given.items() if word not in ("title", "default")}
    title = given.get("title", name.replace("_", " ").capitalize())
    return Input(name, schema, title, "default" not in given, given.get("default"))


def build_steps(value: Sequence[Mapping[str, Any]], texts: Texts, in_turn: bool = True) -> tuple[Step, ...]:
    """A list of steps, each with its needs made explicit; `in_turn`: each needs the one before it."""
    steps: list[Step] = []
    before: tuple[str, ...] = ()
    for place, given in enumerate(value):
        number = f"{texts.number}{place + 1}"
        below = Texts(texts.notes, texts.kinds, (*texts.at, place), given["id"], f"{number}.")
        steps.append(_step(given, number, before, below))
        if in_turn:
            before = (given["id"],)
    return tuple(steps)


def _step(given: Mapping[str, Any], number: str, before: tuple[str, ...], texts: Texts) -> Step:
    kind = texts.kinds[kind_key(given, texts.kinds)]
    spec = kind.read(given[kind.key], texts.below(kind.key))
    get = given.get
    critical = get("critical", True)
    flow, on_failure = (PLAIN, None) if FLOW_FIELDS.isdisjoint(given) else build_flow(given, texts)
    if kind.key == "approval":
        flow = approval_flow(given, flow, texts)
    elif kind.turns and (turns := kind.turns(spec)):
        if flow.foreach or flow.repeat:
            once = "foreach" if flow.foreach else "repeat"
            help = f"put the step into a section, and the `{once}` at the section"
            texts.mind(ExpressionError(f"`{once}` and the turns of `{kind.key}` exclude each other", help), once)
        else:
            flow = replace(flow, foreach=turns)
    step: Step = object.__new__(Step)
    values = (
        given["id"],
        given["title"] if "title" in given else given["id"].replace("-", " ").capitalize(),
        kind.key,
        spec,
        texts.at,
        number,
        tuple(dict.fromkeys(given["needs"])) if "needs" in given else before,
        join_count(given["join"]) if "join" in given else None,
        texts.condition(given["when"], "when") if "when" in given else None,
        getattr(spec, "role", None) or get("role"),
        getattr(spec, "excludes", ()),
        build_performer(given["performer"], texts.below("performer")) if "performer" in given else None,
        get("verifier", ""),
        privileges_of(given["privileges"]) if "privileges" in given else {},
        get("why", ""),
        get("warning", ""),
        get("caution", ""),
        get("note", ""),
        get("manual", "") if kind.acts else "",
        texts.duration(given["timeout"], "timeout") if "timeout" in given else None,
        _retry(get("retry"), spec, texts),
        build_expect(given["expect"], texts.below("expect")) if "expect" in given else None,
        build_outputs(given["outputs"], texts.below("outputs")) if "outputs" in given else {},
        on_failure or (None if critical else OnFailure.CONTINUE),
        critical,
        get("idempotent", False),
        get("read_only", False) or kind.read_only or bool(kind.only_looks and kind.only_looks(spec)),
        getattr(spec, "steps", ()),
        getattr(spec, "use", None),
        _undo(given["undo"], texts.below("undo")) if "undo" in given else None,
        get("irreversible", False),
        get("signed", False),
        flow,
        build_evidence(given["evidence"], texts.below("evidence")) if "evidence" in given else (),
        get("sample", {}),
    )
    for fill, value in zip(_FILL, values, strict=True):
        fill(step, value)
    return with_body(step) if flow.foreach or flow.repeat else step


_FILL: tuple[Callable[[Step, Any], None], ...] = tuple(getattr(Step, each.name).__set__ for each in fields(Step))
"""What fills the fields of a step, in their order: half the cost of naming each, and there are many steps."""


def kind_key(given: Mapping[str, Any], kinds: Kinds) -> str:
    """The kind key of a step; beside an acting kind, `manual` is only its by-hand text."""
    for key in given:
        if key in kinds.by_key and key != "manual":
            return key
    return "manual"


def _undo(given: str | Mapping[str, Any], texts: Texts) -> Undo:
    if isinstance(given, str):
        return Undo("manual", texts.kinds["manual"].read(given, texts))
    ((key, value),) = given.items()
    kind, noted = texts.kinds[key], len(texts.notes.uses)
    spec = kind.read(value, texts.below(key))
    if kind.turns and (turns := kind.turns(spec)):
        own = f"`{{{{ {turns.name} }}}}` is its own"
        help = f"name one {turns.name}; a step with turns is undone turn by turn, and {own}"
        texts.mind(ExpressionError("what undoes a step is done once", help), key)
        del texts.notes.uses[noted:]  # what is not to be is looked at no further
    return Undo(key, spec)


def _retry(given: Mapping[str, Any] | None, spec: Any, texts: Texts) -> Retry | None:
    every, within = getattr(spec, "every", None), getattr(spec, "within", None)
    if every is not None:
        return Retry(attempts=1_000_000, delay=every, within=within) if within is not None else None
    if given is None:
        return None
    return Retry(
        attempts=given.get("attempts", 3),
        delay=texts.duration(given["delay"], "retry", "delay") if "delay" in given else 0.0,
        backoff=given.get("backoff", 1.0),
        jitter=given.get("jitter", False),
        on_exit=tuple(given.get("on_exit", ())),
    )


def build_group(id: str, file: str, data: Mapping[str, Any]) -> ProcessGroup:
    """The process group that data of the right shape describes."""
    scope = data.get("scope", {})
    return ProcessGroup(
        id=id,
        title=data["title"],
        file=file,
        summary=data.get("summary", ""),
        description=data.get("description", ""),
        owner=data.get("owner", ""),
        scope_in=tuple(scope.get("in", ())),
        scope_out=tuple(scope.get("out", ())),
    )


def build_project(
    data: Mapping[str, Any], groups: Mapping[str, ProcessGroup], processes: Mapping[str, Process]
) -> Project:
    """The project that data of the right shape and its parts describe."""
    parallel = data.get("defaults", {}).get("max_parallel", 8)
    plugins = tuple(data.get("plugins", ()))
    docs = build_docs(data.get("docs", {}))
    return Project(data["title"], data.get("summary", ""), parallel, plugins, groups, processes, docs)
