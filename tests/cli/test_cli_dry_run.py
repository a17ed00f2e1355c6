"""Trying a process in three depths, at the command line: nothing of it stays, and nobody gets round a rule by it."""

from __future__ import annotations

import signal
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runbook.engine.identity import system_user
from tests.cli.conftest import Desk
from tests.waiting import PATIENCE, until

ME = system_user().name
Project = Callable[[Mapping[str, str]], Desk]
HEAD = {"runbook.yaml": "runbook: 1\ntitle: Trying\n", "processes/t/group.yaml": "title: T\nowner: us\n"}
DISK = """
inputs: {limit: {type: integer, default: 5}}
checks: [{id: here, command: [test, -e, runbook.yaml]}]
steps:
- {id: measure, shell: 'echo looked >> looked; echo 7', read_only: true, outputs: {free: {type: integer}}}
- id: size-ok
  decision:
    options:
      - {id: enough, when: steps.measure.outputs.free > inputs.limit, goto: go-on}
      - {id: scarce}
- {id: clean, needs: [size-ok], shell: touch cleaned}
- {id: again, needs: [clean], shell: 'echo looked >> looked; test ! -e cleaned', read_only: true}
- {id: go-on, needs: [size-ok, again], shell: 'echo {{ steps.measure.outputs.free }} > gone'}
"""


@pytest.fixture
def make(project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Desk]:
    """A project with this one process, `t/p`; what is temporary lies in a folder of the test."""

    def made(text: str, **files: str) -> Desk:
        (tmp_path / "tmp").mkdir()
        monkeypatch.setenv("TMPDIR", str(tmp_path / "tmp"))
        monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "tmp"))
        named = {path.replace("__", "/") + ".yaml": each for path, each in files.items()}
        return project({**HEAD, "processes/t/p.yaml": f"runbook: 1\ntitle: P\n{text}", **named})

    return made


def files(desk: Desk) -> list[str]:
    """Everything that lies in the project, in the home and among what is temporary, besides the definitions."""
    places = (desk.folder, desk.home, desk.home.parent / "tmp")
    found = (path for place in places for path in place.rglob("*") if path.is_file())
    return sorted(path.name for path in found if path.suffix != ".yaml")


def by_id(desk: Desk, *words: str) -> dict[str, dict[str, object]]:
    result = desk.cli("run", "t/p", *words, "--json")
    assert result.code == 0, result.err
    return {each["id"]: each for each in result.json}


def test_a_plan_carries_out_nothing_and_says_on_what_the_way_on_hangs(make: Callable[..., Desk]) -> None:
    desk = make(DISK)
    before = files(desk)

    shown = desk.cli("run", "t/p", "--dry-run")

    assert shown.code == 0
    assert "which option is taken at `size-ok` depends on the output of `measure`" in shown.out
    assert files(desk) == before == []
    assert {each["comes"] for each in by_id(desk, "--dry-run=plan").values()} == {"yes", "perhaps"}


def test_a_probe_carries_out_what_only_looks_and_knows_more_then(make: Callable[..., Desk]) -> None:
    desk = make(DISK)

    found = by_id(desk, "--dry-run=probe")

    assert found["here"]["seen"]["state"] == "done"
    assert found["measure"]["seen"] | {"seconds": 0} == {
        "state": "done", "outputs": {"free": 7}, "seconds": 0, "not_carried_out": [],
    }  # fmt: skip
    assert found["size-ok"]["chosen"] == "enough"
    assert (found["clean"]["comes"], found["clean"]["left_out"]) == ("no", "`size-ok` takes `enough`")
    assert found["go-on"]["shown"] == "echo 7 > gone"
    assert (desk.folder / "looked").read_text() == "looked\n"
    assert files(desk) == ["looked"]
    assert desk.cli("runs").out == "There are no such runs.\n"


def test_what_was_seen_before_a_change_is_told_as_it_is_now_and_is_not_built_on(make: Callable[..., Desk]) -> None:
    desk = make("""
steps:
- {id: grow, shell: touch grown}
- {id: measure, shell: ls | wc -l, read_only: true, outputs: {files: {type: integer}}}
- {id: prove, shell: test -e grown, read_only: true}
- {id: use, command: [echo, '{{ steps.measure.outputs.files }}']}
""")

    found = by_id(desk, "--dry-run=probe")

    assert found["measure"]["seen"]["not_carried_out"] == ["grow"]
    assert (found["prove"]["seen"]["state"], found["prove"]["seen"]["reason"]) == ("failed", "exit code 1")
    assert (found["use"]["shown"], found["use"]["unknown"]) == ("", ["measure"])
    shown = desk.cli("run", "t/p", "--dry-run=probe").out
    assert "as things are now: `grow` would come before it" in shown


def test_what_only_looks_but_is_not_sure_to_come_is_not_carried_out_and_it_is_said(make: Callable[..., Desk]) -> None:
    desk = make("""
roles: {boss: {}}
steps:
- {id: look, shell: 'echo a >> looked; echo no', outputs: {bad: {type: boolean}}}
- {id: perhaps, when: steps.look.outputs.bad, shell: echo b >> looked, read_only: true}
- {id: needs-it, command: [tee, -a, looked, '{{ steps.look.outputs.bad }}'], read_only: true}
- {id: agree, approval: boss}
- {id: after, shell: echo c >> looked, read_only: true}
- {id: beside, needs: [look], shell: echo d >> looked, read_only: true}
""")

    found = by_id(desk, "--dry-run=probe")

    assert {id: each["seen"].get("reason", "") for id, each in found.items() if "seen" in each} == {
        "perhaps": "it is not known whether it comes",
        "needs-it": "it needs what is not known before `look`",
        "after": "it comes only after a yes at `agree`",
        "beside": "",
    }
    assert (desk.folder / "looked").read_text() == "d\n"


def test_a_probe_carries_out_nothing_for_somebody_who_may_not(make: Callable[..., Desk]) -> None:
    desk = make(
        """
roles: {operator: {people: [maria]}}
steps: [{id: look, shell: echo a >> looked, read_only: true}]
"""
    )

    found = by_id(desk, "--dry-run=probe")

    assert found["look"]["seen"]["state"] == "not run"
    assert f"{ME} may not act as `operator`" in str(found["look"]["seen"]["reason"])
    assert files(desk) == []


def test_a_program_that_takes_too_long_is_ended_as_in_a_run(make: Callable[..., Desk]) -> None:
    desk = make("steps: [{id: look, shell: 'echo $$ > pid; exec sleep 60', read_only: true, timeout: 0.2s}]")

    assert by_id(desk, "--dry-run=probe")["look"]["seen"]["reason"] == "timed out after 0.2 s"
    assert not Path(f"/proc/{(desk.folder / 'pid').read_text().strip()}").exists()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_whoever_interrupts_a_probe_leaves_nothing_behind(make: Callable[..., Desk], number: signal.Signals) -> None:
    desk = make("steps: [{id: look, shell: 'echo $$ > pid; exec sleep 60', read_only: true}]")
    pid = desk.folder / "pid"

    probe = desk.background("run", "t/p", "--dry-run=probe")
    until(lambda: pid.exists() and pid.read_text().strip())
    probe.send_signal(number)
    probe.communicate(timeout=PATIENCE)

    assert probe.returncode == 130
    assert not Path(f"/proc/{pid.read_text().strip()}").exists()
    assert files(desk) == ["pid"]


FETCHER = """
from runbook.blocks import Paragraph
from runbook.kind import StepKind
from runbook.outcome import Act

FETCH = StepKind(
    key="fetch", summary="speaks to a machine", acts=True,
    schema={"type": "object", "description": "What.", "properties": {"method": {"enum": ["get", "put"]}}},
    read=lambda value, reader: value["method"],
    perform=lambda method, values: Act(("echo", "got") if method == "get" else ("touch", "changed-by-fetch")),
    describe=lambda method: [Paragraph(method)],
    only_looks=lambda method: method == "get",
)
"""


def test_a_probe_takes_the_word_of_the_kind_for_whether_a_step_only_looks(
    make: Callable[..., Desk], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = make("""
steps:
- {id: look, python: {call: 'lib:look', args: {far: 3}}, read_only: true, outputs: {seen: {json: seen}}}
- {id: read, fetch: {method: get}, outputs: {said: stdout}}
- {id: command, command: [touch, changed-by-command]}
- {id: shell, shell: touch changed-by-shell}
- {id: python, python: {call: 'lib:change'}}
- {id: write, fetch: {method: put}}
- {id: proves, verify: {command: [test, -e, lib.py]}}
""")
    (desk.folder / "runbook.yaml").write_text("runbook: 1\ntitle: Trying\nplugins: [fetcher-tried]\n")
    (desk.folder / "lib.py").write_text(
        "def look(far):\n    return {'seen': far}\n\ndef change():\n    open('changed-by-python', 'w')\n"
    )
    about = tmp_path / "site" / "fetcher_tried-1.dist-info"
    about.mkdir(parents=True)
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: fetcher-tried\nVersion: 1\n")
    (about / "entry_points.txt").write_text("[runbook.kinds]\nfetch = fetcher_tried:FETCH\n")
    (about.parent / "fetcher_tried.py").write_text(FETCHER)
    monkeypatch.syspath_prepend(str(about.parent))

    found = by_id(desk, "--dry-run=probe")

    assert {id: each["seen"]["outputs"] for id, each in found.items() if "seen" in each} == {
        "look": {"seen": 3},
        "read": {"said": "got"},
        "proves": {},
    }
    assert found["proves"]["seen"]["not_carried_out"] == ["command", "shell", "python", "write"]
    assert [name for name in files(desk) if name.startswith("changed")] == []


def test_no_depth_looks_up_a_secret(make: Callable[..., Desk]) -> None:
    desk = make("""
secrets:
  token: {from: command, argv: [sh, -c, 'touch looked-up; echo s3cr3t-value']}
steps:
- {id: look, shell: {run: 'echo "got $T" >> looked', env: {T: '{{ secrets.token }}'}}, read_only: true}
- {id: read, command: {argv: [tee, -a, looked], stdin: 'a {{ secrets.token }}'}, read_only: true}
- {id: call, python: {call: 'lib:look', args: {a: '{{ secrets.token }}'}}, read_only: true}
- {id: change, command: {argv: [tee, looked], stdin: '{{ secrets.token }}'}}
""")

    for depth in ("plan", "probe", "simulate"):
        for more in ([], ["--json"]):
            shown = desk.cli("run", "t/p", f"--dry-run={depth}", *more)
            assert shown.code == 0, shown.err
            assert "s3cr3t" not in shown.out + shown.err
            assert files(desk) == []
    seen = [each["seen"] for each in by_id(desk, "--dry-run=probe").values() if "seen" in each]
    assert [each["reason"] for each in seen] == [
        "it needs the secret `token`, and a secret is looked up only in a run"
    ] * 3
    call = by_id(desk, "--dry-run")["call"]
    assert (call["shown"], call["unknown"]) == ("lib:look(a='{{ secrets.token }}')", [])


def test_a_simulation_walks_one_way_and_says_what_it_took(make: Callable[..., Desk]) -> None:
    desk = make(DISK)

    shown = desk.cli("run", "t/p", "--dry-run=simulate")

    assert shown.code == 0
    text = " ".join(shown.out.split())
    assert (
        "which option is taken at `size-ok` depends on the output of `measure`; `enough` was taken (otherwise:"
        " `--choose size-ok=scarce`)" in text
    )
    assert "skipped: `size-ok` takes `enough`" in text
    assert files(desk) == []


def test_all_branches_are_told_for_programs_too(make: Callable[..., Desk]) -> None:
    desk = make(DISK)

    found = desk.cli("run", "t/p", "--dry-run=simulate", "--all-branches", "--json").json

    assert [(each["choices"], each["ends"]) for each in found["ways"]] == [
        ({"size-ok": "enough"}, "succeeded"),
        ({"size-ok": "scarce"}, "succeeded"),
    ]
    assert [each["id"] for each in found["ways"][1]["steps"] if each["happens"] == "done"] == [
        "here", "measure", "size-ok", "clean", "again", "go-on",
    ]  # fmt: skip
    assert found["ways"][0]["assumed"][0]["depends"] == ["measure"]
    assert (found["more"], found["unused"], files(desk)) == (False, [], [])


def test_a_sample_and_a_choice_make_it_known(make: Callable[..., Desk]) -> None:
    desk = make(
        DISK.replace("outputs: {free: {type: integer}}}", "outputs: {free: {type: integer}}, sample: {free: 2}}")
    )

    (way,) = desk.cli("run", "t/p", "--dry-run=simulate", "--json").json["ways"]
    (assumed,) = way["assumed"]
    assert (assumed["taken"], assumed["depends"], assumed["supposed"]) == ("scarce", ["measure"], True)
    assert way["steps"][2]["chosen"] == "scarce"
    text = " ".join(desk.cli("run", "t/p", "--dry-run=simulate").out.split())
    assert "with what it gives here it is `scarce` (otherwise: `--choose size-ok=enough`)" in text
    (named,) = desk.cli("run", "t/p", "--dry-run=simulate", "--json", "--choose", "size-ok=enough").json["ways"]
    assert (named["assumed"], named["steps"][2]["chosen"]) == ([], "enough")
    (other,) = desk.cli("run", "t/p", "--dry-run=simulate", "--json", "-i", "limit=1").json["ways"]
    assert (other["steps"][1]["from"], other["steps"][2]["chosen"]) == ({"free": "sample"}, "enough")


def test_who_is_asked_and_what_has_to_be_handed_in_is_told_in_every_depth(make: Callable[..., Desk]) -> None:
    desk = make(
        """
roles: {operator: {}, boss: {people: [maria, paul], not: operator}}
steps:
- {id: look, manual: Look., verifier: boss, evidence: {photo: {types: [image]}}}
- {id: agree, approval: {role: boss}}
"""
    )

    for depth in ("plan", "probe", "simulate"):
        shown = desk.cli("run", "t/p", f"--dry-run={depth}").out
        assert "asks: operator" in shown
        assert "has it confirmed by: boss (maria, paul)" in shown
        assert "asks for a yes: boss (maria, paul)" in shown
        assert "evidence: Photo (image)" in shown
    assert by_id(desk, "--dry-run")["agree"]["asked"] == [
        {"what": "approve", "role": "boss", "people": ["maria", "paul"], "nobody": False}
    ]


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--choose", "a=b"], "--choose is about a simulation"),
        (["--dry-run", "--all-branches"], "--all-branches is about a simulation"),
        (["--dry-run=simulate", "--choose", "size-ok"], "`size-ok` is not STEP=WAY"),
        (["--dry-run=simulate", "--choose", "size=enough"], "`size` is not a step of t/p"),
        (["--dry-run=simulate", "--choose", "size-ok=much"], "`much` is no way on from `size-ok`"),
        (["--dry-run=probe", "--step"], "a dry run asks nobody, so --step says nothing"),
        (["--dry-run=probe", "--instructions"], "--dry-run makes no run"),
        (["--dry-run=deep"], "`deep` is not one of `plan`, `probe`, `simulate`"),
        (["--dry-run", "--role", "boss=maria"], "boss"),
    ],
)
def test_what_makes_no_sense_is_refused(make: Callable[..., Desk], words: list[str], message: str) -> None:
    desk = make(DISK)

    result = desk.cli("run", "t/p", *words)

    assert (result.code, result.out) == (2, "")
    assert message in result.err
    assert files(desk) == []


def test_the_depth_may_be_left_out_wherever_the_option_stands(make: Callable[..., Desk]) -> None:
    desk = make(DISK)

    assert desk.cli("run", "--dry-run", "t/p").out == desk.cli("run", "t/p", "--dry-run").out
    assert desk.cli("run", "--dry-run", "simulate", "t/p").out == desk.cli("run", "t/p", "--dry-run=simulate").out
