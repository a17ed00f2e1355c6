"""The language server as a process, spoken to by an editor over its pipes."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Any

import pytest

from tests.editing.desks import FILES, PROCESS, behind
from tests.lsp.client import Client, Failed

TEXT = FILES[PROCESS]
PROBE = "processes/web/probe.yaml"
ANSWERS = "processes/web/restart.answers.yaml"


def applied(text: str, edits: list[dict[str, Any]]) -> str:
    """A text after edits whose columns count UTF-16."""
    starts = [0]
    for line in text.splitlines(keepends=True):
        starts.append(starts[-1] + len(line))

    def offset(position: dict[str, int]) -> int:
        line = text[starts[position["line"]] :].split("\n")[0]
        before = line.encode("utf-16-le")[: 2 * position["character"]].decode("utf-16-le")
        return starts[position["line"]] + len(before)

    for edit in sorted(edits, key=lambda each: offset(each["range"]["start"]), reverse=True):
        start, end = offset(edit["range"]["start"]), offset(edit["range"]["end"])
        text = text[:start] + edit["newText"] + text[end:]
    return text


def test_what_is_typed_is_checked_without_being_saved(editor: Client, project: Path) -> None:
    editor.open(PROCESS)
    assert editor.codes(PROCESS) == []

    editor.type(PROCESS, TEXT.replace("{goto: check}", "{goto: chek}"))
    (finding,) = editor.codes(PROCESS, "RB202")

    assert finding["severity"] == 1
    assert finding["source"] == "runbook unknown-step"
    assert finding["message"] == "there is no step `chek`\ndid you mean `check`?"
    assert finding["range"]["start"] == {"line": 25, "character": 23}
    assert finding["range"]["end"] == {"line": 25, "character": 27}
    (related,) = finding["relatedInformation"]
    assert related["message"] == "the step `check`"
    assert related["location"]["range"]["start"] == {"line": 9, "character": 8}
    assert (project / PROCESS).read_text("utf-8") == TEXT
    editor.type(PROCESS, TEXT)
    assert editor.codes(PROCESS) == []


def test_a_finding_can_be_mended_in_one_move(editor: Client) -> None:
    broken = TEXT.replace("{goto: check}", "{goto: chek}").replace("said: stdout", "said: stdot")
    editor.open(PROCESS, broken)
    found = editor.findings(PROCESS, lambda found: len(found) > 1)

    for finding in found:
        actions = editor.ask(
            "textDocument/codeAction",
            textDocument={"uri": editor.uri(PROCESS)}, range=finding["range"], context={"diagnostics": [finding]},
        )  # fmt: skip
        if finding["code"] == "RB202":
            assert [(each["title"], each["isPreferred"]) for each in actions] == [("Change `chek` to `check`", True)]
            broken = applied(broken, actions[0]["edit"]["changes"][editor.uri(PROCESS)])

    editor.type(PROCESS, broken)
    editor.findings(PROCESS, lambda found: "RB202" not in [each["code"] for each in found])


def test_broken_yaml_in_the_middle_of_typing_has_a_finding_and_completion(editor: Client) -> None:
    editor.open(PROCESS)
    broken = TEXT.replace("    title: Restart it\n", "    title: Restart it\n    rol\n")

    editor.type(PROCESS, broken)
    finding = editor.findings(PROCESS, bool)[0]
    items = editor.at("completion", PROCESS, broken, broken.index("rol\n") + 3)["items"]
    symbols = editor.ask("textDocument/documentSymbol", textDocument={"uri": editor.uri(PROCESS)})

    assert finding["code"].startswith("RB0")
    assert "verifier" in [each["label"] for each in items]
    assert "rest" in [each["name"] for each in symbols]


def test_completion_replaces_the_word_at_the_cursor_in_columns_of_utf_16(editor: Client) -> None:
    text = TEXT.replace("title: Restart it", 'title: "🚀🧯 {{ inputs.ho }}"')
    editor.open(PROCESS, text)

    items = editor.at("completion", PROCESS, text, text.index("inputs.ho }}") + 9)["items"]

    assert [each["label"] for each in items] == ["host", "hosts"]
    assert applied(text, [items[0]["textEdit"]]) == text.replace("inputs.ho }}", "inputs.host }}")
    assert items[0]["documentation"]["value"] == "Host to restart\n\nstring"


@pytest.mark.parametrize("units", ["utf-8", "utf-16", "utf-32"])
def test_columns_count_what_was_agreed_upon(project: Path, units: str) -> None:
    text = TEXT.replace('"was {{ steps.check.outputs.answer }}"', '"🚀🧯ü {{ inputs.hots }}"')
    with Client(project) as editor:
        assert editor.start([units])["positionEncoding"] == units
        editor.open(PROCESS, text)

        (finding,) = editor.findings(PROCESS, bool)

        before = '      echo "🚀🧯ü {{ '
        width = {"utf-8": len(before.encode()), "utf-16": len(before) + 2, "utf-32": len(before)}[units]
        assert finding["range"]["start"]["character"] == width
        told = editor.at("hover", PROCESS, text, text.index("inputs.hots") + 9, units)
        assert told["range"]["start"]["character"] == width + len("inputs.")


def test_the_other_files_of_the_project_are_checked_against_what_is_on_the_screen(editor: Client) -> None:
    editor.open(PROBE)
    assert editor.codes(PROBE) == []

    editor.type(PROBE, FILES[PROBE].replace("host", "server"))
    (finding, *_) = editor.findings(PROCESS, bool)

    assert "server" in finding["message"] or "host" in finding["message"]
    editor.tell("textDocument/didClose", textDocument={"uri": editor.uri(PROBE)})
    editor.codes(PROCESS)


def test_a_file_that_is_changed_on_the_disk_is_read_again(project: Path) -> None:
    with Client(project) as editor:
        editor.start(workspace={"didChangeWatchedFiles": {"dynamicRegistration": True}})
        editor.open(PROCESS)
        editor.codes(PROCESS)
        editor.until(lambda: bool(editor.asked))
        assert editor.asked[0]["method"] == "client/registerCapability"

        (project / PROBE).write_text(FILES[PROBE].replace("host", "server"), "utf-8")
        editor.tell("workspace/didChangeWatchedFiles", changes=[{"uri": editor.uri(PROBE), "type": 2}])

        editor.findings(PROCESS, bool)


def test_hover_tells_what_a_word_means(editor: Client) -> None:
    editor.open(PROCESS)

    def told(phrase: str) -> str:
        found = editor.at("hover", PROCESS, TEXT, behind(phrase))
        text: str = found["contents"]["value"]
        return text

    assert told("needs: [check").startswith("**Look before**\n\nstep `check`, process: ")
    assert "type: string, title: Host to restart" in told('with: {host: "{{ inputs.host')
    assert "**Probe a host**" in told("use: web/probe")
    assert "**Ana Berg**" in told("people: [ana")
    assert "`on_failure` (field)" in told("on_failure")
    assert "`shell` (kind of step)" in told("    shell")


def test_definitions_and_references_cross_files(editor: Client) -> None:
    editor.open(PROCESS)

    def place(phrase: str) -> tuple[str, int]:
        (found,) = editor.at("definition", PROCESS, TEXT, behind(phrase))
        return found["uri"].rpartition("/")[2], found["range"]["start"]["line"]

    assert place("covers: [check") == ("restart.yaml", 9)
    assert place("role: operator") == ("restart.yaml", 3)
    assert place("inputs.hosts") == ("restart.yaml", 7)
    assert place("team: platform") == ("teams.yaml", 1)
    assert place("people: [ana") == ("ana.yaml", 0)
    assert place("use: web/probe") == ("probe.yaml", 1)
    assert place("with: {host") == ("probe.yaml", 3)
    assert place("outputs.said") == ("restart.yaml", 23)

    found = editor.at("references", PROCESS, TEXT, behind("- id: check"), context={"includeDeclaration": True})
    assert len(found) == 6
    found = editor.at("references", PROCESS, TEXT, behind("people: [ana"), context={"includeDeclaration": False})
    assert {each["uri"].rpartition("/")[2] for each in found} == {"restart.yaml", "teams.yaml", "bo.yaml"}


def test_a_step_is_renamed_in_its_process_in_expressions_and_in_the_files_beside_it(
    editor: Client, project: Path
) -> None:
    editor.open(PROCESS)
    editor.open(ANSWERS, FILES[ANSWERS] + "# not saved\n")
    editor.codes(PROCESS)
    where = behind("- id: restart")

    assert editor.at("prepareRename", PROCESS, TEXT, where)["placeholder"] == "restart"
    edit = editor.at("rename", PROCESS, TEXT, where, newName="restart-it")

    changes = edit["changes"]
    assert set(changes) == {editor.uri(PROCESS), editor.uri(ANSWERS)}
    process = applied(TEXT, changes[editor.uri(PROCESS)])
    assert process == (
        TEXT.replace("id: restart\n", "id: restart-it\n")
        .replace("needs: [restart]", "needs: [restart-it]")
        .replace("steps[''restart'']", "steps[''restart-it'']")
    )
    answers = applied(FILES[ANSWERS] + "# not saved\n", changes[editor.uri(ANSWERS)])
    assert answers == FILES[ANSWERS].replace("restart: done", "restart-it: done") + "# not saved\n"
    editor.type(PROCESS, process)
    editor.type(ANSWERS, answers)
    editor.codes(PROCESS)


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("check", "there is a step `check` already"),
        ("Not An Id", "`Not An Id` is not an id"),
        ("a\n", "is not an id"),
        ("x" * 64, "is not an id"),
        ("", "`` is not an id"),
    ],
)
def test_an_id_that_is_taken_or_malformed_is_refused(editor: Client, name: str, message: str) -> None:
    editor.open(PROCESS)

    with pytest.raises(Failed, match=message):
        editor.at("rename", PROCESS, TEXT, behind("- id: restart"), newName=name)


def test_what_is_refused_leaves_nothing_in_the_log_of_the_editor(editor: Client) -> None:
    with pytest.raises(Failed, match="is not an id"):
        editor.at("rename", PROCESS, TEXT, behind("- id: restart"), newName="Not An Id")

    assert editor.stop() == 0
    assert editor.process.stderr is not None
    assert editor.process.stderr.read() == b""


def test_only_a_step_can_be_renamed_and_only_in_a_file_that_reads(editor: Client) -> None:
    editor.open(PROCESS)
    with pytest.raises(Failed, match="only the id of a step can be renamed"):
        editor.at("prepareRename", PROCESS, TEXT, behind("role: operator"))

    broken = TEXT + "  what\n"
    editor.type(PROCESS, broken)
    with pytest.raises(Failed, match="the file can't be read in line"):
        editor.at("rename", PROCESS, broken, behind("- id: restart"), newName="again")


def test_the_outline_has_steps_inside_of_steps(editor: Client) -> None:
    editor.open(PROCESS)

    symbols = editor.ask("textDocument/documentSymbol", textDocument={"uri": editor.uri(PROCESS)})

    names = [each["name"] for each in symbols]
    assert names == ["operator", "approver", "host", "hosts", "check", "allow", "restart", "rest"]
    assert [each["name"] for each in symbols[-1]["children"]] == ["one"]
    assert symbols[-1]["detail"] == "section · The others"


def test_a_file_of_no_project_and_one_that_is_no_file_are_left_alone(editor: Client, tmp_path: Path) -> None:
    for uri in ((tmp_path / "docker-compose.yaml").as_uri(), "untitled:Untitled-1", "git:/x/y.yaml"):
        document = {"uri": uri, "languageId": "yaml", "version": 1, "text": "a: ["}
        editor.tell("textDocument/didOpen", textDocument=document)
        asked = {"textDocument": {"uri": uri}, "position": {"line": 0, "character": 3}}
        assert editor.ask("textDocument/completion", **asked) is None
        assert editor.ask("textDocument/hover", **asked) is None
    editor.open("processes/web/restart.answers.yaml")
    editor.open(PROCESS)
    editor.codes(PROCESS)

    assert set(editor.shown) <= {editor.uri(path) for path in FILES}


def test_the_server_ends_when_it_is_told_to(editor: Client) -> None:
    assert editor.stop() == 0


def test_nothing_is_carried_out_and_nothing_is_written(project: Path, tmp_path: Path) -> None:
    """Everything that Python is asked to start or to write is noted by a hook that the server can't get around."""
    hooks, noted = tmp_path / "hooks", tmp_path / "noted"
    hooks.mkdir()
    (hooks / "sitecustomize.py").write_text(HOOK, "utf-8")
    hostile = TEXT.replace("systemctl restart nginx", f"touch {tmp_path}/ran {{{{ inputs.host }}}}")
    hostile = hostile.replace("roles:\n", f"checks:\n  - {{id: c, shell: touch {tmp_path}/ran}}\nroles:\n", 1)
    (project / "sitecustomize.py").write_text(f"open('{tmp_path}/ran', 'w')", "utf-8")
    before = sorted(project.rglob("*"))
    env = {"PYTHONPATH": str(hooks), "NOTED": str(noted), "PYTHONDONTWRITEBYTECODE": "1"}
    with Client(project, env=env) as editor:
        editor.start()
        editor.open(PROCESS, hostile)
        editor.codes(PROCESS)
        for method in ("completion", "hover", "definition"):
            for offset in range(0, len(hostile), 40):
                editor.at(method, PROCESS, hostile, offset)
        editor.at("rename", PROCESS, hostile, behind("- id: restart", hostile), newName="again")
        assert editor.stop() == 0

    assert noted.read_text("utf-8") == "begun\n"
    assert not (tmp_path / "ran").exists()
    assert sorted(project.rglob("*")) == before


HOOK = """\
import os, sys
handle = os.open(os.environ["NOTED"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
os.write(handle, b"begun\\n")
STARTS = ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "os.spawn", "socket.connect")
CHANGES = ("os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.link", "os.symlink", "os.truncate")
def hook(event, arguments):
    write = event == "open" and isinstance(arguments[0], str) and arguments[2] & (os.O_WRONLY | os.O_RDWR | os.O_CREAT)
    if write or event in STARTS or event in CHANGES:
        os.write(handle, f"{event} {arguments!r}\\n".encode())
sys.addaudithook(hook)
"""


def test_a_project_that_was_named_is_the_only_one(project: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    (other / "processes" / "web").mkdir(parents=True)
    (other / "runbook.yaml").write_text("runbook: 1\ntitle: Other\n", "utf-8")
    with Client(project, "--project", str(other)) as editor:
        editor.start()
        editor.open(PROCESS, "steps: [\n")
        asked = {"textDocument": {"uri": editor.uri(PROCESS)}}

        assert editor.ask("textDocument/documentSymbol", **asked) is None


def test_a_file_that_can_not_be_read_is_a_finding_until_it_is_on_the_screen(project: Path) -> None:
    if os.geteuid() == 0:
        (project / PROBE).unlink()
        (project / PROBE).symlink_to(project / "nowhere.yaml")
    else:
        (project / PROBE).chmod(stat.S_IWUSR)
    with Client(project) as editor:
        editor.start()
        editor.open(PROCESS)
        editor.codes(PROBE, "RB001")
        editor.open(PROBE, FILES[PROBE])
        editor.codes(PROBE)
