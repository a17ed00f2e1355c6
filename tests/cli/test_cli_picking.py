"""Picking a process or a run, and filling in inputs: at terminals of three widths, in plain lines, or with nobody."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import pytest

from tests.cli.conftest import Desk, answer, ended
from tests.cli.screen import Screen

Make = Callable[[Mapping[str, str]], Desk]

INPUTS = """\
runbook: 1
title: Take inputs
owner: me
inputs:
  host: {type: string, pattern: '^[a-z]+[0-9]*$', title: Host to look after, description: "Its **short** name."}
  port: {type: integer, minimum: 1, maximum: 65535, title: Port}
  colour: {enum: [red, green, grey], title: Colour}
  sure: {type: boolean, title: Sure}
  tags: {type: array, items: {type: integer}, title: Tags}
  keep: {type: integer, minimum: 1, default: 7, title: Copies to keep}
  note: {type: string, default: none}
steps:
  - id: all
    title: Say all
    set: {values: {host: "{{ inputs.host }}", port: "{{ inputs.port }}", colour: "{{ inputs.colour }}",
      sure: "{{ inputs.sure }}", tags: "{{ inputs.tags }}", keep: "{{ inputs.keep }}", note: "{{ inputs.note }}"}}
"""


@pytest.fixture
def taking(project: Make) -> Desk:
    """A project with one process that takes inputs of every type."""
    return project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Inputs\n",
            "processes/in/group.yaml": "title: In\nowner: me\n",
            "processes/in/puts.yaml": INPUTS,
        }
    )


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_a_process_is_picked_by_a_few_letters(desk: Desk, columns: int) -> None:
    screen = Screen(desk, "run", columns=columns, rows=20)
    screen.wait(r"^> \w+/")
    assert max(map(len, screen.lines)) <= columns
    screen.type("hello")
    screen.wait(r"^Process: hello\s*\n> desk/hello +Say hello\n1 of \d+ ")
    screen.type("\r")
    screen.wait("^Inputs with a usual value:\n  name = world  Whom to greet")
    screen.type("\r")

    assert screen.end() == 0
    assert "Process: desk/hello\n" in screen.text
    assert "> desk/hello" not in screen.text
    assert "\x1b[6n" not in screen.raw
    assert desk.status()["process"] == "desk/hello"


def test_arrows_mark_and_backspace_widens(desk: Desk) -> None:
    screen = Screen(desk, "show", rows=12)
    screen.wait("^> deep/inner")
    screen.type("\x1b[A")
    screen.wait("^> desk/ways")
    screen.type("\x1b[B\x1b[B")
    screen.wait("^> deep/middle")
    screen.type("zz")
    screen.wait("nothing matches")
    screen.type("\r\x7f\x7f")
    screen.wait("^> deep/inner")
    screen.type("\x1b[B\x1b[B\r")

    assert screen.end() == 0
    assert "Process: deep/outer" in screen.text or "deep/outer" in screen.raw


def test_colour_is_never_the_only_sign_and_none_is_there_without_colour(desk: Desk) -> None:
    plain, coloured = Screen(desk, "run", NO_COLOR="1"), Screen(desk, "run", TERM="xterm")
    for screen in (plain, coloured):
        screen.wait("^> deep/inner")

    assert plain.styles == {"fg": {"default"}, "bg": {"default"}}
    assert coloured.styles == {"fg": {"default", "green"}, "bg": {"default"}}


def test_a_group_narrows_the_picking(desk: Desk) -> None:
    screen = Screen(desk, "run", "deep/")
    screen.wait("3 of 3")

    screen.type("\x03")

    assert screen.end() == 130


@pytest.mark.parametrize("leave", ["\x03", "\x04", "\x1b"], ids=["ctrl-c", "ctrl-d", "escape"])
def test_who_leaves_makes_no_run(desk: Desk, leave: str) -> None:
    screen = Screen(desk, "run")
    screen.wait("^> ")
    screen.type(leave)

    assert screen.end() == 130
    assert desk.cli("runs", "--json").json == []


def test_a_plain_terminal_has_a_numbered_list(desk: Desk) -> None:
    terminal = desk.terminal("run", TERM="dumb")
    answer(terminal, "Process (a number, or a part of the name): ", "nonsense")
    terminal.expect_exact("nothing matches `nonsense`")
    answer(terminal, "Process (a number, or a part of the name): ", "deep")
    terminal.expect_exact("3) deep/outer")
    answer(terminal, "Process (a number, or a part of the name): ", "desk/hello")
    answer(terminal, "a name changes one: ", "")

    assert ended(terminal)[0] == 0
    assert desk.status()["process"] == "desk/hello"


def test_an_open_run_is_picked_to_go_on_with(desk: Desk) -> None:
    over, first, second = desk.begin("desk/hello"), desk.begin("desk/chores"), desk.begin("desk/ways")
    screen = Screen(desk, "resume", columns=100)
    screen.wait("2 of 2")
    assert over not in screen.text
    screen.type(first)
    screen.wait("1 of 2")
    screen.type("\r")
    screen.wait("Sweep")

    assert second not in screen.text


@pytest.mark.parametrize("command", ["status", "record", "events"])
def test_a_run_is_picked_to_be_looked_at(desk: Desk, command: str) -> None:
    run = desk.begin("desk/hello")
    screen = Screen(desk, command, rows=60)
    screen.wait("1 of 1")
    screen.type("\r")

    assert screen.end() == 0
    assert f"Run: {run}" in screen.text


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["run"], "`runbook list` names them"),
        (["run", "deep/"], "`runbook list deep` names them"),
        (["run", "dep/"], "did you mean `deep`?"),
        (["run", "--yes"], "the process is not named"),
        (["show"], "write `runbook show GROUP/PROCESS`"),
        (["render"], "write `runbook render GROUP/PROCESS`"),
        (["graph"], "write `runbook graph GROUP/PROCESS`"),
        (["status"], "`runbook runs` names them"),
        (["record"], "write `runbook record RUN`"),
        (["events"], "write `runbook events RUN`"),
        (["resume"], "no run is open"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_without_a_terminal_a_missing_name_is_refused(desk: Desk, words: list[str], said: str) -> None:
    refused = desk.cli(*words)

    assert (refused.code, refused.out) == (2, "")
    assert said in refused.err


def test_without_a_terminal_the_only_open_run_goes_on(desk: Desk) -> None:
    desk.begin("desk/hello")
    run = desk.begin("desk/chores")
    answers = desk.answers({"sweep": "done", "mop": "done", "shine": "done"})

    resumed = desk.cli("resume", "--answers", answers)

    assert (resumed.code, resumed.err) == (0, f"Going on with {run}, the only run that is open.\n")
    assert desk.status(run)["status"] == "succeeded"


def test_without_a_terminal_several_open_runs_are_named(desk: Desk) -> None:
    runs = [desk.begin("desk/chores"), desk.begin("desk/ways")]

    refused = desk.cli("resume")

    assert refused.code == 2
    assert all(run in refused.err for run in runs)


def test_inputs_are_asked_for_and_checked_at_once(taking: Desk) -> None:
    terminal = taking.terminal("run", "in/puts", "-i", "sure=no", TERM="dumb")
    terminal.expect_exact("Host to look after")
    terminal.expect_exact("Its short name.")
    answer(terminal, "  host: ", "Web 1")
    terminal.expect_exact("`Web 1` does not match `^[a-z]+[0-9]*$`: give a text that matches")
    answer(terminal, "  host: ", "web1")
    terminal.expect_exact("(a whole number of at least 1 and at most 65535)")
    answer(terminal, "  port: ", "http")
    terminal.expect_exact("`http` is not a whole number")
    answer(terminal, "  port: ", "70000")
    terminal.expect_exact("`70000` is above 65535")
    answer(terminal, "  port: ", "443")
    terminal.expect_exact("2) green")
    answer(terminal, "  colour: ", "gr")
    terminal.expect_exact("`gr` could be")
    answer(terminal, "  colour: ", "3")
    answer(terminal, "  tags: ", "1, two")
    terminal.expect_exact("has an item (2) that is not a whole number")
    answer(terminal, "  tags: ", "1, 2")
    terminal.expect_exact("keep = 7  Copies to keep")
    answer(terminal, "a name changes one: ", "kee")
    answer(terminal, "  keep [7]: ", "0")
    terminal.expect_exact("`0` is below 1")
    answer(terminal, "  keep [7]: ", "3")
    terminal.expect_exact("keep = 3  Copies to keep")
    answer(terminal, "a name changes one: ", "")

    assert ended(terminal)[0] == 0
    assert taking.status()["inputs"] == {
        "host": "web1", "port": 443, "colour": "grey", "sure": False, "tags": [1, 2], "keep": 3, "note": "none",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("given", "said"),
    [("port=0", "input `port` of in/puts is below 1"), ("prt=1", "did you mean `port`?")],
    ids=["bad value", "unknown name"],
)
def test_what_was_given_wrongly_is_refused_before_anything_is_asked(taking: Desk, given: str, said: str) -> None:
    code, shown = ended(taking.terminal("run", "in/puts", "-i", given))

    assert (code, said in shown, "Host to look after" in shown) == (2, True, False)


def test_booleans_are_y_or_n_and_every_input_is_asked_for_on_request(taking: Desk) -> None:
    given = ["host=web1", "port=1", "colour=red", "tags=[1]"]
    terminal = taking.terminal("run", "in/puts", "--ask", *(w for each in given for w in ("-i", each)), TERM="dumb")
    answer(terminal, "  sure: ", "perhaps")
    terminal.expect_exact("`perhaps` is not true or false: give yes or no")
    answer(terminal, "  sure: ", "y")
    answer(terminal, "  keep [7]: ", "")
    answer(terminal, "  note [none]: ", "Hello")

    assert ended(terminal)[0] == 0
    inputs = taking.status()["inputs"]
    assert (inputs["sure"], inputs["keep"], inputs["note"]) == (True, 7, "Hello")


def test_an_input_whose_usual_value_is_empty_may_stay_so(project: Make) -> None:
    inputs, steps = "{note: {type: string, default: ''}}", "[{id: s, set: {values: {a: 1}}}]"
    taking = project(
        {
            "runbook.yaml": "runbook: 1\ntitle: Inputs\n",
            "processes/in/group.yaml": "title: In\nowner: me\n",
            "processes/in/puts.yaml": f"runbook: 1\ntitle: Note\ninputs: {inputs}\nsteps: {steps}\n",
        }
    )
    terminal = taking.terminal("run", "in/puts", "--ask", TERM="dumb")
    answer(terminal, "  note: ", "")

    assert ended(terminal)[0] == 0
    assert taking.status()["inputs"] == {"note": ""}


@pytest.mark.parametrize("leave", ["\x03", "\x04"], ids=["ctrl-c", "end of input"])
def test_leaving_the_inputs_makes_no_run(taking: Desk, leave: str) -> None:
    terminal = taking.terminal("run", "in/puts")
    answer(terminal, "  host: ", "web1")
    terminal.expect_exact("  port: ")
    terminal.send(leave)

    assert ended(terminal)[0] == 130
    assert taking.cli("runs", "--json").json == []


def test_without_a_terminal_a_missing_input_is_refused_as_ever(taking: Desk) -> None:
    refused = taking.cli("run", "in/puts", "--yes")

    assert (refused.code, "input `host` of in/puts is missing" in refused.err) == (2, True)


@pytest.mark.parametrize("columns", [60, 80, 140])
def test_questions_fit_the_width(taking: Desk, columns: int) -> None:
    screen = Screen(taking, "run", "in/puts", columns=columns)
    screen.wait("^  host:")

    assert max(map(len, screen.lines)) <= columns
    assert "  Its short name." in screen.lines
