"""Arguments of commands: a value is refused where the program would read it as code, and nowhere else."""

from __future__ import annotations

import pytest

from runbook.clauses import Doubt
from runbook.errors import ExpressionError
from runbook.expressions import parse_template
from runbook.scripts import dangers_of

V = "{{ inputs.v }}"

REFUSED = [
    (["sh", "-c", f"echo {V}"], 2, "a value cannot be code for `sh`"),
    (["/bin/bash", "-ec", f"echo {V}"], 2, "a value cannot be code for `bash`"),
    (["env", "sh", "-c", f"echo {V}"], 3, "a value cannot be code for `sh`"),
    (["sudo", "-u", "root", "sh", "-c", f"echo {V}"], 5, "a value cannot be code for `sh`"),
    (["docker", "exec", "web", "sh", "-c", f"echo {V}"], 5, "a value cannot be code for `sh`"),
    (["sh", "-c", 'eval "$1"', "sh", V], 2, "a value cannot be an argument of `eval`, which would run it"),
    (["python3", "-c", f"print({V})"], 2, "a value cannot be code for `python3`"),
    (["python3", V], 1, "a value cannot be code for `python3`"),
    (["awk", f"BEGIN {{print {V} }}"], 1, "a value cannot be code for `awk`"),
    (["sed", "-e", f"s/a/{V}/", "file"], 2, "a value cannot be code for `sed`"),
    (["psql", "-c", f"drop table {V}"], 2, "a value cannot be code for `psql`"),
    (["ssh", "web", f"rm {V}"], 2, "a value cannot be an argument of `ssh`, where the other side would run it"),
    (["ssh", V, "uptime"], 1, "a value cannot be the first thing `ssh` reads"),
    (["xargs", "sh", "-c", V], 3, "a value cannot be code for `sh`"),
    (["find", ".", "-exec", "sh", "-c", V, ";"], 5, "a value cannot be code for `sh`"),
    (["watch", V], 1, "a value cannot be an argument of `watch`, which would run it"),
    ([V, "-l"], 0, "a value cannot be the program to run"),
    ([f"{V}/bin/tool"], 0, "a value cannot be the program to run"),
    (["sudo", V], 1, "a value cannot be the program to run"),
]  # fmt: skip


def found(argv: list[str], stdin: str | None = None, **env: str) -> list[tuple[int, str, str]]:
    texts = [parse_template(word) for word in argv]
    given = parse_template(stdin) if stdin is not None else None
    problems = dangers_of(texts, given, [(name, parse_template(text)) for name, text in env.items()])
    return [(place, str(error), error.help) for place, error in problems if isinstance(error, ExpressionError)]


@pytest.mark.parametrize(("argv", "place", "message"), REFUSED, ids=[" ".join(argv) for argv, *_ in REFUSED])
def test_an_argument_that_would_be_run_is_refused(argv: list[str], place: int, message: str) -> None:
    (first, *_) = found(argv)

    assert first[:2] == (place, message)
    assert first[2]
    assert "inputs.host" not in first[2]


@pytest.mark.parametrize(
    "argv", [["sh"], ["bash", "-s"], ["python3"], ["python3", "-"], ["ssh", "web"], ["ssh", "web", "sh"], ["psql"]]
)
def test_input_that_would_be_run_is_refused(argv: list[str]) -> None:
    assert [place for place, *_ in found(argv, stdin=f"echo {V}")] == [len(argv)]


def test_a_script_that_runs_its_environment_is_refused() -> None:
    assert [place for place, *_ in found(["sh", "-c", 'eval "$A"'], A=V)] == [2]
    assert [place for place, *_ in found(["sh"], stdin='eval "$A"', A=V)] == [1]


@pytest.mark.parametrize(
    "argv",
    [
        ["echo", V, f"a{V}"],
        ["sh", "-c", 'echo "$1"', "sh", V],
        ["sh", "-c", "docker ps --format '{{ '{{' }}.ID}}'"],
        ["python3", "tool.py", V],
        ["env", f"NAME={V}", "sh", "-c", 'echo "$NAME"'],
        ["ssh", "--", V, "uptime"],
        ["grep", "-c", V, "sh"],
        ["jq", "--arg", "value", V, ".name == $value"],
        ["if", V],
    ],
    ids=" ".join,
)
def test_an_argument_that_is_data_is_taken(argv: list[str]) -> None:
    assert found(argv) == []
    assert found([*argv], stdin="plain") == []


@pytest.mark.parametrize(
    ("argv", "program"),
    [
        (["find", V, "-name", "x"], "find"),
        (["rm", "-rf", f"{V}/x"], "rm"),
        (["sudo", "rm", V], "rm"),
        (["rm", "--", V], None),
        (["find", f"./{V}"], None),
        (["tar", "-xf", V], None),
        (["echo", V], None),
    ],
    ids=str,
)
def test_a_value_among_the_options_of_a_program_is_a_doubt(argv: list[str], program: str | None) -> None:
    doubts = [
        each for _, each in dangers_of([parse_template(word) for word in argv], None, ()) if isinstance(each, Doubt)
    ]

    assert [each.program for each in doubts] == ([program] if program else [])


def test_input_that_is_data_is_taken() -> None:
    assert found(["ssh", "web", "count-lines"], stdin=V) == []
    assert found(["python3", "tool.py"], stdin=V) == []
