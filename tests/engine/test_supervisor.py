"""Programs under the supervisor: how they are started, what is kept of them, how they are ended."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from runbook.engine import supervision
from runbook.engine.supervision import Adopted, Ended, Gone, NeverRan, Output, Supervisor, inspect, tidy, wait_for
from runbook.engine.supervisor.processes import process, tick
from runbook.outcome import Act, Finished
from tests.waiting import PATIENCE, until

PATH = {"PATH": os.environ["PATH"]}
linux = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


class Desk:
    """A supervisor and everything it has said."""

    def __init__(self, folder: Path) -> None:
        self.supervisor = Supervisor.start(folder)
        self.folder = folder
        self.said: list[Output] = []
        self.ended: dict[str, Finished] = {}

    def submit(self, attempt: str, *argv: str, env: dict[str, str] = PATH, stdin: str = "", **how: object) -> None:
        self.supervisor.submit(attempt, Act(argv, env, stdin=stdin), **how)  # type: ignore[arg-type]

    def wait(self, attempt: str) -> Finished:
        while attempt not in self.ended:
            self.listen()
        return self.ended[attempt]

    def listen(self) -> None:
        for message in self.supervisor.poll(20.0) or [Gone("nothing was heard for 20 s")]:
            match message:
                case Ended(name, finished):
                    self.ended[name] = finished
                case Output():
                    self.said.append(message)
                case Gone(reason):
                    raise AssertionError(reason)

    def run(self, *argv: str, **how: object) -> Finished:
        attempt = f"run:step:{len(self.ended)}"
        self.submit(attempt, *argv, **how)  # type: ignore[arg-type]
        return self.wait(attempt)

    def log(self) -> bytes:
        return (self.folder / "log").read_bytes().rstrip(b"\0")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    desk = Desk(tmp_path / "supervisor")
    yield desk
    desk.supervisor.close()
    assert desk.supervisor.join(20)


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], Desk]:
    """A supervisor with a bug: one piece of its text replaced by another."""

    def plant(module: str, text: str, bug: str) -> Desk:
        home = tmp_path / "planted"
        shutil.copytree(Path(supervision.__file__).parent / "supervisor", home / "supervisor")
        file = home / "supervisor" / f"{module}.py"
        assert file.read_text().count(text) == 1
        file.write_text(file.read_text().replace(text, bug))
        monkeypatch.setattr(supervision, "_HOME", home)
        return Desk(tmp_path / "supervisor")

    return plant


# -- starting -------------------------------------------------------------------------------------


def test_program_tells_its_streams_and_exit_code(desk: Desk) -> None:
    finished = desk.run("sh", "-c", "echo out; echo err >&2; exit 3")

    assert (finished.exit_code, finished.stdout, finished.stderr, finished.error) == (3, "out\n", "err\n", None)
    assert (finished.signal, finished.dropped) == (None, 0)
    assert 0 < finished.seconds < 20


def test_program_ended_by_a_signal_has_no_exit_code(desk: Desk) -> None:
    finished = desk.run("sh", "-c", "kill -KILL $$")

    assert (finished.exit_code, finished.signal, finished.error) == (None, 9, None)


@pytest.mark.parametrize(
    ("argv", "code", "error"),
    [
        (("no-such-program",), 127, "program `no-such-program` was not found"),
        (("/no/such/program",), 127, "program `/no/such/program` was not found"),
        (("/etc/passwd",), 126, "program `/etc/passwd` is not executable"),
        (("/",), 126, "program `/` is not executable"),
        (("./no-interpreter",), 127, "the interpreter of `./no-interpreter` was not found"),
        (("./no-format",), 126, "program `./no-format` is not in a form this machine can run"),
        (("echo", "a\0b"), 126, "`echo` could not be started: embedded null byte"),
        (("echo", "x" * 3_000_000), 126, "the arguments and the environment of `echo` are too large"),
        ((), 126, "`` could not be started: no program is named"),
    ],
    ids=["name", "path", "mode", "folder", "interpreter", "format", "null", "large", "empty"],
)
def test_program_that_cannot_be_started_says_why(desk: Desk, tmp_path: Path, argv: str, code: int, error: str) -> None:
    for name, text in (("no-interpreter", "#!/no/such/shell\n"), ("no-format", "just text\n")):
        (tmp_path / name).write_text(text)
        (tmp_path / name).chmod(0o700)

    finished = desk.run(*argv, root=tmp_path)

    assert (finished.exit_code, finished.error) == (code, error)


def test_folder_that_does_not_exist_is_named(desk: Desk, tmp_path: Path) -> None:
    finished = desk.run("true", root=tmp_path / "gone")

    assert (finished.exit_code, finished.error) == (126, f"folder `{tmp_path / 'gone'}` does not exist")


def test_program_is_found_on_the_path_of_the_attempt(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "greet").write_text("#!/bin/sh\necho hello\n")
    (tmp_path / "greet").chmod(0o700)

    assert desk.run("greet", env={"PATH": f"/no/such:{tmp_path}"}).stdout == "hello\n"
    assert desk.run("greet", env={"PATH": "/no/such"}).exit_code == 127


def test_environment_is_the_given_one_and_the_cookie(desk: Desk) -> None:
    desk.submit("an:attempt:1", "/usr/bin/env", env={"ONE": "1 ü \n=x"}, env_extra={"TWO": ""})

    assert sorted(desk.wait("an:attempt:1").stdout.split("\n")) == sorted(
        ["ONE=1 ü ", "=x", "TWO=", "RUNBOOK_ATTEMPT=an:attempt:1", ""]
    )


@linux
def test_supervisor_keeps_nothing_of_the_environment_that_may_be_a_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CMDB_TOKEN", "correct-horse")
    desk = Desk(tmp_path / "folder")

    assert desk.run("true").exit_code == 0
    assert b"correct-horse" not in Path(f"/proc/{desk.supervisor.pid}/environ").read_bytes()
    desk.supervisor.leave()


def test_program_runs_in_its_folder(desk: Desk, tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    desk.supervisor.submit("a", Act(("pwd",), PATH, cwd="sub"), root=tmp_path)

    assert desk.wait("a").stdout == f"{tmp_path.resolve() / 'sub'}\n"


@pytest.mark.parametrize("text", ["", "one\ntwo", "ü" * 300_000], ids=["closed", "little", "much"])
def test_standard_input_is_what_was_given(desk: Desk, text: str) -> None:
    assert desk.run("cat", stdin=text).stdout == text


def test_signals_are_as_usual_for_programs(desk: Desk) -> None:
    for name in ("HUP", "INT", "TERM", "PIPE", "QUIT", "XFSZ"):
        assert desk.run("sh", "-c", f"kill -{name} $$").signal == getattr(signal, f"SIG{name}")


@linux
def test_programs_inherit_no_descriptor(tmp_path: Path) -> None:
    descriptor = os.open("/dev/null", os.O_RDONLY)
    os.set_inheritable(descriptor, True)
    other = Desk(tmp_path / "other")
    os.close(descriptor)

    assert other.run("ls", "/proc/self/fd").stdout.split() == ["0", "1", "2", "3"]  # 3 is the listed folder itself
    other.supervisor.close()


def test_same_attempt_is_carried_out_once(desk: Desk, tmp_path: Path) -> None:
    for _ in range(2):
        desk.submit("a", "sh", "-c", "echo x >> effect", root=tmp_path)
    desk.wait("a")
    desk.run("true")

    assert (tmp_path / "effect").read_text() == "x\n"


def test_twenty_programs_run_at_once(desk: Desk, tmp_path: Path) -> None:
    meet = "touch $1; while [ $(ls | wc -l) -lt 20 ]; do sleep 0.05; done"
    (tmp_path / "meeting").mkdir()
    for number in range(20):
        desk.submit(f"a{number}", "sh", "-c", meet, "sh", str(number), root=tmp_path / "meeting")

    assert [desk.wait(f"a{number}").exit_code for number in range(20)] == [0] * 20


# -- output ---------------------------------------------------------------------------------------


def test_output_is_heard_while_the_program_runs(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    desk.submit("a", "sh", "-c", "echo now; read line < go; echo $line", root=tmp_path)
    while not desk.said:
        desk.listen()

    assert desk.said == [Output("a", "stdout", "now\n")]
    assert (desk.folder / "1.out").read_text() == "now\n"
    (tmp_path / "go").write_text("later\n")
    assert desk.wait("a").stdout == "now\nlater\n"


def test_bytes_that_are_not_text_are_replaced_and_controls_kept(desk: Desk) -> None:
    finished = desk.run("printf", r"a\377\033[31m\001\"\\ü\r\n")

    assert finished.stdout == 'a\ufffd\x1b[31m\x01"\\ü\r\n'
    assert inspect(desk.folder, "run:step:0") == Adopted(finished)


@pytest.mark.parametrize("size", [65536, 65537, 1_000_000], ids=["inline", "file", "long"])
def test_output_below_the_limit_is_whole(desk: Desk, size: int) -> None:
    finished = desk.run("sh", "-c", f"head -c {size} /dev/zero | tr '\\0' x; echo end >&2")

    assert (finished.stdout, finished.stderr, finished.dropped) == ("x" * size, "end\n", 0)
    assert inspect(desk.folder, "run:step:0") == Adopted(finished)


@pytest.mark.parametrize("limit", [8192, 20_000, 200_000], ids=str)
def test_output_over_the_limit_keeps_head_and_tail(desk: Desk, limit: int) -> None:
    text = "".join(f"{number}\n" for number in range(100_000))

    finished = desk.run("seq", "0", "99999", limit=limit)

    dropped = len(text) - limit
    assert finished.dropped == dropped
    assert finished.stdout == f"{text[: limit // 2]}\n[{dropped} bytes dropped]\n{text[-limit // 2 :]}"


@linux
def test_flood_without_a_line_break_takes_no_memory(desk: Desk) -> None:
    desk.run("true")
    before = _peak(desk.supervisor.pid)

    finished = desk.run("head", "-c", "50000000", "/dev/zero")

    assert finished.dropped == 50_000_000 - supervision.LIMIT
    assert _peak(desk.supervisor.pid) - before < 6_000


def test_empty_output_costs_no_file(desk: Desk) -> None:
    desk.run("true")
    desk.run("echo", "little")

    assert sorted(path.name for path in desk.folder.iterdir()) == ["lock", "log"]


def test_stray_that_keeps_the_pipe_open_is_not_waited_for(desk: Desk, marker: Marker) -> None:
    assert desk.run("sh", "-c", f"echo done; sleep {marker} & exit 0").stdout == "done\n"
    marker.wait(1)


def test_reader_who_does_not_listen_holds_nothing_up(desk: Desk) -> None:
    desk.submit("a", "head", "-c", "5000000", "/dev/zero")

    assert isinstance(wait_for(desk.folder, "a", PATIENCE), Adopted)
    assert len(desk.wait("a").stdout) == 5_000_000


# -- ending ---------------------------------------------------------------------------------------


class Marker:
    """A number of seconds by which the sleepers of one test are known."""

    def __init__(self) -> None:
        self.text = f"30{os.getpid()}.{id(self)}"

    def __str__(self) -> str:
        return self.text

    def alive(self) -> list[int]:
        sleeper = f"sleep\0{self.text}\0".encode()
        sleepers = []
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if sleeper == (folder / "cmdline").read_bytes() and process(int(folder.name)):
                    sleepers.append(int(folder.name))
            except OSError:
                continue
        return sleepers

    def wait(self, count: int) -> None:
        until(lambda: len(self.alive()) >= count, f"{count} sleepers")


@pytest.fixture
def marker() -> Iterator[Marker]:
    marker = Marker()
    yield marker
    for pid in marker.alive():
        os.kill(pid, signal.SIGKILL)


SHAPES = {
    "plain": (1, "exec sleep M"),
    "child": (1, "sleep M; true"),
    "pipeline": (2, "sleep M | sleep M | cat"),
    "background": (2, "sleep M & sleep M"),
    "ignores TERM": (2, "trap '' TERM; sleep M & sleep M; sleep M"),
    "setsid": (2, "setsid sleep M & sleep M"),
    "job control": (2, "set -m; sleep M & sleep M"),
    "nohup": (2, "nohup sleep M & sleep M"),
    "double fork": (2, "(sleep M &); sleep M"),
    "stopped": (1, "sleep M & kill -STOP $$"),
    "daemon": (2, "(setsid sh -c 'sleep M; true' < /dev/null > /dev/null 2>&1 &); sleep M"),
    "deaf daemon": (2, "(setsid sh -c 'trap \"\" TERM; sleep M; true' &); sleep M"),
    "env -i daemon": (2, "(env -i setsid sh -c 'sleep M; true' > /dev/null 2>&1 &); sleep M"),
    "deaf env -i daemon": (2, "(env -i setsid sh -c 'trap \"\" TERM; sleep M & wait; sleep M' &); sleep M"),
}


def survivors(desk: Desk, marker: Marker, shape: str) -> list[int]:
    count, script = SHAPES[shape]
    desk.submit("a", "sh", "-c", script.replace("M", str(marker)), grace=0.1)
    marker.wait(count)
    desk.supervisor.kill("a")
    assert desk.wait("a").error == "stopped on request"
    return marker.alive()


@linux
@pytest.mark.parametrize("shape", SHAPES)
def test_nothing_survives_the_end_of_an_attempt(desk: Desk, marker: Marker, shape: str) -> None:
    assert survivors(desk, marker, shape) == []


@linux
@pytest.mark.parametrize("shape", ["setsid", "daemon", "env -i daemon"])
def test_killing_the_group_alone_is_noticed(planted: Callable[..., Desk], marker: Marker, shape: str) -> None:
    desk = planted(
        "loop", "        if not LINUX:\n            return group(program.pid)", "        return group(program.pid)"
    )

    assert survivors(desk, marker, shape)
    desk.supervisor.close()


def test_timeout_ends_the_program_and_says_so(desk: Desk, marker: Marker) -> None:
    finished = desk.run("sh", "-c", f"echo begun; sleep {marker}", timeout=0.3)

    assert (finished.error, finished.signal, finished.stdout) == ("timed out after 0.3 s", 15, "begun\n")
    assert not marker.alive()


def test_program_that_ends_in_its_grace_tells_its_own_exit_code(desk: Desk) -> None:
    finished = desk.run("sh", "-c", "trap 'exit 7' TERM; while :; do sleep 0.01; done", timeout=0.2)

    assert (finished.exit_code, finished.error) == (7, "timed out after 0.2 s")


@linux
def test_daemon_of_an_earlier_attempt_survives_the_end_of_a_later_one(desk: Desk, marker: Marker) -> None:
    desk.run("sh", "-c", f"(env -i setsid sleep {marker} > /dev/null 2>&1 &)")
    desk.run("sleep", "100", timeout=0.1, grace=0.1)

    assert len(marker.alive()) == 1


@linux
def test_end_of_one_attempt_leaves_those_beside_it_alone(desk: Desk, marker: Marker) -> None:
    desk.submit("beside", "sh", "-c", f"(setsid sleep {marker} &); (env -i setsid sleep {marker} &); sleep {marker}")
    marker.wait(3)
    desk.run("sh", "-c", "sleep 100 & sleep 100", timeout=0.1, grace=0.1)

    assert len(marker.alive()) == 3
    desk.supervisor.kill("beside")
    desk.wait("beside")


@pytest.mark.parametrize("name", ["HUP", "INT", "TERM", "QUIT"])
def test_supervisor_is_not_stopped_by_a_signal(desk: Desk, name: str) -> None:
    assert desk.supervisor.identity["pid"] == desk.supervisor.pid
    os.kill(desk.supervisor.pid, getattr(signal, f"SIG{name}"))

    assert desk.run("true").exit_code == 0


# -- the log --------------------------------------------------------------------------------------


def told_after_it_is_written(desk: Desk) -> None:
    for number in range(20):
        desk.submit(f"a{number}", "true")
    while len(desk.ended) < 20:
        desk.listen()
        assert desk.log().count(b'{"ended"') >= len(desk.ended), "a result was told before it was written"


def test_result_is_written_before_it_is_told(desk: Desk) -> None:
    told_after_it_is_written(desk)


def test_result_told_too_early_is_noticed(planted: Callable[..., Desk]) -> None:
    desk = planted(
        "loop",
        "        try:\n            if starting:\n",
        "        for body in results:\n            self._reply(body)\n"
        "        self._flush()\n        time.sleep(0.1)\n        try:\n            if starting:\n",
    )

    with pytest.raises(AssertionError, match="before it was written"):
        told_after_it_is_written(desk)
    desk.supervisor.close()


@linux
def test_program_does_not_start_when_that_cannot_be_noted(desk: Desk, tmp_path: Path) -> None:
    desk.run("true")
    _may_write(desk, 0)

    finished = desk.run("touch", "effect", root=tmp_path)

    assert finished.exit_code == 126
    assert finished.error == "not started, because that could not be noted: File too large"
    assert not (tmp_path / "effect").exists()
    desk.supervisor.close()
    assert wait_for(desk.folder, "run:step:1") == NeverRan()


@linux
def test_result_is_written_as_soon_as_there_is_room(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    desk.submit("a", "sh", "-c", "echo begun; read line < go", root=tmp_path)
    while not desk.said:
        desk.listen()
    _may_write(desk, 0)
    (tmp_path / "go").write_text("on\n")
    finished = desk.wait("a")
    assert b'{"ended"' not in desk.log()

    desk.supervisor.close()
    _may_write(desk, resource.RLIM_INFINITY)

    assert wait_for(desk.folder, "a") == Adopted(finished)


@linux
def test_supervisor_introduces_itself(desk: Desk) -> None:
    identity = desk.supervisor.identity
    me = process(desk.supervisor.pid)

    assert me is not None
    assert identity["start"] == me.start <= tick()
    assert identity["folder"] == desk.folder.name
    assert identity["boot"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    assert desk.log().split(b"\n")[0].endswith(b'"boot":"%s"}' % str(identity["boot"]).encode())


def test_folder_is_removed_only_when_the_supervisor_has_ended(desk: Desk) -> None:
    desk.run("head", "-c", "100000", "/dev/zero")

    assert not tidy(desk.folder)
    desk.supervisor.close()
    assert desk.supervisor.join(20)
    assert tidy(desk.folder)
    assert not desk.folder.exists()
    assert tidy(desk.folder)


def test_folder_is_private(desk: Desk) -> None:
    desk.run("true")

    assert desk.folder.stat().st_mode & 0o777 == 0o700
    assert {path.stat().st_mode & 0o777 for path in desk.folder.iterdir()} == {0o600}


def _peak(pid: int) -> int:
    """The most memory the process has had so far, in KiB."""
    return int(Path(f"/proc/{pid}/status").read_text().partition("VmHWM:")[2].split()[0])


def _may_write(desk: Desk, size: int) -> None:
    """Lets the supervisor's files grow up to that size: a full disk."""
    resource.prlimit(desk.supervisor.pid, resource.RLIMIT_FSIZE, (size, resource.RLIM_INFINITY))
