"""Every command explains itself with examples that work, misuse is answered with the remedy, shells complete names."""

from __future__ import annotations

import os
import re
import subprocess

import click
import pytest

from runbook.cli.commands import COMMANDS, cli
from tests.cli.conftest import RUNBOOK, Desk
from tests.waiting import PATIENCE


def _commands() -> dict[str, click.Command]:
    found: dict[str, click.Command] = {}
    context = click.Context(cli)
    for name in COMMANDS:
        command = cli.get_command(context, name)
        assert command is not None
        found[name] = command
        if isinstance(command, click.Group):
            found.update({f"{name} {below}": each for below, each in command.commands.items()})
    return found


@pytest.mark.parametrize("name", _commands())
@pytest.mark.parametrize("columns", ["60", "100"])
def test_every_command_has_help_with_examples_of_itself(
    desk: Desk, name: str, columns: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", columns)

    result = desk.cli(*name.split(), "--help")

    assert (result.code, result.err) == (0, "")
    examples = result.out.partition("Examples:")[2]
    assert re.search(rf"^\s+(eval \"\$\()?runbook {name}\b", examples, re.M), result.out


@pytest.mark.parametrize("name", _commands())
def test_every_example_is_a_call_that_the_command_takes(name: str) -> None:
    command = _commands()[name]
    epilog = command.epilog or ""
    lines = [line for line in epilog.splitlines() if re.match(rf"\s+runbook {name}\b", line)]
    for line in lines:
        words = re.sub(r"\s+#.*|\s+[|>].*", "", line)
        import shlex

        parts = shlex.split(words)[1 + len(name.split()) :]
        if isinstance(command, click.Group) or "--answers" in parts or "--inputs" in parts:
            continue
        command.make_context(name, parts, resilient_parsing=False)


@pytest.mark.parametrize(
    ("words", "says", "help"),
    [
        (["lst"], "there is no command `lst`", "did you mean `list`?"),
        (["fly"], "there is no command `fly`", "see `runbook --help`"),
        (["list", "--jsn"], "no such option `--jsn`", "did you mean `--json`?"),
        (["run"], "the process is not named", "write `runbook run GROUP/PROCESS`"),
        (["validate", "--format", "xml"], "`xml` is not one of", "see `runbook validate --help`"),
        (["explain", "RB999"], "there is no diagnostic `RB999`", ""),
        (["answer", "last", "sweep"], "there is no answer", "give done, failed or skipped, or --choose"),
        (["answer", "last", "x", "done", "--choose", "y"], "an outcome or a choice, not both", "leave one of them out"),
        (["answer", "last", "x", "done", "-f", "y"], "`y` is not NAME=VALUE", "-f pressure=2.4"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_misuse_is_answered_with_the_remedy(desk: Desk, words: list[str], says: str, help: str) -> None:
    result = desk.cli(*words)

    assert (result.code, result.out) == (2, "")
    first, *rest = result.err.splitlines()
    assert first.startswith("runbook: ")
    assert says in first
    assert help in "\n".join(rest)


def _completed(desk: Desk, line: str) -> list[str]:
    """What bash would offer for the last word of the line."""
    words = line.split(" ")
    environment = {
        **desk.environment, "_RUNBOOK_COMPLETE": "bash_complete",
        "COMP_WORDS": line, "COMP_CWORD": str(len(words) - 1),
    }  # fmt: skip
    done = subprocess.run(
        RUNBOOK, cwd=desk.folder, env=environment, capture_output=True, text=True, timeout=PATIENCE, check=False
    )
    assert done.stderr == ""
    return [offer.partition(",")[2] for offer in done.stdout.split()]


def test_the_shell_completes_names(desk: Desk) -> None:
    chores, ways = desk.begin("desk/chores"), desk.begin("desk/ways")

    assert {"run", "runs", "resume", "retry", "rerun", "reject", "record", "render", "report", "revoke"} == set(
        _completed(desk, "runbook r")
    )
    assert _completed(desk, "runbook run deep/") == ["deep/inner", "deep/middle", "deep/outer"]
    assert _completed(desk, "runbook run desk/hello -i n") == ["name="]
    assert _completed(desk, "runbook list d") == ["deep", "desk"]
    assert _completed(desk, "runbook new d") == ["deep/", "desk/"]
    assert _completed(desk, "runbook runs --group d") == ["deep", "desk"]
    assert _completed(desk, "runbook history deep/o") == ["deep/outer"]
    assert _completed(desk, "runbook show desk/chores --step s") == ["sweep", "shine"]
    assert _completed(desk, "runbook init --starter i") == ["it-operations"]
    assert _completed(desk, "runbook record way") == [ways]
    assert _completed(desk, "runbook status ch") == [chores]
    assert _completed(desk, "runbook resume ch") == [chores]
    assert _completed(desk, f"runbook answer {chores} s") == ["sweep"]
    assert _completed(desk, f"runbook answer {ways} way --choose ") == ["left", "right"]
    assert "--answers" in _completed(desk, "runbook run --a")
    assert "unknown-step" in _completed(desk, "runbook explain unknown-s")
    assert "RB201" in _completed(desk, "runbook explain RB20")


def test_completing_without_a_project_offers_nothing(desk: Desk, tmp_path: os.PathLike[str]) -> None:
    outside = Desk(tmp_path, desk.home)  # type: ignore[arg-type]  # a path all the same

    assert _completed(outside, "runbook run d") == []
    assert _completed(outside, "runbook status x") == []


def test_completing_is_quick(desk: Desk) -> None:
    desk.begin("desk/chores")
    _completed(desk, "runbook run d")

    times = []
    for _ in range(3):
        before = os.times()
        _completed(desk, "runbook answer last s")
        after = os.times()
        times.append(after.children_user + after.children_system - before.children_user - before.children_system)

    assert min(times) < 1.0, "seconds of the processor: how busy the machine is does not count"


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_scripts_are_printed(desk: Desk, shell: str) -> None:
    script = desk.cli("completion", shell)

    assert script.code == 0
    assert "_RUNBOOK_COMPLETE" in script.out


def test_both_doors_answer_alike(desk: Desk) -> None:
    run = desk.begin("desk/chores")

    for words in (["list"], ["list", "--json"], ["status", run], ["status", run, "--json"]):
        quick = desk.cli(*words)
        wide = desk.cli("--project", desk.folder, *words)

        assert (quick.code, quick.out) == (wide.code, wide.out)
