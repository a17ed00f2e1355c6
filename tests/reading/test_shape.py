"""Every mistake in the shape of a file has one finding, at its own place, with one thing to do."""

from __future__ import annotations

import copy
import json
import random
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from runbook.kinds import builtin, verify
from runbook.reading.foreign import FOR_A_FIELD, FOR_A_KIND
from runbook.reading.schema import group_schema, process_schema, project_schema
from runbook.reading.shape import PROBLEMS, shape_of
from runbook.reading.tree import read_tree

SHAPE = shape_of(process_schema(builtin()))
RICH = (Path(__file__).parent / "rich.yaml").read_bytes()
HEAD = "runbook: 1\ntitle: T\n"
STEP = "steps: [{id: a, shell: x}]\n"


def findings_of(text: str, shape: Any = SHAPE) -> list[tuple[str, int, int, str, str]]:
    tree, findings = read_tree("f.yaml", text.encode())
    assert findings == ()
    assert tree is not None
    found = shape.check(tree)
    return [(each.rule, each.place.line, each.place.column, each.message, each.help) for each in found]


def test_a_file_with_every_field_is_fine() -> None:
    assert findings_of(RICH.decode()) == []


def test_a_good_file_is_checked_without_the_slow_library() -> None:
    code = (
        "import sys; from malformed.runner import read_and_check; from malformed.corpus import GOOD; "
        "assert read_and_check('f', GOOD.encode()) == () and 'jsonschema' not in sys.modules; "
        "assert read_and_check('f', GOOD.replace('shell', 'shel').encode()) and 'jsonschema' in sys.modules"
    )

    assert subprocess.run([sys.executable, "-c", code], cwd=Path(__file__).parents[1], check=False).returncode == 0


LINES = {
    "sumary: x": ("unknown-field", 1, "there is no field `sumary`", "did you mean `summary`?"),
    "zzz: x": ("unknown-field", 1, "there is no field `zzz`", "correct its name, or delete it"),
    "summary: 1.10": (
        "wrong-type",
        10,
        "`summary` must be text; this is the number `1.10`",
        'put it in quotes: `"1.10"`',
    ),
    "summary: true": ("wrong-type", 10, "`summary` must be text; this is `true`", 'put it in quotes: `"true"`'),
    "summary:": ("wrong-type", 9, "`summary` must be text; this is nothing", "write a value, or delete the field"),
    "summary: ''": ("out-of-bounds", 10, "`summary` is empty", "write a value, or delete the field"),
    "tags: linux": (
        "wrong-type",
        7,
        "`tags` must be a list; this is the text `linux`",
        "write it as a list: `[linux]`",
    ),
    "tags: [a, 2]": (
        "wrong-type",
        11,
        "item 2 of `tags` must be text; this is the number `2`",
        'put it in quotes: `"2"`',
    ),
    "inputs: {a: {type: array, items: }}": (
        "wrong-type",
        34,
        "`items` must be a mapping; this is nothing",
        "write a value",
    ),
    "change: norml": (
        "unknown-word",
        9,
        "`change` is one of `standard`, `normal`, `emergency`; this is the text `norml`",
        "did you mean `normal`?",
    ),
    "review: {last: soon}": (
        "wrong-form",
        16,
        "`last` can't be `soon`",
        "write year, month and day, such as `2026-10-01`",
    ),
    "review: 5": (
        "wrong-type",
        9,
        "`review` must be a mapping; this is the number `5`",
        "its fields are `every`, `last`",
    ),
    "hazards: [{step: a}]": (
        "missing-field",
        11,
        "item 1 of `hazards` lacks the field `text`",
        "add `text`: what can go wrong, as Markdown",
    ),
    "hazards: [5]": (
        "wrong-type",
        11,
        "item 1 of `hazards` must be text or a mapping; this is the number `5`",
        'put it in quotes: `"5"`',
    ),
    "roles: {operator: {summary: Looks, decides}}": (
        "unknown-field",
        36,
        "there is no field `decides` in `operator`",
        "the fields are `summary`, `team`, `role`, `people`, `capabilities`, `manager_of`, `binds`, `not`",
    ),
    "inputs: {Big One: {}}": (
        "unusable-name",
        10,
        "`Big One` can't be a name in `inputs`",
        "write lower-case letters, digits and underscores, beginning with a letter, such as `free_space`",
    ),
    "inputs: {a: {items: {typ: string}}}": (
        "unknown-field",
        22,
        "there is no field `typ` in `items`",
        "did you mean `type`?",
    ),
}


@pytest.mark.parametrize("word", [*FOR_A_KIND, *FOR_A_FIELD])
def test_a_word_of_another_tool_is_answered_with_ours(word: str) -> None:
    kind = "" if word in FOR_A_KIND else "shell: x, "

    found = findings_of(f"{HEAD}steps: [{{id: a, {kind}{word}: x}}]\n")

    assert [(rule, help) for rule, _, _, _, help in found] == [("unknown-field", {**FOR_A_KIND, **FOR_A_FIELD}[word])]


def test_the_remedies_for_words_of_other_tools_name_fields_that_there_are() -> None:
    named = re.findall(r"use `([a-z_]+)", " ".join([*FOR_A_KIND.values(), *FOR_A_FIELD.values()]))
    schema = process_schema(builtin())

    assert set(named) <= {*schema["properties"], *schema["$defs"]["step"]["properties"]}


@pytest.mark.parametrize("line", LINES)
def test_a_mistake_in_a_process_has_one_finding(line: str) -> None:
    rule, column, message, help = LINES[line]

    assert findings_of(f"{HEAD}{line}\n{STEP}") == [(rule, 3, column, message, help)]


LOOKS = ", ".join(f"`{key}`" for key in verify.SCHEMA["properties"] if key not in ("every", "within"))
"""The kinds that can look."""
STEPS = {
    "{id: a, run: ls}": (
        "unknown-field",
        9,
        "there is no field `run` in step `a`",
        "use `shell` for a script, `command` for one program",
    ),
    "{id: a, shell: x, depends-on: [b]}": (
        "unknown-field",
        19,
        "there is no field `depends-on` in step `a`",
        "use `needs`",
    ),
    "{id: a, shell: x, then: [d]}": (
        "unknown-field",
        19,
        "there is no field `then` in step `a`",
        "write `needs` at the step that follows; for ways that part, use a `decision`",
    ),
    "{id: a, shell: x, on_failure: rollback}": (
        "unknown-word",
        31,
        "`on_failure` is one of `stop`, `continue`, `undo`; this is the text `rollback`",
        "write `undo`",
    ),
    "{id: a, shell: x, on_failure: whatever}": (
        "unknown-word",
        31,
        "`on_failure` is one of `stop`, `continue`, `undo`; this is the text `whatever`",
        "write one of them, steps, or a mapping with `do`, `then` or `goto`",
    ),
    "{id: a, shell: x, on_failure: {then: retry}}": (
        "unknown-word",
        38,
        "`then` is one of `stop`, `continue`, `undo`; this is the text `retry`",
        "use the field `retry` of the step; steps before another attempt stand in its `before`",
    ),
    "{id: a, shell: x, join: '{{ inputs.n }}'}": (
        "unknown-word",
        25,
        "`join` is one of `all`, `any`; this is the text `{{ inputs.n }}`",
        "write a number; it can't be worked out",
    ),
    "{id: a, shell: x, foreach: {items: [b], count: '{{ inputs.n }}'}}": (
        "wrong-type",
        48,
        "`count` must be a whole number; this is the text `{{ inputs.n }}`",
        "write a number; while it goes on, people change it with `runbook complete` and `runbook add`",
    ),
    "{id: a, shel: x}": ("unknown-field", 9, "there is no field `shel` in step `a`", "did you mean `shell`?"),
    "{shell: x}": (
        "missing-field",
        1,
        "item 1 of `steps` lacks the field `id`",
        "add `id`: its name for good: unique in the process, history hangs on it",
    ),
    "{ids: a, shell: x}": ("unknown-field", 2, "there is no field `ids` in item 1 of `steps`", "did you mean `id`?"),
    "{id: a, shell: x, wait: 5s}": (
        "several-kinds",
        19,
        "step `a` has 2 kinds: `shell` and `wait`",
        "keep one of them, and make a step of its own of the other",
    ),
    "{id: a, ask: x, manual: y}": (
        "several-kinds",
        17,
        "step `a` has 2 kinds: `ask` and `manual`",
        "keep one of them, and make a step of its own of the other",
    ),
    "{id: a, shell: x, manual: {text: y}}": (
        "wrong-type",
        27,
        "beside `shell`, `manual` is text: how a person does the same by hand",
        "write the text right after `manual:`",
    ),
    "{id: A b, shell: x}": (
        "wrong-form",
        6,
        "`id` can't be `A b`",
        "write lower-case letters, digits and hyphens, such as `restart-web`",
    ),
    "{id: a, shell: x, timeout: 10 minutes}": (
        "wrong-form",
        28,
        "`timeout` can't be `10 minutes`",
        "write a number and one of `s`, `m`, `h`, `d`, `w`, such as `90s` or `4h`",
    ),
    "{id: a, shell: x, timeout: [1]}": (
        "wrong-type",
        28,
        "`timeout` must be text or a number; this is a list",
        "write text or a number",
    ),
    "{id: a, shell: x, critical: yes}": (
        "wrong-type",
        29,
        "`critical` must be `true` or `false`; this is the text `yes`",
        "write `true`",
    ),
    "{id: a, shell: {run: x, interp: sh}}": (
        "unknown-field",
        25,
        "there is no field `interp` in `shell`",
        "did you mean `interpreter`?",
    ),
    "{id: a, shell: {run: 5}}": (
        "wrong-type",
        22,
        "`run` must be text; this is the number `5`",
        'put it in quotes: `"5"`',
    ),
    "{id: a, shell: x, retry: {attempts: '3'}}": (
        "wrong-type",
        37,
        "`attempts` must be a whole number; this is the text `3`",
        "write `3` without quotes",
    ),
    "{id: a, shell: x, retry: {attempts: 0}}": ("out-of-bounds", 37, "`attempts` is less than 1", "write at least 1"),
    "{id: a, verify: 1.5}": (
        "wrong-type",
        17,
        "`verify` must be a mapping; this is the number `1.5`",
        f"its fields are {LOOKS}, `every`, `within`",
    ),
    "{id: a, verify: {every: 1s}}": (
        "missing-field",
        17,
        f"`verify` needs one of {LOOKS}",
        "add one of them",
    ),
    "{id: a, verify: {shell: x, command: [y]}}": (
        "out-of-bounds",
        28,
        f"`verify` has more than one of {LOOKS}",
        "keep one of them",
    ),
    "{id: a, shell: x, outputs: {b: stdot}}": (
        "unknown-word",
        32,
        "`b` is one of `stdout`, `stderr`, `exit_code`, `lines`, `json`; this is the text `stdot`",
        "did you mean `stdout`?",
    ),
    "{id: a, section: {steps: [{id: b, shel: x}]}}": (
        "unknown-field",
        35,
        "there is no field `shel` in step `b`",
        "did you mean `shell`?",
    ),
    "5": (
        "wrong-type",
        1,
        "item 1 of `steps` must be a mapping; this is the number `5`",
        "write a mapping",
    ),
}


@pytest.mark.parametrize("step", STEPS)
def test_a_mistake_in_a_step_has_one_finding(step: str) -> None:
    rule, column, message, help = STEPS[step]

    assert findings_of(f"{HEAD}steps:\n- {step}\n") == [(rule, 4, column + 2, message, help)]


@pytest.mark.parametrize(
    ("steps", "help"),
    [
        ("[{id: a, command: ls -l}]", "write it as a list: `[ls, -l]`"),
        ("[{id: a, command: 'echo \"a b\" 5 #x'}]", 'write it as a list: `[echo, "a b", "5", "#x"]`'),
        ("[{id: a, shell: x, outputs: {}}, {id: b, manual: x, needs: a b}]", "write it as a list: `[a b]`"),
        ("[]", "write a value"),
        ("[{id: a, shell: }]", "write a value"),
        ("[{id: a, command: []}]", "write a value"),
        ("[{id: a, shell: x, needs: [~]}]", "write a value, or delete the item"),
        ("[{id: a, shell: x, why: ''}]", "write a value, or delete the field"),
        ("[{id: a, process: ok}]", "write `GROUP/PROCESS`, such as `backup/restore-drill`"),
        ("[{id: a, wait: {for: 1h, signal: x}}]", "keep one of them"),
    ],
)
def test_the_remedy_can_be_done(steps: str, help: str) -> None:
    assert [found[-1] for found in findings_of(f"{HEAD}steps: {steps}\n")] == [help]


def test_a_step_without_a_kind_lists_the_kinds() -> None:
    ((rule, line, column, message, help),) = findings_of(f"{HEAD}steps:\n- id: a\n  title: Only that\n")

    assert (rule, line, column, message) == ("no-kind", 4, 3, "step `a` has no kind")
    assert all(f"`{key}`" in help for key in builtin().keys)


def test_mistakes_come_all_together_in_the_order_of_the_text() -> None:
    text = "runbook: 2\ntitel: T\nsteps:\n- id: a\n  wait: {for: 5 min}\n- id: b\n  shell: x\n  note: 5\nzzz: 1\n"

    assert [(rule, line) for rule, line, *_ in findings_of(text)] == [
        ("unknown-word", 1),
        ("unknown-field", 2),
        ("wrong-form", 5),
        ("wrong-type", 8),
        ("unknown-field", 9),
    ]


@pytest.mark.parametrize("text", ["[]", "text", "5", "- a\n- b", "true"])
def test_a_file_that_is_no_mapping_says_so_once(text: str) -> None:
    ((rule, line, column, message, _),) = findings_of(text)

    assert (rule, line, column) == ("wrong-type", 1, 1)
    assert message.startswith("the file must be a mapping; this is")


def test_groups_and_projects_are_checked_alike() -> None:
    assert [each[3] for each in findings_of("scope: {inn: []}\n", shape_of(group_schema()))] == [
        "the file lacks the field `title`",
        "there is no field `inn` in `scope`",
    ]
    assert [
        each[3]
        for each in findings_of("runbook: 1\ntitle: T\ndefaults: {max_parallel: 65}\n", shape_of(project_schema()))
    ] == ["`max_parallel` is more than 64"]


def test_no_page_is_missing() -> None:
    assert len({problem.code for problem in PROBLEMS}) == len({problem.rule for problem in PROBLEMS}) == len(PROBLEMS)
    for problem in PROBLEMS:
        assert problem.code.startswith("RB1")
        assert any(line.startswith("    ") for line in problem.explanation.splitlines()), problem.code


def test_a_remote_reference_of_an_author_is_an_unknown_field_and_nothing_is_fetched() -> None:
    ((rule, *_),) = findings_of(f"{HEAD}inputs: {{a: {{$ref: 'https://example.org/x.json'}}}}\n{STEP}")

    assert rule == "unknown-field"


def places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    for part in value if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield (*path, part)
        yield from places(value[part], (*path, part))


def mutants(seed: int, count: int) -> Iterator[Any]:
    """Random changes of the data of a good file."""
    dice = random.Random(seed)
    tree, _ = read_tree("rich.yaml", RICH)
    assert tree is not None
    junk: list[Any] = [
        None,
        True,
        False,
        0,
        1,
        -1,
        1.0,
        1.5,
        10**12,
        "",
        "a",
        "A b",
        "10m",
        "stdout",
        "a\n",
        [],
        ["a"],
        [0],
    ]
    junk += [{}, {"id": "x"}, {"a": 1}, {"id": "x", "shell": "y"}, {"text": "t"}, [{"id": "x", "wait": 5}], [[]]]
    names = [
        "id",
        "title",
        "shell",
        "manual",
        "wait",
        "steps",
        "text",
        "type",
        "min",
        "zzz",
        "Run",
        "command",
        "fields",
    ]
    for _ in range(count):
        data = copy.deepcopy(tree.data)
        for _ in range(dice.choice((1, 1, 1, 2, 3))):
            path = dice.choice(list(places(data)))
            holder = data
            for part in path[:-1]:
                holder = holder[part]
            match dice.randrange(5):
                case 0:
                    del holder[path[-1]]
                case 1 if isinstance(holder, dict):
                    holder[dice.choice(names)] = holder.pop(path[-1])
                case 2 if isinstance(holder, dict):
                    holder[dice.choice(names)] = copy.deepcopy(dice.choice(junk))
                case 3:
                    holder[path[-1]] = [holder[path[-1]]]
                case _:
                    holder[path[-1]] = copy.deepcopy(dice.choice(junk))
        yield data


def agree(seed: int, count: int) -> tuple[int, int]:
    """How many changed files were right and how many wrong; verdict, validator and findings say the same of each."""
    right = wrong = 0
    for data in mutants(seed, count):
        verdict = SHAPE.verdict(data)
        assert verdict == (next(SHAPE.errors(data), None) is None), data
        tree, findings = read_tree("f.yaml", json.dumps(data, indent=1).encode())
        assert tree is not None
        assert findings == ()
        found = SHAPE.check(tree)
        assert bool(found) != verdict, data
        assert not any("{'" in each.message or "schema" in each.message for each in found), found
        right, wrong = right + verdict, wrong + (not verdict)
    return right, wrong


def test_the_verdict_and_the_validator_agree() -> None:
    right, wrong = agree(seed=0, count=500)

    assert right > 20
    assert wrong > 300


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(1, 5))
def test_the_verdict_and_the_validator_agree_on_thousands(seed: int) -> None:
    agree(seed, 1500)
