"""Answers signed with real ssh keys: made, checked, refused, and checked again offline."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from runbook import app
from runbook.engine.files import SIGNERS
from runbook.engine.identity import system_user
from runbook.engine.signatures import signature_findings
from runbook.run.state import RunState
from tests.cli.conftest import Desk, answer, ended

ME = system_user().name
PROCESS = """\
runbook: 1
title: Signed
owner: o
roles: {operator: {}, boss: {}}
steps:
- id: look
  title: Look
  signed: true
  manual: {text: Look twice, fields: {bar: {type: number, max: 6}}}
- {id: agree, title: Agree, signed: true, approval: {role: boss, quorum: 2}}
- {id: which, title: Which, signed: true, decision: {question: Which, options: [{id: a, title: A}, {id: b, title: B}]}}
- {id: try, title: Try, signed: true, shell: exit 1}
- {id: free, title: Free, manual: Free}
"""


OVER = """\
runbook: 1
title: Passed over
owner: o
steps:
- {id: first, title: First, manual: First}
- {id: part, title: Part, section: {steps: [{id: look, title: Look, signed: true, manual: Look}]}}
- {id: each, title: Each, foreach: {items: [a, b]}, process: g/signed}
- {id: free, title: Free, manual: Free}
"""
CHILD = "runbook: 1\ntitle: Child\nowner: o\nsigned: true\nsteps: [{id: sign, title: Sign, manual: Sign}]\n"


@dataclass
class Signing:
    """A project with a process whose answers are signed, and the keys of some people."""

    desk: Desk
    keys: Path

    def key(self, name: str) -> Path:
        """The private key of that name, made when it is asked for first."""
        path = self.keys / name
        if not path.exists():
            call = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path)]
            subprocess.run(call, check=True)
        return path

    def know(self, *lines: str) -> None:
        """The project's allowed signers: lines with `{key}` for the public key of the person at their beginning."""
        text = "".join(
            line.replace("{key}", " ".join(self.key(line.split()[0]).with_suffix(".pub").read_text().split()[:2]))
            + "\n"
            for line in lines
        )
        (self.desk.folder / "operations").mkdir(exist_ok=True)
        (self.desk.folder / SIGNERS).write_text(text)

    def findings(self, run: str = "last", signers: str | None = None) -> list[str]:
        """What is wrong with the signatures of a run, checked offline."""
        workspace = app.Workspace(self.desk.folder, self.desk.folder, self.desk.home)
        run = app.resolve(workspace, run)
        state = workspace.book.state(run)
        text = (self.desk.folder / SIGNERS).read_text() if signers is None else signers
        fresh = RunState(workspace.book.plan(workspace.journal.row(run).definition), workspace.book.plan)
        assert state.seq
        return list(signature_findings(app.events(workspace, run), text, fresh))


@pytest.fixture
def signing(project: Callable[[Mapping[str, str]], Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Signing:
    texts = {"p": PROCESS, "over": OVER, "signed": CHILD}
    files = {f"processes/g/{name}.yaml": text for name, text in texts.items()}
    desk = project({"runbook.yaml": "runbook: 1\ntitle: Made\n", **files})
    (tmp_path / "keys").mkdir()
    made = Signing(desk, tmp_path / "keys")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("RUNBOOK_KEY", raising=False)
    monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
    made.know(f"{ME} {{key}}", "bo {key}")
    return made


def signature_of(events: list[Mapping[str, Any]]) -> Mapping[str, Any]:
    """The newest signature."""
    return next(e["data"]["reply"]["signature"] for e in reversed(events) if "signature" in e["data"].get("reply", {}))


def test_every_outcome_is_signed_and_stands_in_the_journal(signing: Signing) -> None:
    desk, key = signing.desk, signing.key(ME)
    run = desk.begin("g/p")

    assert desk.cli("answer", run, "look", "done", "-f", "bar=2", "--key", key).code == 0
    assert desk.cli("approve", run, "agree", "--key", key).code == 0
    assert desk.cli("approve", run, "agree", "--by", "bo", "--key", signing.key("bo")).code == 0
    assert desk.cli("answer", run, "which", "a", "--key", key).code == 0
    assert desk.cli("resume", run, "--yes").code == 1

    signature = signature_of(desk.events(run))
    assert signature["by"] == ME
    assert signature["fingerprint"].startswith("SHA256:")
    said = json.loads(signature["text"])
    assert {name: said[name] for name in ("run", "step", "attempt", "pass", "outcome", "choose", "by")} == {
        "run": run, "step": "which", "attempt": 1, "pass": 0, "outcome": "choose", "choose": "a", "by": ME,
    }  # fmt: skip
    assert signing.findings(run) == []


REFUSED = {
    "answer": ("answer", "look", "done", "-f", "bar=2"),
    "failed": ("answer", "look", "failed", "--reason", "no"),
    "skipped": ("answer", "look", "skipped", "--reason", "no"),
    "in somebody's name": ("answer", "look", "done", "-f", "bar=2", "--by", "bo"),
}


@pytest.mark.parametrize("words", REFUSED.values(), ids=REFUSED)
def test_an_answer_without_a_signature_is_refused(signing: Signing, words: tuple[str, ...]) -> None:
    desk = signing.desk
    run = desk.begin("g/p")
    before = desk.events(run)

    refused = desk.cli(words[0], run, *words[1:])

    assert refused.code == 2
    assert "there is no key to sign with" in refused.err
    assert desk.events(run) == before


@pytest.mark.parametrize(
    ("words", "at"),
    [
        (("jump", "each"), "part"),
        (("jump", "free"), "part"),
        (("cancel", "look"), "look"),
        (("cancel", "part"), "part"),
        (("cancel", "each"), "each"),
        (("complete", "each"), "each"),
    ],
    ids=["jump", "jump far", "stop", "stop around", "stop a process around", "complete"],
)
def test_nothing_passes_over_a_step_that_has_to_be_signed(signing: Signing, words: tuple[str, ...], at: str) -> None:
    desk = signing.desk
    run = desk.begin("g/over")
    if words[0] != "jump":
        desk.cli("answer", run, "first", "done")
    if words in (("cancel", "each"), ("complete", "each")):
        assert desk.cli("answer", run, "look", "done", "--key", signing.key(ME)).code == 0
    before = desk.events(run)

    refused = desk.cli(words[0], run, words[1], "--reason", "x")

    assert refused.code == 2
    assert f"can't be signed, and what is answered at `{at}` has to be" in refused.err
    assert desk.events(run) == before


def test_what_a_signed_process_asks_is_signed_wherever_it_is_used(signing: Signing) -> None:
    desk = signing.desk
    run = desk.begin("g/over")
    desk.cli("answer", run, "first", "done")
    desk.cli("answer", run, "look", "done", "--key", signing.key(ME))

    assert desk.cli("answer", run, "each.1/sign", "done").code == 2
    assert desk.cli("answer", run, "each.1/sign", "done", "--key", signing.key(ME)).code == 0
    assert signing.findings(run) == []


def test_an_answers_file_can_not_sign(signing: Signing) -> None:
    desk = signing.desk
    told = desk.cli("run", "g/p", "--answers", desk.answers({"look": {"fields": {"bar": 2}}}), "--yes")

    assert told.code == 4
    assert "an answer to `look` has to be signed" in told.err + told.out
    assert desk.step("look")["status"] == "waiting"


def test_an_answers_file_takes_a_signature_that_was_made_before(signing: Signing) -> None:
    desk = signing.desk
    run = desk.begin("g/p")
    text = desk.cli("answer", run, "look", "done", "-f", "bar=2", "--to-sign").out
    call = ["ssh-keygen", "-Y", "sign", "-n", "runbook", "-f", str(signing.key(ME))]
    made = subprocess.run(call, input=text, capture_output=True, text=True, check=True).stdout

    file = desk.answers({"look": {"fields": {"bar": "2"}, "signature": made}})
    told = desk.cli("resume", run, "--answers", file, "--yes")

    assert told.code == 4
    assert desk.step("look")["status"] == "succeeded"
    assert signing.findings(run) == []


def test_what_was_signed_before_is_of_no_use_for_another_answer(signing: Signing) -> None:
    desk = signing.desk
    run = desk.begin("g/p")
    text = desk.cli("answer", run, "look", "done", "-f", "bar=2", "--to-sign").out
    signature = signing.keys / "made"
    call = ["ssh-keygen", "-Y", "sign", "-n", "runbook", "-f", str(signing.key(ME))]
    signature.write_text(subprocess.run(call, input=text, capture_output=True, text=True, check=True).stdout)
    other = desk.begin("g/p")

    changed = desk.cli("answer", run, "look", "done", "-f", "bar=3", "--signature", signature)
    elsewhere = desk.cli("answer", other, "look", "done", "-f", "bar=2", "--signature", signature)
    photo = signing.keys / "photo"
    photo.write_text("photo")
    desk.cli("attach", run, "look", photo)
    stale = desk.cli("answer", run, "look", "done", "-f", "bar=2", "--signature", signature)

    for refused in (changed, elsewhere, stale):
        assert refused.code == 2
        assert f"the signature is not one of {ME}'s: " in refused.err
        assert "incorrect signature" in refused.err
    assert desk.step("look", run)["status"] == "waiting"


def test_a_key_of_somebody_else_is_refused(signing: Signing) -> None:
    desk = signing.desk
    run = desk.begin("g/p")

    refused = [
        desk.cli("answer", run, "look", "done", "-f", "bar=2", "--key", signing.key(key), *by)
        for key, by in (("bo", ()), ("eve", ()), (ME, ("--by", "bo")))
    ]

    assert [each.code for each in refused] == [2, 2, 2]
    assert f"not one of {ME}'s: the key is none of theirs" in refused[0].err
    assert "not one of bo's: the key is none of theirs" in refused[2].err
    assert desk.step("look", run)["status"] == "waiting"


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ('valid-before="20200101" {key}', "key has expired"),
        ('valid-after="20990101" {key}', "key is not yet valid"),
        ('namespaces="git" {key}', "namespace"),
    ],
    ids=["expired", "not yet", "another purpose"],
)
def test_a_key_that_is_not_good_now_is_refused(signing: Signing, line: str, why: str) -> None:
    signing.know(f"{ME} {line}")
    run = signing.desk.begin("g/p")

    refused = signing.desk.cli("answer", run, "look", "done", "-f", "bar=2", "--key", signing.key(ME))

    assert refused.code == 2
    assert why in refused.err


def test_whose_key_is_whose_is_said_by_the_project_of_the_run(signing: Signing, tmp_path: Path) -> None:
    run = signing.desk.begin("g/p")
    theirs = tmp_path / "theirs"
    (theirs / "operations").mkdir(parents=True)
    (theirs / "runbook.yaml").write_text("runbook: 1\ntitle: Theirs\n")
    public = " ".join(signing.key("eve").with_suffix(".pub").read_text().split()[:2])
    (theirs / SIGNERS).write_text(f"{ME} {public}\n")

    words = ("answer", run, "look", "done", "-f", "bar=2", "--key", signing.key("eve"), "--project", theirs)
    refused = signing.desk.cli(*words)

    assert refused.code == 2
    assert "the key is none of theirs" in refused.err


def test_without_known_keys_nothing_is_signed(signing: Signing) -> None:
    run = signing.desk.begin("g/p")
    (signing.desk.folder / SIGNERS).unlink()

    refused = signing.desk.cli("answer", run, "look", "done", "-f", "bar=2", "--key", signing.key(ME))

    assert refused.code == 2
    assert f"there is no {SIGNERS} in" in refused.err


def test_without_ssh_keygen_it_is_said_what_is_missing(signing: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    run = signing.desk.begin("g/p")
    key = signing.key(ME)
    monkeypatch.setenv("PATH", str(signing.keys))

    refused = signing.desk.cli("answer", run, "look", "done", "-f", "bar=2", "--key", key)

    assert refused.code == 7
    assert "answers are signed with `ssh-keygen`, which is not on this machine" in refused.err


def test_the_key_of_the_environment_and_the_usual_one_are_taken(
    signing: Signing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    desk = signing.desk
    first, second = desk.begin("g/p"), desk.begin("g/p")
    monkeypatch.setenv("RUNBOOK_KEY", str(signing.key(ME)))
    assert desk.cli("answer", first, "look", "done", "-f", "bar=2").code == 0
    monkeypatch.delenv("RUNBOOK_KEY")
    (tmp_path / ".ssh").mkdir()
    signing.key(ME).rename(tmp_path / ".ssh" / "id_ed25519")
    assert desk.cli("answer", second, "look", "done", "-f", "bar=2").code == 0


def test_a_key_in_the_agent_signs(signing: Signing, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    agent = subprocess.Popen(["ssh-agent", "-D", "-a", str(tmp_path / "agent")], stdout=subprocess.PIPE)
    try:
        assert agent.stdout is not None
        agent.stdout.readline()  # it says where it listens when it does
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        for name in ("eve", ME):
            subprocess.run(["ssh-add", "-q", str(signing.key(name))], check=True)
            signing.key(name).unlink()
        run = signing.desk.begin("g/p")

        assert signing.desk.cli("answer", run, "look", "done", "-f", "bar=2").code == 0
        public = signing.keys / f"{ME}.pub"
        assert signing.desk.cli("approve", run, "agree", "--key", public).code == 0
        assert signing.findings(run) == []
    finally:
        agent.terminate()
        agent.wait()


def test_the_loop_asks_for_the_key_once_and_signs(signing: Signing) -> None:
    desk, key = signing.desk, signing.key(ME)
    terminal = desk.terminal("run", "g/p")
    answer(terminal, "? help >", "")
    answer(terminal, "Bar", "2")
    answer(terminal, "Key to sign with", "/nowhere")
    answer(terminal, "Key to sign with", str(key))
    answer(terminal, "y approve, n reject, ? help >", "y")
    answer(terminal, "Comment", "")
    ended(terminal)

    replies = [event["data"]["reply"] for event in desk.events() if "reply" in event["data"]]
    assert [reply["signature"]["by"] for reply in replies] == [ME] * len(replies)
    assert len(replies) == 2
    assert signing.findings() == []


def test_signatures_are_checked_again_offline(signing: Signing) -> None:
    desk = signing.desk
    run = desk.begin("g/p")
    more = ("--deviation", "The valve is new", "--key", signing.key(ME))
    assert desk.cli("answer", run, "look", "done", "-f", "bar=27", *more).code == 0
    known = (desk.folder / SIGNERS).read_text()
    workspace = app.Workspace(desk.folder, desk.folder, desk.home)
    events = list(app.events(workspace, app.resolve(workspace, run)))

    def tampered(change: Callable[[dict[str, Any]], None]) -> list[str]:
        changed = []
        for recorded in events:
            data = json.loads(json.dumps(recorded.event.data))
            if "signature" in data.get("reply", {}):
                change(data["reply"])
            changed.append(recorded._replace(event=recorded.event._replace(data=data)))
        return list(signature_findings(changed, known))

    assert tampered(lambda reply: None) == []
    (only,) = tampered(lambda reply: reply["fields"].update(bar="3"))
    assert only.endswith("it signs another `fields`")
    (only,) = tampered(lambda reply: reply["deviation"].update(reason="I was told to"))
    assert only.endswith("it signs another `deviation`")
    (only,) = tampered(lambda reply: reply.pop("deviation") and None)
    assert only.endswith("it signs another `deviation`")
    (only,) = tampered(lambda reply: reply.update(reason="so"))
    assert only.endswith("it signs another `reason`")
    assert any("signs another `by`" in each for each in tampered(lambda reply: reply.update(by="bo")))
    assert any(
        "incorrect signature" in each
        for each in tampered(lambda reply: reply["signature"].update(text=reply["signature"]["text"].replace("2", "3")))
    )
    assert any("can't be read" in each for each in tampered(lambda reply: reply.update(signature="x")))
    assert any(
        "the key is not the one" in each for each in tampered(lambda reply: reply["signature"].update(fingerprint="x"))
    )
    other = " ".join(signing.key("bo").with_suffix(".pub").read_text().split()[:2])
    assert "the key is none of theirs" in signing.findings(run, f"{ME} {other}\n")[0]


def test_the_loop_signs_only_what_the_person_has_seen(signing: Signing, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = signing.desk
    monkeypatch.setenv("RUNBOOK_KEY", str(signing.key(ME)))
    terminal = desk.terminal("run", "g/p")
    terminal.expect_exact("? help >")
    photo = signing.keys / "photo.jpg"
    photo.write_text("photo")
    assert desk.cli("attach", "last", "look", photo).code == 0
    terminal.expect_exact("? help >")
    terminal.sendline("")
    answer(terminal, "Bar", "2")

    terminal.expect_exact("what is shown here has changed meanwhile")
    terminal.expect_exact("Attached by")
    answer(terminal, "? help >", "")
    answer(terminal, "Bar", "2")
    answer(terminal, "Key to sign with", "")
    terminal.expect_exact("signed")

    assert signing.findings() == []


def test_a_process_that_nobody_could_sign_is_found_as_soon_as_the_keys_are_gone(signing: Signing) -> None:
    signers = signing.desk.folder / SIGNERS
    signing.desk.cli("validate")
    for path in signing.desk.folder.rglob("*"):
        if path.is_file():
            os.utime(path, (1_000_000_000, 1_000_000_000))
    good = [signing.desk.cli("validate") for _ in range(2)]  # the second one is told from what the first one kept

    signers.write_text("# nobody yet\n")
    emptied = signing.desk.cli("validate")
    signers.unlink()
    found = signing.desk.cli("validate", "--format", "json")
    begun = signing.desk.cli("run", "g/signed", "--yes")

    assert [each.code for each in good] == [0, 0], good[0].out
    assert (emptied.code, found.code, begun.code) == (1, 1, 1)
    assert "error[RB275 no-signers]: nobody could sign" in emptied.out
    assert {each["code"] for each in found.json if each["severity"] == "error"} == {"RB275"}
    assert signing.desk.cli("runs", "--json").json == []
