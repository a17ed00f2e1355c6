"""What people and programs hand in, at the command line and at the prompt: kept, shown, or refused."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runbook.engine.identity import system_user
from tests.cli.conftest import Desk, answer, ended
from tests.cli.screen import Screen
from tests.cli.test_cli_terminal import WORK

ME = system_user().name
PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
DIGEST = hashlib.sha256(PNG).hexdigest()
Project = Callable[[Mapping[str, str]], Desk]


def one(steps: str, head: str = "") -> Mapping[str, str]:
    """A project of one process."""
    return {
        "runbook.yaml": "runbook: 1\ntitle: One\n",
        "processes/g/group.yaml": "title: One\nowner: me\n",
        "processes/g/one.yaml": f"runbook: 1\ntitle: One\n{head}steps:\n{steps}",
    }


@pytest.fixture
def photo(desk: Desk) -> Path:
    """A picture beside the answers file."""
    desk.home.mkdir(exist_ok=True)
    (desk.home / "gauge.png").write_bytes(PNG)
    return desk.home / "gauge.png"


def evidence(desk: Desk, run: str = "last") -> list[Mapping[str, object]]:
    return [event["data"] for event in desk.events(run) if event["type"] == "EvidenceAttached"]


KEPT = {"name": "gauge.png", "sha256": DIGEST, "size": len(PNG), "type": "image/png"}


# -- a form ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("way", ["answer", "resume", "run", "rerun"])
def test_a_reading_a_file_and_a_signature_are_recorded_through_every_way_in(desk: Desk, photo: Path, way: str) -> None:
    answers = desk.answers({"meter": {"fields": {"pressure": "3.2 bar", "photo": "gauge.png", "seen": ME}}})
    run = desk.begin("desk/meter") if way != "run" else ""
    match way:
        case "answer":
            words = ("-f", "pressure=3.2 bar", "-f", f"photo=@{photo}", "-f", f"seen={ME}")
            result = desk.cli("answer", run, "meter", "done", *words)
            assert desk.cli("resume", run).code == 0
        case "resume":
            result = desk.cli("resume", run, "--yes", "--answers", answers)
        case "run":
            result = desk.cli("run", "desk/meter", "--yes", "--answers", answers)
        case _:
            result = desk.cli("rerun", run, "--yes", "--answers", answers)

    assert result.code == 0
    found = desk.step("meter")["outputs"]
    assert found["pressure"] == {"value": 3.2, "unit": "bar"}
    assert found["photo"] == KEPT
    assert (found["seen"]["by"], found["seen"]["name"]) == (ME, ME)
    assert evidence(desk) == [{**KEPT, "field": "photo"}]
    assert (desk.home / "evidence" / DIGEST).read_bytes() == PNG
    record = desk.cli("record", "last").out
    assert "| `pressure` | Pressure | `3.2 bar` |" in record
    assert "| `photo` | Photo | `gauge.png` |" in record
    assert f"`gauge.png` as `photo` (image/png, {len(PNG)} bytes, SHA-256 `{DIGEST}`)" in record


def test_a_file_is_written_with_a_sign_so_that_a_text_is_not_taken_for_one(desk: Desk, photo: Path) -> None:
    run = desk.begin("desk/meter")

    result = desk.cli("answer", run, "meter", "done", "-f", "pressure=3", "-f", f"photo={photo}", "-f", f"seen={ME}")

    assert (result.code, result.out) == (2, "")
    assert f"write -f photo=@{photo}" in result.err


@pytest.mark.parametrize("forged", [KEPT, {**KEPT, "size": 1}, [1], {"name": "x"}, 7, True])
def test_nobody_names_a_file_without_handing_it_in(desk: Desk, photo: Path, forged: object) -> None:
    run = desk.begin("desk/meter")
    fields = {"pressure": "3", "photo": forged, "seen": ME}

    result = desk.cli("resume", run, "--yes", "--answers", desk.answers({"meter": {"fields": fields}}))

    assert result.code == 4
    assert "`photo` is a file, and this names none" in result.err
    assert evidence(desk) == []


def test_out_of_limits_is_taken_with_a_deviation_and_stands_in_the_record(desk: Desk, photo: Path) -> None:
    run = desk.begin("desk/meter")
    words = ("-f", "pressure=4.6", "-f", f"photo=@{photo}", "-f", f"seen={ME}")

    refused = desk.cli("answer", run, "meter", "done", *words)
    taken = desk.cli("answer", run, "meter", "done", *words, "--deviation", "The pump was just started")

    assert "outside its limits" in refused.err
    assert "or say why with --deviation" in refused.err
    assert taken.code == 0
    record = desk.cli("record", run).out
    assert f"meter: {ME} took pressure = 4.6 bar, outside of 1.5 to 4.5 bar: The pump was just started" in record


def test_a_deviation_comes_from_an_answers_file_too(desk: Desk, photo: Path) -> None:
    fields = {"pressure": "4.6", "photo": "gauge.png", "seen": ME}
    answers = desk.answers({"meter": {"fields": fields, "deviation": "The pump was just started"}})

    result = desk.cli("run", "desk/meter", "--yes", "--answers", answers)

    assert result.code == 0
    reply = desk.events()[-2]["data"]["reply"]
    assert reply["deviation"]["fields"]["pressure"]["value"] == {"value": 4.6, "unit": "bar"}


def test_nobody_signs_for_somebody_else_also_not_by_passing_it_on(desk: Desk, photo: Path) -> None:
    run = desk.begin("desk/meter")
    words = ("-f", "pressure=3", "-f", f"photo=@{photo}", "-f", "seen=maria", "--by", "maria")

    result = desk.cli("answer", run, "meter", "done", *words)

    assert result.code == 2
    assert "`seen` can't be signed for somebody else" in result.err


# -- what a step asks for ----------------------------------------------------------------------------


def test_a_step_says_what_is_missing_until_it_is_attached(desk: Desk, photo: Path) -> None:
    run = desk.begin("desk/photo")
    asked = "missing: gauge: Photo of the gauge (image, at most 1 kB)"

    assert asked in " ".join(desk.cli("status", run).out.split())
    assert desk.status(run)["waiting"][0]["missing"] == ["gauge"]
    refused = desk.cli("answer", run, "photo", "done")
    assert f"attach it: runbook attach {run} photo FILE --as gauge" in refused.err
    assert desk.cli("attach", run, "photo", photo).code == 0
    assert desk.cli("attach", run, "photo", photo, "--as", "gauge").code == 0

    assert "missing" not in desk.cli("status", run).out
    assert desk.step("photo", run)["evidence"][0]["evidence"] == "gauge"
    assert desk.cli("answer", run, "photo", "done").code == 0
    assert evidence(desk, run) == [{**KEPT, "evidence": "gauge"}] * 2


@pytest.mark.parametrize("words", [("show", "desk/photo"), ("render", "desk/photo")])
def test_the_procedure_says_what_will_be_asked_for(desk: Desk, words: tuple[str, ...]) -> None:
    shown = " ".join(desk.cli(*words).out.split())

    assert "gauge: Photo of the gauge (image, at most 1 kB)" in shown
    assert "may be missing" in shown
    assert "only the lead may deviate from it" in " ".join(desk.cli(words[0], "desk/strict").out.split())


ATTACHED = {
    "a piece that is not asked for": (("gauge.png", "--as", "foto"), "asks for no evidence `foto`"),
    "a text as a picture": (("note.png", "--as", "gauge"), "`gauge` is text/plain, as its content says"),
    "a text as the only piece missing": (("note.png",), "`gauge` is text/plain, as its content says"),
    "a picture as a text": (("gauge.png", "--as", "remark"), "`remark` is image/png, as its content says"),
    "a program as a picture": (("program.png",), "`gauge` is application/x-executable"),
    "what is too large": (("large.png",), "`gauge` has more than 1 kB"),
    "what is empty": (("empty.png",), "`gauge` is empty"),
    "a folder": ((".",), "is not a file"),
    "a pipe": (("pipe",), "is not a file"),
    "what is not there": (("none.png",), "can't be read"),
    "a loop of links": (("loop.png",), "can't be read"),
}


@pytest.mark.parametrize(("words", "says"), ATTACHED.values(), ids=ATTACHED)
def test_what_is_not_asked_for_is_not_attached(desk: Desk, photo: Path, words: tuple[str, ...], says: str) -> None:
    run = desk.begin("desk/photo")
    (desk.home / "note.png").write_text("no picture")
    (desk.home / "program.png").write_bytes(b"\x7fELF\x02\x01\x01" + bytes(100))
    (desk.home / "large.png").write_bytes(PNG + bytes(1000))
    (desk.home / "empty.png").touch()
    (desk.home / "loop.png").symlink_to("loop.png")
    os.mkfifo(desk.home / "pipe")
    before = desk.events(run)

    result = desk.cli("attach", run, "photo", desk.home / words[0], *words[1:])

    assert (result.code, result.out) == (2, "")
    assert says in result.err
    assert desk.events(run) == before
    kept = desk.home / "evidence"
    assert not kept.exists() or os.listdir(kept) == []


@pytest.mark.parametrize(
    ("name", "kept"),
    [
        ("gauge\x1b[2J.png", "gauge[2J.png"),
        ("gnp.\u202egauge.png", "gnp.gauge.png"),
        ("x" * 200 + ".png", "x" * 116 + ".png"),
        ("a\nb.png", "ab.png"),
        ("<img src=x onerror=alert(1)>.png", "_img src=x onerror=alert(1)_.png"),
        ("-rf.png", "rf.png"),
    ],
)
def test_whatever_a_file_is_called_its_name_is_only_a_name(desk: Desk, name: str, kept: str) -> None:
    run = desk.begin("desk/photo")
    (desk.home / name).write_bytes(PNG)

    result = desk.cli("attach", run, "photo", desk.home / name)

    assert result.code == 0
    assert evidence(desk, run)[0]["name"] == kept
    shown = result.out + desk.cli("status", run).out + desk.cli("record", run).out
    assert not set("\x1b\u202e") & set(shown)


# -- taken from a program ----------------------------------------------------------------------------

CAPTURE = """\
  - id: dump
    title: Dump
    shell: {shell}
    evidence:
      log: {{from: stdout, max_size: 1kB}}
      report: {{title: The report, from: file, path: out/report.txt, types: [text]}}
"""


def dump(project: Project, shell: str, steps: str = CAPTURE) -> Desk:
    made = project(one(steps.format(shell=f"'{shell}'")))
    (made.folder / "out").mkdir()
    (made.folder.parent / "secret.txt").write_text("secret")
    return made


def test_what_a_program_writes_is_kept_before_its_step_is_done(project: Project) -> None:
    desk = dump(project, "echo done; echo all is well > out/report.txt")

    result = desk.cli("run", "g/one", "--yes")

    assert result.code == 0
    assert "Taken from `dump` as evidence: report.txt as report (text/plain, 12 bytes)" in result.out
    types = [event["type"] for event in desk.events()]
    assert types[-4:] == ["EvidenceAttached", "EvidenceAttached", "StepSucceeded", "RunSucceeded"]
    log, report = evidence(desk)
    assert (log["name"], log["from"], log["evidence"]) == ("dump.stdout.txt", "stdout", "log")
    assert (desk.home / "evidence" / str(log["sha256"])).read_text() == "done\n"
    assert (desk.home / "evidence" / str(report["sha256"])).read_text() == "all is well\n"
    assert "taken from its file: `report.txt` as `report`" in desk.cli("record", "last").out


NOT_TAKEN = {
    "nothing written": ("echo done", "`report` is missing: out/report.txt is not there"),
    "nothing printed": ("echo x > out/report.txt", "`log` is missing: stdout is empty"),
    "an empty file": ("echo done; : > out/report.txt", "`report` is missing: out/report.txt is empty"),
    "a link out": ("echo done; ln -s ../../secret.txt out/report.txt", "out/report.txt leads over a link"),
    "a link within": ("echo done; echo x > y; ln -s ../y out/report.txt", "out/report.txt leads over a link"),
    "a link as the folder": ("echo done; rmdir out; ln -s .. out; echo x > ../report.txt", "leads over a link"),
    "a second name": ("echo done; ln ../secret.txt out/report.txt", "out/report.txt has another name elsewhere"),
    "a folder": ("echo done; mkdir out/report.txt", "out/report.txt is not a file"),
    "a pipe": ("echo done; mkfifo out/report.txt", "out/report.txt is not a file"),
    "what is not text": (r'echo done; printf "\\000\\001" > out/report.txt', "is application/octet-stream"),
    "too much": ("yes | head -c 1001; echo x > out/report.txt", "`log` is missing: stdout has more than 1 kB"),
    "what is no text": (r'printf "\\377\\376"; echo x > out/report.txt', "`log` is missing: stdout is not text"),
}


@pytest.mark.parametrize(("shell", "says"), NOT_TAKEN.values(), ids=NOT_TAKEN)
def test_what_is_missing_or_leads_elsewhere_fails_the_step(project: Project, shell: str, says: str) -> None:
    desk = dump(project, shell)

    result = desk.cli("run", "g/one", "--yes")

    assert result.code == 1
    assert says in desk.step("dump")["reason"]
    assert b"secret" not in b"".join(each.read_bytes() for each in (desk.home / "evidence").glob("*"))


def test_what_lay_there_before_is_not_what_the_program_wrote(project: Project) -> None:
    desk = dump(project, "sleep 0; echo done")
    (desk.folder / "out" / "report.txt").write_text("of another run")
    os.utime(desk.folder / "out" / "report.txt")
    age(desk.folder / "out" / "report.txt")

    assert desk.cli("run", "g/one", "--yes").code == 1
    assert "is older than the attempt" in desk.step("dump")["reason"]


def age(path: Path) -> None:
    """Wait until a file is older than what clocks may differ by; its time of change can't be set."""
    import time

    time.sleep(max(0.0, path.stat().st_ctime + 2.1 - time.time()))


@pytest.mark.parametrize(("host", "code"), [("web1", 0), ("../../secret", 1), ("../.runbook/journal", 1)])
def test_a_path_with_a_value_in_it_leads_nowhere_else(project: Project, host: str, code: int) -> None:
    step = """\
  - id: dump
    title: Dump
    shell: echo x > out/web1.txt
    evidence: {report: {from: file, path: 'out/{{ inputs.host }}.txt'}}
"""
    desk = project(one(step, "inputs: {host: {type: string}}\n"))
    (desk.folder / "out").mkdir()
    (desk.folder.parent / "secret.txt").write_text("secret")

    assert desk.cli("run", "g/one", "-i", f"host={host}", "--yes").code == code
    if code:
        assert "is not below the project's folder" in desk.step("dump")["reason"]


# -- strict mode -------------------------------------------------------------------------------------

MOVES = {
    "jump": (("jump", "last", "last", "--reason", "x"), "jumping to `last`"),
    "back": (("back", "last", "first", "--reason", "x"), "going back to `first`"),
    "cancel one step": (("cancel", "last", "items", "--reason", "x"), "stopping `items`"),
    "enough turns": (("complete", "last", "items", "--reason", "x"), "completing `items`"),
    "more items": (("add", "last", "items", "c", "--reason", "x"), "adding items to `items`"),
    "skip": (("answer", "last", "items.1", "skipped", "--reason", "x"), "skipping `items.1`"),
    "skip, passed on": (
        ("answer", "last", "items.1", "skipped", "--reason", "x", "--by", "maria"), "skipping `items.1`",
    ),
    "migrate": (("migrate", "last", "--reason", "x"), "going on by another definition"),
}  # fmt: skip


def strict(desk: Desk) -> str:
    """A run of a strict process whose first step is done."""
    run = desk.begin("desk/strict")
    assert desk.cli("answer", run, "first", "done", "-f", "pressure=2").code == 0
    return run


@pytest.mark.parametrize(("words", "what"), MOVES.values(), ids=MOVES)
def test_a_strict_run_is_taken_off_its_way_by_authority_alone(desk: Desk, words: tuple[str, ...], what: str) -> None:
    run = strict(desk)
    before = desk.events(run)
    file = desk.folder / "processes/desk/strict.yaml"
    kept = file.read_text()
    file.write_text(kept.replace("Do the last", "Do it at last"))
    try:
        result = desk.cli(*words)
    finally:
        file.write_text(kept)

    assert (result.code, result.out) == (2, "")
    assert f"{what} takes the authority of `lead`" in result.err
    assert "maria" in result.err
    assert desk.events(run) == before


@pytest.mark.parametrize("word", ["retry", "undo"])
def test_a_strict_run_that_is_over_is_changed_by_authority_alone(desk: Desk, word: str) -> None:
    run = strict(desk)
    assert desk.cli("answer", run, "items.1", "failed", "--reason", "It broke").code == 0
    assert desk.cli("resume", run, "--yes").code == 1
    before = desk.events(run)

    result = desk.cli(word, run, "--reason", "x", "--yes")

    assert result.code == 2
    assert f"{word}ing a run takes the authority of `lead`" in result.err
    assert desk.events(run) == before


def test_who_has_the_authority_deviates(desk: Desk) -> None:
    file = desk.folder / "processes/desk/strict.yaml"
    kept = file.read_text()
    file.write_text(kept.replace("[maria]", f"[{ME}]"))
    try:
        run = strict(desk)
        result = desk.cli("answer", run, "items.1", "skipped", "--reason", "Not there")
    finally:
        file.write_text(kept)

    assert result.code == 0
    skipped = next(event["data"] for event in desk.events(run) if event["type"] == "StepSkipped")
    assert skipped["authority"] == "lead"


# -- at the prompt -----------------------------------------------------------------------------------


def test_the_prompt_takes_readings_files_and_signatures_and_a_deviation(desk: Desk, photo: Path) -> None:
    terminal = desk.terminal("run", "desk/meter")

    answer(terminal, WORK, "")
    answer(terminal, "Pressure (a reading from 1.5 to 4.5 bar (3 ± 50%)): ", "4.6 bar")
    terminal.expect_exact(":deviate takes it, and asks why")
    answer(terminal, "Pressure (", ":deviate")
    answer(terminal, "Photo (a file (image, at most 1 kB)): ", str(desk.home / "none.png"))
    answer(terminal, "Photo (", str(photo))
    answer(terminal, "Seen by (", "maria")
    terminal.expect_exact("is signed by `maria`")
    answer(terminal, "Seen by (", ME)
    answer(terminal, "Why is it out of its limits (Pressure): ", "The pump was just started")

    assert ended(terminal)[0] == 0
    assert desk.step("meter")["outputs"]["photo"] == KEPT
    reply = desk.events()[-2]["data"]["reply"]
    assert reply["deviation"]["reason"] == "The pump was just started"


def test_the_prompt_says_what_is_missing_and_attaches_it(desk: Desk, photo: Path) -> None:
    terminal = desk.terminal("run", "desk/photo")

    terminal.expect_exact("Missing: gauge: Photo of the gauge (image, at most 1 kB)")
    terminal.expect_exact("May be attached: remark: What is odd about it (text, may be missing)")
    answer(terminal, WORK, "")
    terminal.expect_exact("`gauge` (Photo of the gauge) is missing")
    answer(terminal, WORK, "a")
    answer(terminal, "As which [gauge]: ", "photo")
    terminal.expect_exact("`photo` is none of them")
    answer(terminal, "As which [gauge]: ", "")
    answer(terminal, "File: ", str(photo))
    terminal.expect_exact("May be attached: remark")
    answer(terminal, WORK, "")
    answer(terminal, WORK, "")

    assert ended(terminal)[0] == 0
    assert evidence(desk) == [{**KEPT, "evidence": "gauge"}]


def test_the_screen_takes_a_deviation_at_the_line_itself(desk: Desk, photo: Path) -> None:
    screen = Screen(desk, "run", "desk/meter", columns=100, rows=40)

    screen.wait(r"^\[enter\] done")
    screen.type("\r")
    screen.wait(r"Pressure \(a reading from 1.5 to 4.5 bar")
    screen.type("4.6\r")
    screen.wait(":deviate takes it")
    screen.type("\x15:deviate\r")
    screen.wait(r"Photo \(")
    screen.type(f"{photo}\r")
    screen.wait(r"Seen by \(")
    screen.type(f"{ME}\r")
    screen.wait("Why is it out of its limits")
    screen.type("It was hot\r")

    assert ended(screen.terminal)[0] == 0
    assert desk.step("meter")["outputs"]["pressure"] == {"value": 4.6, "unit": "bar"}


def test_a_signature_is_typed_anew_and_never_kept(desk: Desk, photo: Path) -> None:
    terminal = desk.terminal("run", "desk/meter")
    answer(terminal, WORK, "")
    answer(terminal, "Pressure (", "3")
    answer(terminal, "Photo (", str(photo))
    answer(terminal, "Seen by (", "maria")
    terminal.expect_exact("Seen by (")
    terminal.sendintr()
    ended(terminal)

    drafts = b"".join(each.read_bytes() for each in desk.home.rglob("*") if each.is_file() and "drafts" in str(each))
    assert b"gauge.png" in drafts
    assert b"maria" not in drafts


def test_of_a_refused_answer_no_file_is_kept(desk: Desk, photo: Path) -> None:
    run = desk.begin("desk/meter")
    answers = desk.answers({"meter": {"fields": {"pressure": "3.2 psi", "photo": "gauge.png", "seen": ME}}})

    words = ("-f", "pressure=3.2 psi", "-f", f"photo=@{photo}", "-f", f"seen={ME}")
    refused = desk.cli("answer", run, "meter", "done", *words)
    resumed = desk.cli("resume", run, "--yes", "--answers", answers)
    desk.cli("cancel", run, "--reason", "enough")
    late = desk.cli("answer", run, "meter", "done", *words)

    assert (refused.code, resumed.code, late.code) == (2, 4, 5)
    assert "psi" in refused.err
    assert "psi" in resumed.err
    kept = desk.home / "evidence"
    assert not kept.exists() or list(kept.iterdir()) == []
