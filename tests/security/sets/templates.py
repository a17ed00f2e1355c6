"""Templates of several languages in inputs, outputs and answers, and in what an author may not write."""

from __future__ import annotations

from jinja2 import Environment

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import CANARY, Ground
from tests.security.sets.carried import WAYS, carried

PAYLOADS = (
    "{{ inputs.canary }}",
    "{{ 7 * 7 }}",
    "{{ inputs.__class__.__mro__ }}",
    "{% for x in inputs %}{{ x }}{% endfor %}",
    "{# {{ inputs.canary }} #}",
    "}}{{ inputs.canary }}{{",
    "{{ '{{' }} inputs.canary }}",
    "${inputs.canary} #{7*7} <%= 7*7 %>",
    "{{ steps.list.outputs.got }}",
    "{{ lipsum.__globals__['os'].popen('touch hit') }}",
    "${RB_1} $RB_1 ${canary}",
)
WRITTEN = (
    "{% import 'os' as os %}",
    "{% set x = 1 %}{{ x }}",
    "{{ inputs.canary.__class__ }}",
    "{{ inputs | attr('__class__') }}",
    "{{ ''.join(inputs) }}",
    "{{ 'x' * 10 ** 10 }}",
    "{{ cycler.__init__.__globals__.os.popen('touch hit').read() }}",
    "{{ range(10 ** 9) | list }}",
    "{% raw %}{{ x }}{% endraw %}",
    "{{ inputs.canary | regex_search('(a+)+$') }}",
)


def written(text: str) -> Attempt:
    """A process with that text in it is refused when it is checked, before anything is begun."""

    def work(ground: Ground) -> Outcome:
        ground.project(
            {
                "processes/a/bad.yaml": "runbook: 1\ntitle: Bad\ninputs: {canary: {type: string}}\nsteps:\n"
                f"  - id: one\n    title: One\n    manual: |-\n      {text}\n"
            }
        )
        try:
            result = ground.cli("validate", "processes/a/bad.yaml")
            begun = ground.begun("a/bad", canary=CANARY)
        finally:
            (ground.root / "processes/a/bad.yaml").unlink()
        succeeded(result.code != 1, "the check finds nothing wrong")
        succeeded(begun.code not in (1, 2), "the run begins")
        return "refused"

    return Attempt("text of a process", text, work)


def again(value: str) -> Attempt:
    """The control: a value that is rendered a second time."""

    def work(ground: Ground) -> Outcome:
        rendered = Environment(autoescape=False).from_string(value).render(inputs={"canary": CANARY})
        succeeded(rendered != value, f"it arrived as {rendered!r}")
        return "harmless"

    return Attempt("rendered twice", value, work)


SET = AttackSet(
    name="templates",
    tries="a value is evaluated as a template, or a template reaches into the program",
    answer="a value is never evaluated again; the language has no calls, attributes or statements",
    attempts=(
        *(carried(way, payload) for payload in PAYLOADS for way in WAYS),
        *map(written, WRITTEN),
    ),
    controls=(again(PAYLOADS[0]), again(PAYLOADS[1])),
)
