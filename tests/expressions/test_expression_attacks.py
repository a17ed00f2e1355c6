"""What people have used to break out of template languages, or to exhaust them: all refused or cheap."""

from __future__ import annotations

import resource
import subprocess
import sys
import time

import pytest

from runbook.errors import ExpressionError
from runbook.expressions import evaluate, parse, parse_template, render

NAMES = {
    "inputs": {
        "host": "web-1",
        "n": 7,
        "text": "ab " * 21_000,
        "list": list(range(20_000)),
        "words": ["x" * 3_000] * 300,
        "deep": None,
        "table": {f"k{number}": number for number in range(50_000)},
    },
    "run": {"id": "r1"},
}
DEEP: list[object] = []
for _ in range(100_000):
    DEEP = [DEEP]
NAMES["inputs"]["deep"] = DEEP

ESCAPES = [
    "''.__class__",
    "''.__class__.__mro__[1].__subclasses__()",
    "''['__class__']",
    "''['__cl' ~ 'ass__']",
    "inputs.__class__",
    "inputs.__init__.__globals__",
    "inputs['__class__']",
    "inputs.host.__class__.__base__",
    "inputs.host.format",
    "inputs.host.format_map(inputs)",
    "'{0.__class__}'.format(inputs)",
    "'{0.__class__}' % inputs",
    "'%s' % inputs",
    "'%1000000000d' % 1",
    "inputs.items()",
    "inputs.keys",
    "inputs.get('host')",
    "inputs.list.append(1)",
    "inputs.list.__add__",
    "inputs.list.sort",
    "inputs.pop('host')",
    "inputs.update",
    "self",
    "self.__init__.__globals__.__builtins__",
    "self._TemplateReference__context",
    "cycler.__init__.__globals__.os.popen('id').read()",
    "joiner.__init__.__globals__",
    "namespace.__init__.__globals__",
    "lipsum.__globals__['os'].popen('id').read()",
    "lipsum.__globals__",
    "url_for.__globals__",
    "get_flashed_messages.__globals__",
    "config.items()",
    "request.application.__globals__",
    "dict.mro()",
    "range(10)",
    "range.__self__",
    "open('/etc/passwd').read()",
    "__import__('os').system('id')",
    "eval('1')",
    "exec('1')",
    "getattr(inputs, 'host')",
    "inputs | attr('__class__')",
    "inputs | attr('host')",
    "inputs.list | map('upper') | list",
    "inputs.list | map(attribute='__class__') | list",
    "inputs.list | select('odd')",
    "inputs.list | groupby('__class__')",
    "inputs | dictsort",
    "inputs | items",
    "inputs | xmlattr",
    "inputs | pprint",
    "inputs.host | format(inputs)",
    "'%s' | format(inputs)",
    "inputs.host | safe",
    "inputs.host | forceescape",
    "inputs.host | list",
    "inputs.list | batch(3)",
    "inputs is iterable",
    "inputs.host is callable",
    "inputs.host is sameas(inputs)",
    "inputs.host is filter",
    "lambda: 1",
    "[x for x in inputs.list]",
    "(yield 1)",
    "await inputs",
    "inputs.host; 1",
    "inputs.host\n%}{% set x = 1",
    "}}{{ 1",
    "{% import os %}",
    "loop.index",
    "super()",
    "caller()",
    "inputs.list[0:2]",
    "inputs.list[::-1]",
    "f'{inputs}'",
    "`id`",
    "$(id)",
    "inputs := 1",
    "*inputs",
    "**inputs",
    "inputs.host!r",
    "inputs?.host",
    "inputs->host",
    "\u0456nputs.host",
    "inputs\u2024host",
    "inputs.\uff48ost",
    "\u200binputs.host",
    "\x00inputs.host",
    "inputs.host | default(x=1)",
    "inputs.host | default('a', true)",
    "inputs.host | replace",
    "inputs.host | join(attribute='x')",
]
EXHAUSTIONS = [
    "'x' * 10000000000",
    "10000000000 * 'x'",
    "[0] * 10000000000",
    "'x' * 300000000",
    "9 ** 9 ** 9",
    "10 ** 1000",
    "2 ** 2",
    "9" * 5000,
    "1e999",
    "1e308 * 10",
    "-1e308 - 1e308",
    "1e308 + 1e308",
    "'9' * 1000000 | int",
    "('9' ~ inputs.text) | int",
    "inputs.text | float",
    "'1e999' | float",
    "'nan' | float",
    "'inf' | float",
    "1e308 | int",
    " * ".join(["999999999999"] * 30),
    "1 / 0",
    "1 // 0",
    "1 % 0",
    "0.0 % 0.0",
    "(" * 5000 + "1" + ")" * 5000,
    "(" * 41 + "1" + ")" * 41,
    "[" * 5000,
    "inputs[" * 1000 + "1" + "]" * 1000,
    "not " * 2000 + "true",
    "-" * 4000 + "1",
    "+ " * 4000 + "1",
    "1 if true else " * 500 + "1",
    " and ".join(["true"] * 1000),
    " or ".join(["false"] * 1000),
    "+".join(["1"] * 4000),
    " < ".join(["1"] * 2500),
    "inputs" + ".a" * 4000,
    "inputs" + "[0]" * 2500,
    "inputs.host" + "|upper" * 1000,
    "inputs.text" + "|replace(' ', '     ')" * 30,
    "inputs.text | replace('a', inputs.text)",
    "inputs.text | replace('', inputs.text)",
    "inputs.list | join(inputs.text)",
    "inputs.words | join(inputs.text)",
    " ~ ".join(["inputs.text"] * 500),
    "[" + "inputs.text, " * 500 + "1] | join",
    "[" + "inputs.list, " * 500 + "1] | tojson",
    "inputs | tojson | tojson | tojson | tojson",
    "inputs.deep | tojson",
    "inputs.deep == inputs.deep",
    "inputs.deep in [inputs.deep]",
    "[inputs.deep] | unique",
    "inputs.list | sort | sort | sort | sort | sort | sort | sort | sort | sort | sort | sort | sort",
    "inputs.words | sort | unique | sort | unique",
    "inputs.text | split('') ",
    "inputs.text | split('a') | join('b') | split | join | split",
    "inputs.list in [" + "inputs.list, " * 300 + "1]",
    "[" + "1," * 4000 + "1]",
    "'" + "x" * 9000 + "'",
    "'" + "\\" * 5001 + "'",
    "x" * 9000,
    "inputs." + "x" * 8000,
    "inputs.table.k50001",
    "inputs.table['k' ~ inputs.text]",
    "inputs[inputs.text]",
    "(inputs.text ~ inputs.text) in (inputs.text ~ inputs.text ~ 'x')",
    " in ".join(["inputs.text"] * 300),
    " == ".join(["inputs.list"] * 300),
    "1 | round(1000000000)",
    "1.5 | round(-5)",
    "1 < (" * 38 + "1" + " < 2)" * 38,
    "inputs.text | regex_search('(a+)+$')",
    "inputs.text | regex_search(inputs.text)",
    "inputs.text | regex_findall('')",
    "inputs.text | regex_replace('', '" + "x" * 5_000 + "')",
    "inputs.text | regex_replace('(.*)', '" + "\\\\0" * 1_000 + "')",
    "inputs.text | regex_replace('.', '\\\\9')",
    "'" + "[" * 7_000 + "' | fromjson",
    "'1e999' | fromjson",
    "'" + "9" * 5_000 + "' | fromjson",
    "inputs.list | union(inputs.list)",
    "inputs.list | difference(inputs.list | reverse)",
    "inputs.list | intersect(inputs.words)",
    "inputs.list | pluck('x')",
    "inputs.text | b64encode | b64encode | b64encode | b64encode | b64encode | b64encode | b64encode | b64encode",
    "inputs.text | urlencode | urlencode | urlencode | urlencode | urlencode | urlencode | urlencode",
    "inputs.text | quote | quote | quote | quote | quote | quote | quote | quote | quote | quote",
    "'99999999999999999999PB' | bytes",
    "1e308 | human_bytes",
    "1e300 | from_epoch",
    "'9999-12-31' | plus('3650d')",
    "'2026-11-22' | plus(1e300)",
    "'2026-11-22' | format_time('" + "%B" * 600 + "')",
    "inputs.text | format_time('%Y')",
    "inputs.text is version('>= 1')",
    "inputs.text is ipaddress",
    "'10.0.0.1' is in_network(inputs.text)",
    "inputs.text | lines | reverse | join(inputs.text)",
]
ATTACKS = ESCAPES + EXHAUSTIONS


def test_the_list_of_attacks_is_long_enough() -> None:
    assert len(ESCAPES) >= 58
    assert len(EXHAUSTIONS) >= 55
    assert len(set(ATTACKS)) == len(ATTACKS)


@pytest.mark.parametrize("source", ESCAPES, ids=range(len(ESCAPES)))
def test_an_escape_is_refused(source: str) -> None:
    with pytest.raises(ExpressionError) as caught:
        evaluate(parse(source), NAMES)

    assert str(caught.value)[0].islower() or str(caught.value)[0] in "`'"
    assert caught.value.help
    assert 0 <= caught.value.column <= len(source)


@pytest.mark.parametrize("source", ESCAPES, ids=range(len(ESCAPES)))
def test_an_escape_in_a_template_never_becomes_more_than_text_of_the_author(source: str) -> None:
    try:
        result = render(parse_template("a {{ " + source + " }} b"), NAMES)
    except ExpressionError:
        return

    assert source == "}}{{ 1" or result.startswith("a ")
    assert "class" not in result
    assert "root:" not in result


@pytest.mark.parametrize("source", EXHAUSTIONS, ids=range(len(EXHAUSTIONS)))
def test_an_exhaustion_is_cheap(source: str) -> None:
    started = time.process_time()
    try:
        result = evaluate(parse(source), NAMES)
    except ExpressionError as error:
        result = f"{error}: {error.help}"
    took = time.process_time() - started

    assert took < (1.0 if sys.gettrace() else 0.2), "whoever counts the lines that run makes each of them slower"
    assert not isinstance(result, str | list) or len(result) <= 1 << 20


def _try_all() -> None:
    for source in ATTACKS:
        try:
            evaluate(parse(source), NAMES)
        except ExpressionError:
            pass


def test_no_attack_takes_much_memory() -> None:
    child = subprocess.run([sys.executable, __file__], capture_output=True, text=True, check=True, timeout=60)

    assert int(child.stdout) < 50_000_000


@pytest.mark.parametrize("source", ["9" * 5000, "(" * 500, "'x' * 10**10", "'" + "x" * 9000 + "'"], ids=range(4))
def test_reading_alone_never_evaluates(source: str) -> None:
    started = time.process_time()
    with pytest.raises(ExpressionError):
        parse(source)

    assert time.process_time() - started < 0.05


if __name__ == "__main__":
    evaluate(parse("1 + 1 > 0 and 'a' is match('a')"), NAMES)
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    _try_all()
    print((resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before) * 1024)
