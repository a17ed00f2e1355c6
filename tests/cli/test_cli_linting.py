"""Levels of rules, findings that are allowed with a reason, and what can't be allowed, as the command line has it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path

import pexpect
import pytest

from tests.cli.conftest import Desk

Project = Callable[[Mapping[str, str]], Desk]
PROCESS = """\
runbook: 1
title: Hello
inputs:
  unused: {type: string, default: x}%s
steps:
  - {id: greet, title: Greet, shell: echo hello}
"""
FILE = "processes/desk/hello.yaml"


@pytest.fixture
def made(project: Project) -> Callable[..., Desk]:
    """A project with one warning, some levels, and something behind the line of the warning."""

    def make(lint: str = "", behind: str = "", process: str = PROCESS) -> Desk:
        return project(
            {
                "runbook.yaml": f"runbook: 1\ntitle: Own\n{lint}",
                "processes/desk/group.yaml": "title: Desk\nowner: desk\n",
                FILE: process % behind if "%s" in process else process,
            }
        )

    return make


@pytest.mark.parametrize("name", ["unused-input", "RB235"])
@pytest.mark.parametrize(
    ("level", "code", "summary"),
    [("off", 0, "no problems"), ("advice", 0, "1 advice"), ("warning", 0, "1 warning"), ("error", 1, "1 error")],
    ids=["off", "advice", "warning", "error"],
)
def test_a_rule_has_the_level_that_the_project_gives_it(
    made: Callable[..., Desk], name: str, level: str, code: int, summary: str
) -> None:
    desk = made(f"lint: {{{name}: {level}}}\n")

    for _ in range(2):  # the second time from what was kept
        result = desk.cli("validate")
        assert result.code == code
        assert result.out.splitlines()[-1] == f"1 process checked: {summary}"


def test_an_error_by_the_level_of_the_project_keeps_a_process_from_running(made: Callable[..., Desk]) -> None:
    desk = made("lint: {unused-input: error}\n")

    assert desk.cli("run", "desk/hello", "--yes").code == 1


def test_the_level_shown_and_the_level_that_fails_are_chosen_apart(made: Callable[..., Desk]) -> None:
    desk = made()

    assert desk.cli("validate", "--fail-on", "warning").code == 1
    assert desk.cli("validate", "--fail-on", "error").code == 0
    hidden = desk.cli("validate", "--level", "error", "--fail-on", "warning")
    assert hidden.out == "1 process checked: 1 warning\n"
    assert hidden.code == 1
    assert made("lint: {unused-input: error}\n").cli("validate", "--fail-on", "never").code == 0


@pytest.mark.parametrize("form", ["text", "github", "sarif"])
def test_advice_has_its_own_mark_in_every_form(made: Callable[..., Desk], form: str) -> None:
    out = made("lint: {unused-input: advice}\n").cli("validate", "--format", form).out

    assert {"text": "advice[RB235", "github": "::notice file=", "sarif": '"level": "note"'}[form] in out


@pytest.mark.parametrize(
    "behind",
    [
        "  # runbook: allow unused-input because the audit asks for it",
        "  # runbook: allow RB235 because the audit asks for it",
        "  # Runbook: Allow unused-input Because the audit asks for it",
    ],
    ids=["name", "code", "capitals"],
)
def test_a_finding_is_allowed_in_its_line(made: Callable[..., Desk], behind: str) -> None:
    desk = made(behind=behind)

    for _ in range(2):
        assert desk.cli("validate", "--fail-on", "advice").out == "1 process checked: 1 allowed\n"
    (finding,) = desk.cli("validate", "--json").json
    assert (finding["rule"], finding["allowed"]) == ("unused-input", "the audit asks for it")
    results = json.loads(desk.cli("validate", "--format", "sarif").out)["runs"][0]["results"]
    assert results[0]["suppressions"] == [{"kind": "inSource", "justification": "the audit asks for it"}]


def test_a_finding_is_allowed_in_the_line_above_also_when_it_is_inside_of_a_text(made: Callable[..., Desk]) -> None:
    above = (
        PROCESS.replace("  unused:", "  # runbook: allow unused-input because the audit asks for it\n  unused:") % ""
    )
    assert made(process=above).cli("validate").out == "1 process checked: 1 allowed\n"

    script = (
        "runbook: 1\ntitle: Hello\ninputs: {name: {type: string, pattern: '^a'}}\n"
        "steps:\n  - id: look\n    title: Look\n"
        "    # runbook: allow option-position because the pattern keeps dashes out\n"
        "    shell: |\n      true\n      cat {{ inputs.name }}\n"
    )
    found = made(
        process=script.replace("    # runbook: allow option-position because the pattern keeps dashes out\n", "")
    )
    if "option-position" in found.cli("validate").out:
        assert made(process=script).cli("validate").out == "1 process checked: 1 allowed\n"


@pytest.mark.parametrize(
    ("behind", "rule", "message"),
    [
        ("  # runbook: allow unused-input", "allow-without-reason", "a finding is allowed without a reason"),
        ("  # runbook: allow unused-input because ", "allow-without-reason", "a finding is allowed without a reason"),
        ("  # runbook: allow because I like it", "allow-without-reason", "nothing is named that is allowed"),
        ("  # runbook: allow unused-inputs because of it", "unknown-rule", "there is no rule `unused-inputs`"),
    ],
    ids=["no because", "no reason", "nothing", "unknown"],
)
def test_an_allow_that_says_too_little_is_an_error_and_allows_nothing(
    made: Callable[..., Desk], behind: str, rule: str, message: str
) -> None:
    desk = made(behind=behind)

    assert desk.cli("validate").code == 1
    found = {each["rule"]: each for each in desk.cli("validate", "--json").json}
    assert found[rule]["severity"] == "error"
    assert found[rule]["message"] == message
    assert "unused-input" in found


def test_an_allow_of_nothing_is_reported(made: Callable[..., Desk]) -> None:
    process = PROCESS.replace("title: Hello", "title: Hello  # runbook: allow unused-role because of old habits") % ""

    out = made(process=process).cli("validate", "--json").json

    assert [(each["rule"], each["severity"], each["line"]) for each in out] == [
        ("idle-allow", "warning", 2), ("unused-input", "warning", 4),
    ]  # fmt: skip


SECRET = "runbook: 1\ntitle: Hello\nsteps:\n  - {id: a, title: A, command: [mysqldump, --password=Winter2026]}%s\n"
INJECTION = (
    "runbook: 1\ntitle: Hello\ninputs: {x: {type: string}}\nsteps:\n"
    "  - {id: a, title: A, shell: \"sh -c 'echo {{ inputs.x }}'\"}%s\n"
)
UNKNOWN = "runbook: 1\ntitle: Hello\nsteps:\n  - {id: a, title: A, needs: [b], shell: 'true'}%s\n"


@pytest.mark.parametrize(
    ("process", "rule"),
    [(SECRET, "secret-in-text"), (INJECTION, "shell-template"), (UNKNOWN, "unknown-step")],
    ids=["secret", "injection", "unknown"],
)
def test_what_guards_a_run_is_neither_allowed_nor_lowered(made: Callable[..., Desk], process: str, rule: str) -> None:
    allowed = made(behind=f"  # runbook: allow {rule} because I know better", process=process)
    found = {each["rule"]: each["severity"] for each in allowed.cli("validate", "--json").json}
    assert found == {rule: "error", "not-allowable": "error"}
    assert allowed.cli("run", "desk/hello", "--yes").code == 1

    for level in ("off", "advice", "warning"):
        lowered = made(lint=f"lint: {{{rule}: {level}}}\n", process=process)
        found = {each["rule"]: (each["severity"], each["file"]) for each in lowered.cli("validate", "--json").json}
        assert found == {rule: ("error", FILE), "not-allowable": ("error", "runbook.yaml")}
        assert lowered.cli("run", "desk/hello", "--yes").code == 1


@pytest.mark.parametrize(
    ("address", "found"),
    [
        ("mailtos://mail.example.org:587?from=a@b.example&to=c@d.example", False),
        ("mailtos://runbook:587abc@mail.example.org?from=a@b.example", True),
    ],
)
def test_the_port_of_an_address_is_no_password(project: Project, address: str, found: bool) -> None:
    step = f"{{id: a, title: A, notify: {{channels: {{mail: '{address}'}}, text: T}}}}"
    files = {"runbook.yaml": "runbook: 1\ntitle: Own\n", FILE: f"runbook: 1\ntitle: Hello\nsteps:\n  - {step}\n"}

    rules = {each["rule"] for each in project(files).cli("validate", "--json").json}

    assert ("secret-in-text" in rules) is found


def test_an_error_that_no_run_depends_on_can_be_allowed(project: Project) -> None:
    files = {
        "runbook.yaml": "runbook: 1\ntitle: Own\n",
        FILE: "# runbook: allow missing-owner because it is a trial\nrunbook: 1\ntitle: Hello\n"
        "steps: [{id: a, title: A, shell: 'true'}]\n",
    }
    desk = project(files)

    result = desk.cli("validate", "--json")

    assert {each["rule"]: each.get("allowed") for each in result.json}.get("missing-owner") in ("it is a trial", None)
    assert "may lower it" in desk.cli("explain", "missing-owner").out
    assert "may lower it" not in desk.cli("explain", "secret-in-text").out


def test_a_level_for_a_rule_that_is_not_there_is_an_error_in_its_place(made: Callable[..., Desk]) -> None:
    found = made("lint:\n  unused-inputs: off\n").cli("validate", "--json").json

    assert found[-1]["message"] == "there is no rule `unused-inputs`"
    assert (found[-1]["file"], found[-1]["line"], found[-1]["column"]) == ("runbook.yaml", 4, 3)
    assert found[-1]["help"] == "did you mean `unused-input`?"
    assert made("lint: {unused-input: loud}\n").cli("validate").code == 1


def test_watching_tells_only_what_is_different(made: Callable[..., Desk]) -> None:
    desk = made()
    file: Path = desk.folder / FILE
    terminal = desk.terminal("validate", "--watch")
    terminal.expect_exact("warning[RB235 unused-input]")
    terminal.expect_exact("Ctrl-C ends it.")

    file.write_text(file.read_text() + "  - {id: two, title: Two, needs: [three], shell: 'true'}\n")
    terminal.expect_exact(f"changed: {FILE}")
    terminal.expect_exact("error[RB202 unknown-step]")
    terminal.expect_exact("1 process checked: 1 error, 1 warning")
    assert "unused-input" not in terminal.before

    file.write_text(file.read_text().replace("[three]", "[greet]"))
    terminal.expect_exact(f"gone: {FILE}: there is no step `three` [RB202]")
    terminal.expect_exact("1 process checked: 1 warning")
    terminal.sendintr()
    terminal.expect(pexpect.EOF)
    terminal.wait()
    assert terminal.exitstatus == 0
    assert desk.cli("validate", "--watch", "--json").code == 2
