"""Reading a whole project: everything at once, nothing missing, and unchanged files for next to nothing."""

from __future__ import annotations

import json
import random
import re
from pathlib import Path

import pytest

from runbook.kinds import builtin
from runbook.reading.library import Library, read_closure, read_library

ROOT = Path(__file__).parents[2]
PROJECT = "runbook: 1\ntitle: A project\n"
GROUP = "title: A group\nowner: platform\n"
CHILD = """\
runbook: 1
title: A child
inputs: {folder: {type: string, title: Folder}}
steps:
  - {id: work, title: Work, shell: 'date -r {{ inputs.folder }}', outputs: {seconds: stdout}}
outputs: {seconds: "{{ steps.work.outputs.seconds }}"}
"""
PARENT = """\
runbook: 1
title: A parent
steps:
  - {id: child, title: Run the child, process: {use: demo/child, with: {folder: /srv}}}
  - {id: tell, title: Tell them, manual: 'It took {{ steps.child.outputs.seconds }} s.'}
"""
FILES = {
    "runbook.yaml": PROJECT,
    "processes/demo/group.yaml": GROUP,
    "processes/demo/child.yaml": CHILD,
    "processes/demo/parent.yaml": PARENT,
}


def read(changes: dict[str, str | None], cache: dict[str, object] | None = None) -> Library:
    """The library of the files above, some of them changed or taken away."""
    files = {path: text.encode() for path, text in {**FILES, **changes}.items() if text is not None}
    return read_library(files, builtin(), cache)


def found(library: Library) -> list[tuple[str, str]]:
    return [(each.place.file.removeprefix("processes/demo/"), each.rule) for each in library.diagnostics]


def kept(library: Library) -> dict[str, object]:
    """The cache as it comes back from a file."""
    cache: dict[str, object] = json.loads(json.dumps(library.cache))
    return cache


def test_a_project_without_mistakes_is_read_whole() -> None:
    library = read({})

    assert not library.diagnostics
    assert list(library.project.processes) == ["demo/child", "demo/parent"]
    assert library.project.title == "A project"
    assert library.project.groups["demo"].owner == "platform"
    assert library.project.processes["demo/child"].owner == "platform"
    assert library.entries()[1] == {
        "id": "demo/parent",
        "group": "demo",
        "title": "A parent",
        "summary": "",
        "owner": "platform",
        "tags": [],
        "steps": 2,
        "automated": 0,
        "listed_only": False,
        "broken": False,
    }


def test_the_library_of_this_repository_has_no_findings() -> None:
    paths = [ROOT / "runbook.yaml", *sorted((ROOT / "processes").glob("*/*.yaml"))]
    library = read_library({path.relative_to(ROOT).as_posix(): path.read_bytes() for path in paths}, builtin())

    assert not library.diagnostics
    assert len(library.project.processes) >= 8


def test_mistakes_of_every_sort_are_found_in_one_reading() -> None:
    library = read(
        {
            "processes/demo/group.yaml": "title: A group\nowner: platform\nownr: x\n",
            "processes/demo/broken.yaml": "title: 'A\n",
            "processes/demo/empty.yaml": "",
            "processes/demo/shape.yaml": "runbook: 1\ntitle: X\nsteps: [{id: a, manual: A, whn: x}]\n",
            "processes/demo/Bad Name.yaml": "",
            "processes/demo/parent.yaml": PARENT.replace("outputs.seconds", "outputs.minutes"),
        }
    )

    assert found(library) == [
        ("Bad Name.yaml", "file-name"),
        ("broken.yaml", "open-quote"),
        ("empty.yaml", "empty-file"),
        ("group.yaml", "unknown-field"),
        ("parent.yaml", "unknown-output"),
        ("shape.yaml", "unknown-field"),
    ]
    assert library.broken == {"demo/broken", "demo/empty", "demo/parent", "demo/shape"}
    assert set(library.sources) == {each.place.file for each in library.diagnostics}
    assert set(library.interfaces) >= library.broken


@pytest.mark.parametrize(
    ("step", "last", "severity", "says"),
    [
        ("{id: s%d, manual: A, whn: x}", "", "error", "and 50 more"),
        ("{id: s%d, shell: 'find {{ inputs.a }}'}", "", "warning", "and 50 more"),
        ("{id: s%d, shell: 'find {{ inputs.a }}'}", "{id: z, shell: {run: a, cwd: ..}}", "error", "and 51 more"),
        ("{id: s%d, manual: A, whn: x}", ", ".join("{idd: x}" for _ in range(2000)), "error", "and more than"),
    ],
    ids=["shape", "warnings", "an error behind warnings", "very many"],
)
def test_findings_that_are_not_shown_are_counted_and_weigh(step: str, last: str, severity: str, says: str) -> None:
    steps = [*(step % number for number in range(150)), *([last] if last else [])]
    text = f"runbook: 1\ntitle: X\ninputs: {{a: {{type: string}}}}\nsteps: [{', '.join(steps)}]\n"

    *shown, more = read({"processes/demo/child.yaml": text, "processes/demo/parent.yaml": ""}).diagnostics[:101]

    assert len(shown) == 100
    assert (more.rule, more.severity.value) == ("more-findings", severity)
    assert more.message.startswith(says)


def test_a_number_that_is_none_has_one_finding() -> None:
    text = "runbook: 1\ntitle: X\nsteps: [{id: a, shell: x, retry: {attempts: 9999999999999999999999999999}}]\n"

    assert found(read({"processes/demo/child.yaml": text, "processes/demo/parent.yaml": ""}))[:1] == [
        ("child.yaml", "number-out-of-range")
    ]


def test_whoever_uses_a_broken_process_is_not_told_that_it_is_missing() -> None:
    library = read({"processes/demo/child.yaml": "title: 'A"})

    assert found(library) == [("child.yaml", "open-quote")]
    assert list(library.project.processes) == ["demo/parent"]


def test_a_broken_group_does_not_take_its_owner_away() -> None:
    for text in ("title: [", "titel: A group\nowner: platform\n", ""):
        library = read({"processes/demo/group.yaml": text})

        assert {file for file, _ in found(library)} == {"group.yaml"}
        assert library.project.groups["demo"].title


def test_a_file_that_can_not_be_read_is_reported_and_not_missing() -> None:
    files = {path: text.encode() for path, text in FILES.items() if not path.endswith("child.yaml")}
    library = read_library(files, builtin(), None, {"processes/demo/child.yaml": "permission denied"})

    assert found(library) == [("child.yaml", "unreadable-file")]
    assert library.broken == {"demo/child"}


def test_answers_and_tests_beside_a_process_are_no_processes() -> None:
    tests = "runbook: 1\ntests: {t: {expect: {status: waiting}}}\n"
    library = read({"processes/demo/child.answers.yaml": "[", "processes/demo/child.test.yaml": tests})

    assert not library.diagnostics
    assert "demo/child.test" not in library.project.processes


@pytest.mark.parametrize("missing", ["runbook.yaml", "processes/demo/group.yaml"])
def test_a_project_without_its_own_files_is_still_read(missing: str) -> None:
    library = read({missing: None})

    rules = {rule for _, rule in found(library)}
    assert rules == ({"missing-project"} if missing == "runbook.yaml" else {"missing-group", "missing-owner"})
    assert len(library.project.processes) == 2


# -- what is kept between readings ------------------------------------------------------------------


def test_unchanged_files_are_not_read_again(monkeypatch: pytest.MonkeyPatch) -> None:
    warned = {"processes/demo/child.yaml": CHILD.replace("inputs: {", "inputs: {other: {type: string}, ")}
    warned["processes/demo/parent.yaml"] = PARENT.replace("folder: /srv", "folder: /srv, other: x")
    first = read(warned)
    monkeypatch.setattr("runbook.reading.documents.Documents.read", None)

    again = read(warned, kept(first))

    assert found(first) == [("child.yaml", "unused-input")]
    assert again.diagnostics == first.diagnostics
    assert again.interfaces == first.interfaces
    assert again.entries() == first.entries()
    assert again.cache == first.cache
    assert again.sources == first.sources


def test_a_kept_process_is_built_when_somebody_asks_for_it() -> None:
    first = read({})
    again = read({}, kept(first))

    assert dict(again.project.processes) == dict(first.project.processes)
    with pytest.raises(KeyError):
        again.project.processes["demo/nothing"]


def test_processes_that_are_let_go_of_and_those_that_are_kept_are_the_same() -> None:
    files = {path: text.encode() for path, text in FILES.items()}
    files["processes/demo/odd.yaml"] = b"runbook: 1\ntitle: Odd\nsteps: [{id: a, manual: 'Look at {{ inputs.x }}'}]\n"

    kept, gone = (read_library(files, builtin(), keep=keep) for keep in (True, False))

    assert kept.diagnostics == gone.diagnostics != ()
    assert dict(kept.project.processes) == dict(gone.project.processes)


def test_a_change_of_a_child_is_found_in_its_unchanged_parent() -> None:
    grandparent = PARENT.replace("demo/child, with: {folder: /srv}", "demo/parent").replace("seconds", "x")
    cache = kept(
        read({"processes/demo/top.yaml": grandparent.replace("'It took {{ steps.child.outputs.x }} s.'", "Hi.")})
    )

    without_output = read({"processes/demo/child.yaml": CHILD.replace('outputs: {seconds: "', 'outputs: {x: "')}, cache)
    without_child = read({"processes/demo/child.yaml": None}, cache)
    in_a_circle = read({"processes/demo/child.yaml": PARENT.replace("demo/child, with: {folder: /srv}", "demo/top"),
                        "processes/demo/top.yaml": grandparent}, cache)  # fmt: skip

    assert found(without_output) == [("parent.yaml", "unknown-output")]
    assert found(without_child) == [("parent.yaml", "unknown-process")]
    assert ("parent.yaml", "process-recursion") in found(in_a_circle)


def test_a_change_of_the_group_is_found_in_its_unchanged_processes() -> None:
    library = read({"processes/demo/group.yaml": "title: A group\n"}, kept(read({})))

    assert found(library) == [("child.yaml", "missing-owner"), ("parent.yaml", "missing-owner")]


def test_a_file_with_errors_is_read_every_time() -> None:
    broken = {"processes/demo/parent.yaml": PARENT.replace("seconds", "minutes")}
    first = read(broken)

    assert found(read(broken, kept(first))) == found(first) == [("parent.yaml", "unknown-output")]


@pytest.mark.parametrize(
    "damage",
    [
        lambda cache: {},
        lambda cache: {"version": cache["version"], "files": []},
        lambda cache: {**cache, "version": "another"},
        lambda cache: {**cache, "files": dict.fromkeys(cache["files"], 7)},
        lambda cache: {**cache, "files": {path: {**each, "interface": {}} for path, each in cache["files"].items()}},
        lambda cache: {**cache, "files": {path: {**each, "warnings": [[]]} for path, each in cache["files"].items()}},
    ],
)
def test_a_cache_of_another_version_or_damaged_is_as_good_as_none(damage: object) -> None:
    first = read({})

    again = read({}, damage(kept(first)))  # type: ignore[operator]  # a function of the table above

    assert not again.diagnostics
    assert again.cache == first.cache


# -- one process and what it uses -------------------------------------------------------------------


def closure(id: str, files: dict[str, str]) -> tuple[Library, list[str]]:
    asked: list[str] = []

    def content(path: str) -> bytes | None:
        asked.append(path)
        return files[path].encode() if path in files else None

    return read_closure(id, content, builtin()), asked


def test_one_process_is_read_with_its_group_and_its_children_only() -> None:
    files = {**FILES, "processes/demo/other.yaml": "[", "processes/more/group.yaml": "["}

    library, asked = closure("demo/parent", files)

    assert not library.diagnostics
    assert set(library.project.processes) == {"demo/parent", "demo/child"}
    assert sorted(asked) == sorted(FILES)


@pytest.mark.parametrize("id", ["demo/nothing", "nothing", "../demo/child", "demo/../child", "demo/group", "", "demo/"])
def test_a_process_that_is_not_there_is_neither_read_nor_broken(id: str) -> None:
    library, asked = closure(id, FILES)

    assert id not in library.project.processes
    assert id not in library.broken
    assert not any(".." in path for path in asked)


def test_a_missing_child_is_found_in_the_process_that_uses_it() -> None:
    library, _ = closure("demo/parent", {path: text for path, text in FILES.items() if "child" not in path})

    assert found(library) == [("parent.yaml", "unknown-process")]
    assert library.broken == {"demo/parent"}


def test_processes_that_run_each_other_are_read_once() -> None:
    back = (
        PARENT.replace("demo/child, with: {folder: /srv}", "demo/parent").replace("It took", "It").replace("s.'", "'")
    )
    library, asked = closure("demo/parent", {**FILES, "processes/demo/child.yaml": back})

    assert {rule for _, rule in found(library)} >= {"process-recursion"}
    assert len(asked) == len(set(asked))


# -- size and damage --------------------------------------------------------------------------------


def test_a_process_of_five_thousand_steps_is_read() -> None:
    steps = "".join(f"  - {{id: s{n}, manual: 'After {{{{ steps.s{n - 1}.status }}}}'}}\n" for n in range(1, 5000))
    library = read(
        {"processes/demo/long.yaml": f"runbook: 1\ntitle: Long\nsteps:\n  - {{id: s0, manual: Go}}\n{steps}"}
    )

    assert not library.diagnostics
    assert len(library.project.processes["demo/long"].steps) == 5000


def test_no_damage_makes_the_reading_fail() -> None:
    good = (ROOT / "processes" / "backup" / "sqlite-restore-drill.yaml").read_text("utf-8")
    cases = (ROOT / "tests" / "cases" / "rules.md").read_text("utf-8")
    texts = [good, *re.findall(r"^`{8}yaml\n(runbook.*?)^`{8}$", cases, re.M | re.S)]
    words = sorted({word for text in texts for word in re.findall(r"[\w.-]+|\{\{.*?\}\}|\[[^\[\]\n]*\]", text)})
    chance = random.Random(20261122)

    for _ in range(150):
        text = chance.choice(texts)
        for _ in range(chance.randint(1, 3)):
            spots = list(re.finditer(r"(?<=[ {\[])[\w.-]+|\{\{.*?\}\}|\[[^\[\]\n]*\]", text))
            spot = chance.choice(spots)
            text = text[: spot.start()] + chance.choice(words) + text[spot.end() :]
        library = read({"processes/demo/damaged.yaml": text})

        lines = text.count("\n") + 1
        assert all(each.place.line <= lines for each in library.diagnostics if each.place.file.endswith("damaged.yaml"))
        assert "demo/damaged" in library.interfaces
