"""`python`: a function of the repository, in a process of its own."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from runbook.kinds.python import work
from runbook.worker import command_of

MODULE = """\
def double(number): print("about to double"); return {"twice": number * 2}
def named(**all): return sorted(all)
def fails(): raise ValueError("no such thing")
def silent(): raise ValueError
def late(): raise ValueError("\\nin the second line")
def calls(): import subprocess; subprocess.run(["echo", "said by a program"]); return 5
def odd(): return {1, 2}
def endless(): return float("nan")
constant = 3
"""


@pytest.fixture
def called(tmp_path: Path):
    """What the worker says to a request."""
    (tmp_path / "lib.py").write_text(MODULE)
    (tmp_path / "json.py").write_text("raise SystemExit('the folder stands in for a module of Python')")

    def called(call: str, path: str = ".", **args: object) -> subprocess.CompletedProcess[str]:
        request = json.dumps({"call": call, "args": args, "path": path})
        words = command_of(work)
        return subprocess.run(words, input=request, cwd=tmp_path, capture_output=True, text=True, check=False)

    return called


def test_its_arguments_keep_their_types_and_stand_in_the_request(tell):
    story = tell(
        "inputs: {n: {type: integer}}\nsteps:\n"
        "- {id: a, python: {call: 'lib:f', args: {n: '{{ inputs.n }}', each: [{x: 'n={{ inputs.n }}'}]}}}"
    ).start(n=3)

    story.claim()

    request = {"call": "lib:f", "args": {"n": 3, "each": [{"x": "n=3"}]}, "path": "."}
    shown = "lib:f(n=3, each=[{'x': 'n=3'}])"
    assert story.state.steps["a"].act == {"work": "python", "request": request, "shown": shown}


def test_what_it_returns_is_the_output_and_what_it_prints_is_for_people(called):
    ended = called("lib:double", number=21)

    assert (ended.returncode, json.loads(ended.stdout), ended.stderr) == (0, {"twice": 42}, "about to double\n")


def test_what_its_programs_print_is_for_people_too(called):
    ended = called("lib:calls")

    assert (ended.stdout, ended.stderr) == ("5\n", "said by a program\n")


def test_arguments_are_passed_by_name(called):
    assert json.loads(called("lib:named", b=1, a=2).stdout) == ["a", "b"]


@pytest.mark.parametrize(
    ("call", "last"),
    [
        ("lib:fails", "ValueError: no such thing"),
        ("lib:silent", "ValueError"),
        ("lib:late", "ValueError: in the second line"),
        ("lib:missing", "the module `lib` has no function `missing`"),
        ("lib:constant", "the module `lib` has no function `constant`"),
        ("nowhere:f", "there is no module `nowhere` in the project's folder"),
        ("lib:odd", "`odd` returned something that is no JSON value: Object of type set is not JSON serializable"),
        ("lib:endless", "`endless` returned something that is no JSON value: Out of range float values are not JSON compliant"),  # noqa: E501
        ("lib:double", "TypeError: double() missing 1 required positional argument: 'number'"),
    ],
)  # fmt: skip
def test_what_went_wrong_is_said_last(called, call, last):
    ended = called(call)

    assert (ended.returncode, ended.stdout, ended.stderr.splitlines()[-1]) == (1, "", last)
    assert "runbook" not in "".join(line for line in ended.stderr.splitlines() if line.startswith("  File"))
