"""The beginning of a project and of a process: files that validate and run, and none that was there is touched."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.cli.conftest import Desk, answer, ended

LIBRARY = Path(__file__).resolve().parents[2] / "processes"


@pytest.fixture
def empty(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """An empty folder, with somebody in it."""
    folder = tmp_path / "empty"
    folder.mkdir()
    monkeypatch.chdir(folder)
    monkeypatch.delenv("RUNBOOK_HOME", raising=False)
    return Desk(folder, folder / ".runbook")


def all_files(folder: Path) -> dict[str, bytes]:
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def test_a_new_project_validates_and_its_first_process_runs(empty: Desk) -> None:
    files = empty.cli("init", "--json").json
    answers = empty.answers({"judge": {"outcome": "done", "fields": {"enough": True}}})

    assert files == [path for path in files if (empty.folder / path).is_file()]
    assert empty.cli("validate").out == "1 process checked: no problems\n"
    assert empty.cli("run", "first-steps/disk-check", "--yes", "--answers", answers).code == 0
    assert empty.step("measure")["outputs"]["used"] in range(101)


def test_every_definition_of_a_project_names_a_schema_that_is_there(empty: Desk) -> None:
    empty.cli("init", "shop", "--starter", "it-operations", "--title", "The: shop")

    definitions = [path for path in (empty.folder / "shop").rglob("*.yaml") if not path.name.endswith(".answers.yaml")]
    for path in definitions:
        first = path.read_text("utf-8").splitlines()[0]
        assert first.startswith("# yaml-language-server: $schema=")
        assert json.loads((path.parent / first.partition("=")[2]).read_text("utf-8"))["title"]
    assert len(definitions) > 15
    assert 'title: "The: shop"' in (empty.folder / "shop" / "runbook.yaml").read_text("utf-8")


def test_a_starter_is_the_whole_library_and_runs_outside_of_it(empty: Desk) -> None:
    empty.cli("init", "--starter", "it-operations")

    copied, library = all_files(empty.folder / "processes"), all_files(LIBRARY)
    assert set(copied) == {path for path in library if "__pycache__" not in path}
    assert all(copied[path].endswith(library[path]) for path in copied)
    assert empty.cli("validate").out.endswith("checked: no problems\n")
    told = empty.cli("scope", "--json").json
    assert (told["not_covered"], told["without_service"], len(told["services"])) == ([], [], 9)
    assert {each["process"] for each in empty.cli("duties", "--json").json} >= {"access/access-review"}
    assert empty.cli("run", "storage/disk-space-check", "--yes").code == 0


def test_init_names_what_is_in_the_way_and_writes_nothing(empty: Desk) -> None:
    (empty.folder / "runbook.yaml").write_text("runbook: 1\ntitle: Mine\n")
    before = all_files(empty.folder)

    refused = empty.cli("init", "--starter", "it-operations")

    assert refused.code == 2
    assert refused.err.startswith("runbook: `runbook.yaml` is there already\n  nothing was written;")
    assert all_files(empty.folder) == before


def test_a_gitignore_of_ones_own_is_asked_for_one_line(empty: Desk) -> None:
    (empty.folder / ".gitignore").write_text("*.pyc\n")
    refused = empty.cli("init")
    (empty.folder / ".gitignore").write_text("*.pyc\n.runbook/\n")

    assert (refused.code, "add the line `.runbook/` to it" in refused.err) == (2, True)
    assert empty.cli("init").code == 0
    assert (empty.folder / ".gitignore").read_text() == "*.pyc\n.runbook/\n"


def test_an_unknown_starter_is_refused(empty: Desk) -> None:
    refused = empty.cli("init", "--starter", "office")

    assert (refused.code, list(empty.folder.iterdir())) == (2, [])
    assert "it-operations" in refused.err


@pytest.mark.parametrize("template", ["manual", "mixed"])
def test_a_new_process_validates_at_once(empty: Desk, template: str) -> None:
    empty.cli("init")
    steps = ["Take a snapshot", "Take a snapshot", 'Say "yes": {{ now }}', "on", "日本語", "- x #"]

    made = empty.cli(
        "new", "servers/patch-server", "--owner", "no", "--title", "Patch: a server", "--from-template", template,
        "--json", *(word for step in steps if "{{" not in step for word in ("--steps", step)),
    )  # fmt: skip

    assert made.json == ["processes/servers/group.yaml", "processes/servers/patch-server.yaml"]
    assert empty.cli("validate").out == "2 processes checked: no problems\n"
    shown = empty.cli("show", "servers/patch-server", "--json").json
    assert (shown["title"], shown["owner"]) == ("Patch: a server", "no")
    assert [step["title"] for step in shown["outline"]] == [step for step in steps if "{{" not in step]
    assert len({step["id"] for step in shown["outline"]}) == 5


def test_a_new_process_without_steps_has_three_and_the_owner_of_its_group(empty: Desk) -> None:
    empty.cli("init", "--owner", "night-shift")

    told = empty.cli("new", "first-steps/second")

    assert told.out.splitlines()[-3:] == [
        "  runbook validate processes/first-steps/second.yaml",
        "  runbook show first-steps/second",
        "  runbook run first-steps/second",
    ]
    shown = empty.cli("show", "first-steps/second", "--json").json
    assert (shown["owner"], shown["steps"]) == ("night-shift", 3)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["Patch Server"], "write for example `servers/patch-server`"),
        (["Servers/Patch Server"], "did you mean `servers/patch-server`?"),
        (["büro/größe-messen"], "did you mean `buro/grosse-messen`?"),
        (["servers/../../../etc"], "did you mean `servers/etc`?"),
        (["servers/group"], "its file would be the group's"),
        (["first-steps/disk-check"], "there is a process `first-steps/disk-check` already"),
        (["servers/patch"], "add --owner TEAM"),
        ([], "write `runbook new GROUP/PROCESS`"),
        (["servers/patch", "--owner", "x", "--title", "{{ oops"], "`{{ oops` is no title"),
        (["servers/patch", "--owner", "x", "--steps", "Look", "--steps", "{{ x }}"], "`{{ x }}` is no title"),
        (["servers/patch", "--owner", "x", "--steps", " "], "a title is empty"),
    ],
    ids=[
        "no group", "capitals", "accents", "path", "group file", "taken", "no owner", "nothing", "bad text", "step",
        "empty",
    ],
)  # fmt: skip
def test_what_can_be_no_process_is_refused_with_a_way_out(empty: Desk, words: list[str], said: str) -> None:
    empty.cli("init")
    before = all_files(empty.folder)

    refused = empty.cli("new", *words)

    assert refused.code == 2
    assert said in refused.err
    assert {path: text for path, text in all_files(empty.folder).items() if ".runbook/" not in path} == before


def test_new_asks_for_what_no_option_says(empty: Desk) -> None:
    empty.cli("init")
    terminal = empty.terminal("new", TERM="dumb")
    answer(terminal, "Group and name of the process, such as servers/patch-server: ", "Patch")
    terminal.expect_exact("`Patch` is not GROUP/PROCESS: write for example `servers/patch`")
    answer(terminal, "patch-server: ", "servers/patch")
    answer(terminal, "What it does, in a few words [Patch]: ", "Patch a server")
    answer(terminal, "The team that owns the new group `servers`: ", "")
    answer(terminal, "The team that owns the new group `servers`: ", "platform")
    terminal.expect_exact("2) mixed: the machine does it, or people by hand")
    answer(terminal, "Who does the steps [manual]: ", "mix")
    answer(terminal, "Step 1: ", "Take a snapshot")
    answer(terminal, "Step 2: ", "")

    assert ended(terminal)[0] == 0
    shown = empty.cli("show", "servers/patch", "--json").json
    assert (shown["title"], shown["owner"], shown["automated"]) == ("Patch a server", "platform", 1)
    assert [step["title"] for step in shown["outline"]] == ["Take a snapshot"]


@pytest.mark.parametrize("leave", ["\x03", "\x04"], ids=["ctrl-c", "end of input"])
def test_leaving_the_questions_writes_nothing(empty: Desk, leave: str) -> None:
    empty.cli("init")
    before = all_files(empty.folder)
    terminal = empty.terminal("new", "servers/patch")
    terminal.expect_exact("in a few words [Patch]: ")
    terminal.send(leave)

    assert ended(terminal)[0] == 130
    assert all_files(empty.folder) == before
