"""An expression does with a value what can never come out, by the types that are known.

Why: an input has one type, so has an output, a field of a form, what a filter gives; a decision has its options, a
step one of nine states. A text is no condition and can't be calculated with; a number never equals a text; `sucess` is
no state; `| join` needs a list. Found only in the middle of a run, it fails there. What nobody can know is not judged.

Example:

    inputs: {count: {type: integer}}
    steps:
      - {id: many, title: Many, when: "inputs.count == '5'", shell: ./many}

Instead: compare with a value of the same type: `inputs.count == 5`. A text becomes a number with `| int`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.clauses import Expression, Template, Use
from runbook.diagnostics import suggestion
from runbook.expressions.names import parts_of, path_of
from runbook.expressions.signatures import ANY, LIST, MAPPING, TRUTH
from runbook.expressions.types import SAME, Fault, described, faults, type_of
from runbook.outcome import Json
from runbook.reading.rule import Finding, Subject
from runbook.reading.types import Types
from runbook.source import Path

CODE = "RB244"
NAME = "mismatched-types"

STATES = (
    "pending", "ready", "running", "waiting", "in doubt", "succeeded", "failed", "skipped", "cancelled", "undone",
)  # fmt: skip
_PART = {"a reading": "value", "a file": "name", "a signature": "name"}
"""What is usually meant of a value that has several parts."""


def check(subject: Subject) -> Iterator[Finding]:
    """Finds conditions, calculations, comparisons and filters that no value of the types can pass."""
    looking = _Looking(subject)
    for use in subject.process.uses:
        if use.expression.tree[0] not in ("name", "const"):
            yield from looking.inside(use)
        yield from looking.in_text(use)
    for step in subject.every:
        if step.when:
            yield from looking.condition((*step.at, "when"), step.when)
        for place, option in enumerate(step.spec.options if step.kind == "decision" else ()):
            if option.when:
                yield from looking.condition((*step.at, "decision", "options", place, "when"), option.when)
        if step.flow.foreach and isinstance(step.flow.foreach.items, Template):
            yield from looking.items((*step.at, "foreach"), step.flow.foreach.items)


class _Looking:
    """What is looked for in one process."""

    def __init__(self, subject: Subject) -> None:
        self.subject = subject
        self.types = Types(subject)

    def inside(self, use: Use) -> Iterator[Finding]:
        """What is wrong in an expression and its parts."""
        for fault in faults(use.expression.tree, self.types.of(use)):
            yield self.found(use, fault)
        yield from self.words(use, use.expression.tree)

    def found(self, use: Use, fault: Fault) -> Finding:
        """A fault where it stands; of values that have parts, one of these is usually meant."""
        seen = type_of(fault.tree, self.types.of(use))
        help = fault.help
        if seen in _PART and not fault.what.startswith("looks up"):
            help = f"{'compare' if 'compared' in fault.what or 'same' in fault.what else 'use'} its `{_PART[seen]}`"
        word = ".".join(path_of(fault.tree) or ())
        return Finding(use.at, f"`{described(fault.tree)}` {fault.what}", help, word=word)

    def words(self, use: Use, tree: Json) -> Iterator[Finding]:
        """Comparisons with a text that a value of few texts is never."""
        if tree[0] in SAME:
            yield from self.never(use, tree[1], tree[2])
        elif tree[0] in ("in", "not in") and tree[2][0] == "list":
            for each in tree[2][1:]:
                yield from self.never(use, tree[1], each)
        for part in parts_of(tree):
            yield from self.words(use, part)

    def never(self, use: Use, left: Json, right: Json) -> Iterator[Finding]:
        """One value that is never the other, because it is one of a few others."""
        looked_up, constant = (right, left) if left[0] == "const" else (left, right)
        words = self.words_of(looked_up) if constant[0] == "const" else ()
        if words and constant[1] not in words:
            help = suggestion(str(constant[1]), words, f"it is one of {', '.join(f'`{word}`' for word in words)}")
            name = ".".join(path_of(looked_up) or ())
            yield Finding(use.at, f"`{name}` is never `{constant[1]}`", help, word=name)

    def words_of(self, tree: Json) -> tuple[str, ...]:
        """The texts it can be; none when that is not known."""
        steps = self.subject.steps
        match path_of(tree):
            case ("steps", _, "status"):
                return STATES
            case ("steps", id, "outputs", "choice") if id in steps and steps[id].kind == "decision":
                return tuple(option.id for option in steps[id].spec.options)
            case ("steps", id, "outputs" | "answers", name) if id in steps and not steps[id].flow.body:
                fields = getattr(steps[id].spec, "fields", ())
                return next((each.options for each in fields if each.name == name and each.type == "choice"), ())
            case ("inputs", name) if name in self.subject.process.inputs:
                listed = self.subject.process.inputs[name].schema.get("enum", ())
                return tuple(listed) if all(isinstance(each, str) for each in listed) else ()
        return ()

    def condition(self, at: Path, condition: Expression) -> Iterator[Finding]:
        """A condition that is neither true nor false."""
        use = next((each for each in self.subject.process.uses if each.at == at), None)
        found = self.types.of_expression(condition, use)
        if condition.tree[0] not in ("name", "const") and found not in (ANY, TRUTH):
            name = described(condition.tree)
            help = f"compare it, such as `{name} == {'5' if found == 'a number' else repr('x')}`"
            if found in _PART:
                help = f"ask whether there is one, `{name} is defined`, or compare its `{_PART[found]}`"
            elif found in (LIST, MAPPING):
                help = f"ask about it, such as `{name} is not empty`"
            yield Finding(at, f"`{name}` is {found}, and a condition is true or false", help)

    def items(self, at: Path, items: Template) -> Iterator[Finding]:
        """Something that is no list, and is to be done for each item."""
        found = self.types.of_value(items)
        if items.parts and not items.constant and found not in (ANY, LIST):
            place = (*at, "items") if isinstance(self.subject.at(at), dict) else at
            help = "make a list of it, with `| split` or `| lines`"
            yield Finding(place, f"`{items.source.strip()}` is {found}, and `foreach` needs a list", help)

    def in_text(self, use: Use) -> Iterator[Finding]:
        """A list or a mapping in the middle of a text."""
        found = type_of(use.expression.tree, self.types.of(use))
        if found in (LIST, MAPPING, *_PART) and self.has_text_around(use):
            name = described(use.expression.tree)
            help = "use `| join(', ')`, or `| tojson`" if found == LIST else "use `| tojson`, or one item of it"
            if found in _PART:
                help = f"use its `{_PART[found]}`"
            yield Finding(use.at, f"`{name}` is {found} and can't stand inside text", help, word=name)

    def has_text_around(self, use: Use) -> bool:
        """True when the expression is a part of a text, so that its value becomes text."""
        try:
            around = self.subject.at(use.at)
        except LookupError:  # what it stands in was put together from elsewhere in the document
            return False
        if not isinstance(around, str) or "{{" not in around:
            return False
        return not (around.startswith("{{") and around.count("{{") == 1 and around.endswith("}}"))
