"""Commands with values in their arguments: no value stands where a program reads code."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from runbook.clauses import Template
from runbook.errors import ExpressionError
from runbook.scripts.commands import Command
from runbook.scripts.danger import problems_of
from runbook.scripts.marks import Marked
from runbook.scripts.rewrite import named
from runbook.scripts.words import Scan, Word

_NO_SCRIPT = Marked("", "", (), (), (0,), (0,))


def code_in(
    argv: Sequence[Template], stdin: Template | None, env: Iterable[tuple[str, Template]]
) -> Iterator[tuple[int, ExpressionError]]:
    """Each value that a program would run, by the number of its argument; the number after the last is the input."""
    texts = (*argv, stdin or Template("", ("",)))
    words = [_word(place, text) for place, text in enumerate(texts)]
    known = frozenset(name for name, text in env if not text.constant)
    scan = Scan(_NO_SCRIPT, lambda inner, closer: None)
    for place, message, help in problems_of(scan, known, Command(words[:-1], inputs=words[-1:])):
        source = texts[place].source
        nearest = next((part.source for part in texts[place].parts if not isinstance(part, str)), "")
        yield place, ExpressionError(message, named(help, nearest), max(source.find("{{"), 0))


def _word(place: int, text: Template) -> Word:
    """An argument as a word of a shell that leaves it whole."""
    word = Word(place, place, quoted=True)
    for part in text.parts:
        if isinstance(part, str):
            word.add(part)
        elif part.tree[0] == "const":
            word.add(str(part.tree[1]))
        else:
            word.plain = None
            word.values.append(place)
    return word
