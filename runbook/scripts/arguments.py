"""Commands with values in their arguments: no value stands where a program reads code, or unseen among its options."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runbook.clauses import Doubt, Expression, Template
from runbook.errors import ExpressionError
from runbook.scripts.commands import Command
from runbook.scripts.danger import problems_of
from runbook.scripts.marks import Marked
from runbook.scripts.rewrite import named
from runbook.scripts.words import Scan, Word

_NO_SCRIPT = Marked("", "", (), (), (0,), (0,))


def dangers_of(
    argv: Sequence[Template], stdin: Template | None, env: Iterable[tuple[str, Template]]
) -> Iterator[tuple[int, ExpressionError | Doubt]]:
    """What is wrong or doubtful about each argument, by its number; the number after the last is the input."""
    texts = (*argv, stdin or Template("", ("",)))
    words = [_word(place, text) for place, text in enumerate(texts)]
    known = frozenset(name for name, text in env if not text.constant)
    scan = Scan(_NO_SCRIPT, lambda inner, closer: None)
    for place, message, help in problems_of(scan, known, Command(words[:-1], inputs=words[-1:])):
        value = _value(texts[place])
        yield place, ExpressionError(message, named(help, value.source if value else ""), _column(texts[place]))
    for place, program in scan.options.items():
        if value := _value(texts[place]):
            yield place, Doubt(program, value, _column(texts[place]))


def _value(text: Template) -> Expression | None:
    return next((part for part in text.parts if isinstance(part, Expression)), None)


def _column(text: Template) -> int:
    return max(text.source.find("{{"), 0)


def _word(place: int, text: Template) -> Word:
    """An argument as a word of a shell that leaves it whole."""
    word = Word(place, place, quoted=True)
    for part in text.parts:
        if isinstance(part, str):
            word.add(part)
        elif part.tree[0] == "const":
            word.add(str(part.tree[1]))
        else:
            word.begins = word.begins or word.plain == ""
            word.plain = None
            word.values.append(place)
    return word
