"""What is known after a crash: of the engine at every point, of the supervisor, of the whole machine."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from runbook.engine import supervision
from runbook.engine.supervision import (
    Adopted,
    Ended,
    Gone,
    InDoubt,
    NeverRan,
    StillRunning,
    Supervisor,
    Trace,
    end,
    inspect,
    tidy,
    wait_for,
)
from runbook.engine.supervisor.lines import encode, line
from runbook.engine.supervisor.processes import tick
from runbook.outcome import Act

PATH = {"PATH": os.environ["PATH"]}
ATTEMPTS = 8
pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="needs /proc")


# Attempts are named after the folder of their test: a name is a cookie, and other tests may be running on this machine.


def leaving(text: str, effects: Path) -> Act:
    """A program that can be seen to have run: it adds a line to the file of its name, then to its output."""
    return Act(("sh", "-c", f"echo x >> {effects}/{text}; echo {text}"), PATH)


def runs(effects: Path, name: str) -> int:
    return len((effects / name).read_text().split()) if (effects / name).exists() else 0


def consistent(trace: Trace, count: int) -> None:
    """No trace may contradict what was seen to happen, and nothing happens twice."""
    match trace:
        case Adopted(finished):
            assert (finished.exit_code, count) == (0, 1)
        case NeverRan():
            assert count == 0, "a program that is said never to have run has run"
        case InDoubt(_, alive):
            assert not alive
            assert count <= 1
        case StillRunning():
            raise AssertionError("still running when everything has ended")


@pytest.fixture
def effects(tmp_path: Path) -> Path:
    (tmp_path / "effects").mkdir()
    return tmp_path / "effects"


@pytest.fixture
def planted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, str, str], None]:
    """Lets supervisors have a bug: one piece of their text replaced by another."""

    def plant(module: str, text: str, bug: str) -> None:
        home = tmp_path / "planted"
        shutil.copytree(Path(supervision.__file__).parent / "supervisor", home / "supervisor")
        file = home / "supervisor" / f"{module}.py"
        assert file.read_text().count(text) == 1
        file.write_text(file.read_text().replace(text, bug))
        monkeypatch.setattr(supervision, "_HOME", home)

    return plant


# -- the engine dies ------------------------------------------------------------------------------


def request(act: Act, attempt: str) -> bytes:
    """A request as it travels."""
    reading, writing = os.pipe()
    Supervisor(Path("nowhere"), 0, writing, reading).submit(attempt, act)
    data = os.read(reading, 1 << 16)
    os.close(reading)
    os.close(writing)
    return data


def cut_short(tmp_path: Path, effects: Path) -> int:
    """Dies after every number of bytes of a second request; how many cuts there were."""
    data = request(leaving("second", effects), "second")
    cuts = sorted({*range(0, len(data), 4), len(data) - 1, len(data)})
    supervisors = []
    for cut in cuts:
        supervisor = Supervisor.start(tmp_path / f"supervisor-{cut}")
        supervisor.submit("first", leaving(f"first-{cut}", effects))
        os.write(supervisor._requests, data[:cut])
        supervisor.close()
        supervisors.append(supervisor)
    for supervisor, cut in zip(supervisors, cuts, strict=True):
        assert isinstance(wait_for(supervisor.folder, "first"), Adopted)
        assert supervisor.join(20)
        whole = cut == len(data)
        assert isinstance(wait_for(supervisor.folder, "second"), Adopted if whole else NeverRan)
        assert runs(effects, f"first-{cut}") == 1
    assert runs(effects, "second") == 1, "a request that did not arrive whole was carried out"
    return len(cuts)


def test_request_that_did_not_arrive_whole_never_runs(tmp_path: Path, effects: Path) -> None:
    assert cut_short(tmp_path, effects) > 40


def engine(folder: Path, effects: Path, points: int) -> None:
    """An engine of its own that hands over attempts and says where it is: `s` for one handed over."""
    supervisor = Supervisor.start(folder)
    os.write(points, b".")
    for number in range(ATTEMPTS):
        supervisor.submit(f"{folder}:{number}", leaving(f"{folder.name}-{number}", effects))
        os.write(points, b"s")
        if number % 2:
            for _ in supervisor.poll(20.0):
                os.write(points, b".")
    while supervisor.poll(20.0):
        os.write(points, b".")


def killed_at(point: int, folder: Path, effects: Path) -> tuple[bytes, list[Trace]]:
    """What the engine had said, and what is known of each attempt, when it was killed there."""
    reading, writing = os.pipe()
    pid = os.fork()
    if not pid:
        try:
            engine(folder, effects, writing)
        finally:
            os._exit(1)
    os.close(writing)
    said = b"".join(os.read(reading, 1) for _ in range(point))
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    os.close(reading)
    traces = [wait_for(folder, f"{folder}:{number}", 20.0) for number in range(ATTEMPTS)]
    while not tidy(folder):
        inspect(folder, "none", 0.05)
    for number, trace in enumerate(traces):
        consistent(trace, runs(effects, f"{folder.name}-{number}"))
    return said, traces


@pytest.mark.parametrize("hurry", range(3), ids=["first", "second", "third"])
def test_engine_killed_at_any_point_leaves_no_doubt(tmp_path: Path, effects: Path, hurry: int) -> None:
    for point in range(1, ATTEMPTS + 9):
        said, traces = killed_at(point, tmp_path / f"at-{hurry}-{point}", effects)

        assert not any(isinstance(trace, InDoubt) for trace in traces)
        assert all(isinstance(trace, Adopted) for trace in traces[: said.count(b"s")])


def test_program_left_behind_is_waited_for_and_adopted(tmp_path: Path, effects: Path) -> None:
    os.mkfifo(tmp_path / "go")
    folder = tmp_path / "supervisor"
    supervisor = Supervisor.start(folder)
    supervisor.submit(f"{tmp_path}:a", Act(("sh", "-c", f"read line < {tmp_path}/go; echo $line"), PATH))
    supervisor.close()

    assert wait_for(folder, f"{tmp_path}:a", 0.2) == StillRunning()
    assert inspect(folder, f"{tmp_path}:b") == NeverRan()
    assert not tidy(folder)
    (tmp_path / "go").write_text("on\n")
    trace = wait_for(folder, f"{tmp_path}:a")
    assert isinstance(trace, Adopted)
    assert trace.finished.stdout == "on\n"


def test_program_left_behind_can_be_ended(tmp_path: Path) -> None:
    folder = tmp_path / "supervisor"
    supervisor = Supervisor.start(folder)
    supervisor.submit(f"{tmp_path}:a", Act(("sh", "-c", "trap '' TERM; setsid sleep 300 & sleep 300; sleep 300"), PATH))
    supervisor.close()
    assert wait_for(folder, f"{tmp_path}:a", 0.2) == StillRunning()

    trace = end(folder, f"{tmp_path}:a", grace=0.1)

    assert isinstance(trace, Adopted)
    assert trace.finished.signal == 9


def test_supervisor_that_may_still_be_asked_is_waited_for(tmp_path: Path) -> None:
    supervisor = Supervisor.start(tmp_path / "supervisor")

    assert inspect(supervisor.folder, f"{tmp_path}:a", patience=0.2) == StillRunning()
    supervisor.close()
    assert inspect(supervisor.folder, f"{tmp_path}:a") == NeverRan()


def unread_when_looked_for(tmp_path: Path, effects: Path) -> None:
    """Looks for an attempt that the supervisor has been sent and has not read, because it stands still."""
    supervisor = Supervisor.start(tmp_path / "supervisor")
    supervisor.submit(f"{tmp_path}:a", leaving("a", effects))
    while not runs(effects, "a"):
        supervisor.poll(20.0)
    os.kill(supervisor.pid, signal.SIGSTOP)
    supervisor.submit(f"{tmp_path}:b", leaving("b", effects))
    supervisor.close()
    trace = inspect(supervisor.folder, f"{tmp_path}:b", patience=0.2)
    os.kill(supervisor.pid, signal.SIGCONT)
    assert supervisor.join(20)
    assert trace == StillRunning(), "an attempt is said never to have run that runs later"
    assert isinstance(inspect(supervisor.folder, f"{tmp_path}:b"), Adopted)


def test_request_that_is_not_read_yet_is_waited_for(tmp_path: Path, effects: Path) -> None:
    unread_when_looked_for(tmp_path, effects)


# -- the supervisor dies --------------------------------------------------------------------------


def bereaved(folder: Path, effects: Path, messages: int) -> None:
    """Kills the supervisor after so many messages; every trace agrees with what was seen."""
    supervisor = Supervisor.start(folder)
    for number in range(ATTEMPTS):
        supervisor.submit(f"{folder}:{number}", leaving(f"{folder.name}-{number}", effects))
    heard: list[object] = [supervisor.identity]
    while len(heard) < messages:
        heard += supervisor.poll(20.0)
    os.kill(supervisor.pid, signal.SIGKILL)
    while not isinstance(heard[-1], Gone):
        heard += supervisor.poll(20.0)
    for number in range(ATTEMPTS):
        trace = wait_for(folder, f"{folder}:{number}", 20.0)
        consistent(trace, runs(effects, f"{folder.name}-{number}"))
    for message in heard:
        if isinstance(message, Ended):
            assert inspect(folder, message.attempt) == Adopted(message.finished)


@pytest.mark.parametrize("messages", range(1, 2 * ATTEMPTS, 2))
def test_supervisor_killed_after_any_message_is_never_contradicted(
    tmp_path: Path, effects: Path, messages: int
) -> None:
    for time in range(3):
        bereaved(tmp_path / f"supervisor-{time}", effects, messages)


def test_supervisor_killed_beside_its_program_leaves_a_doubt_with_the_last_output(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    supervisor = Supervisor.start(tmp_path / "supervisor")
    supervisor.submit(f"{tmp_path}:a", Act(("sh", "-c", f"echo so far; read line < {tmp_path}/go"), PATH))
    assert supervisor.poll(20.0)

    os.kill(supervisor.pid, signal.SIGKILL)
    assert supervisor.poll(20.0) == [Gone()]

    assert wait_for(supervisor.folder, f"{tmp_path}:a", 0.0) == InDoubt("so far\n", alive=True)
    (tmp_path / "go").write_text("on\n")
    assert wait_for(supervisor.folder, f"{tmp_path}:a", 20.0) == InDoubt("so far\n", alive=False)
    assert tidy(supervisor.folder)


def test_program_without_the_cookie_is_seen_to_be_alive(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "go")
    supervisor = Supervisor.start(tmp_path / "supervisor")
    supervisor.submit(f"{tmp_path}:a", Act(("env", "-i", "sh", "-c", f"echo on; read line < {tmp_path}/go"), PATH))
    assert supervisor.poll(20.0)
    os.kill(supervisor.pid, signal.SIGKILL)
    assert supervisor.join(20)

    assert wait_for(supervisor.folder, f"{tmp_path}:a", 0.0) == InDoubt("on\n", alive=True)
    assert end(supervisor.folder, f"{tmp_path}:a") == InDoubt("on\n", alive=False)


def started_before_it_is_noted(tmp_path: Path, effects: Path) -> None:
    """Kills the supervisor the moment the program is seen to run."""
    supervisor = Supervisor.start(tmp_path / "supervisor")
    supervisor.submit(f"{tmp_path}:a", leaving("a", effects))
    while not runs(effects, "a"):
        pass
    os.kill(supervisor.pid, signal.SIGKILL)
    assert supervisor.join(20)
    consistent(wait_for(supervisor.folder, f"{tmp_path}:a", 20.0), runs(effects, "a"))
    supervisor.close()


def test_start_is_noted_first(tmp_path: Path, effects: Path) -> None:
    started_before_it_is_noted(tmp_path, effects)


# -- the tests can fail ---------------------------------------------------------------------------


def test_start_noted_too_late_is_noticed(tmp_path: Path, effects: Path, planted: Callable[..., None]) -> None:
    planted(
        "loop",
        "        closing = self.alone and not self.closed\n",
        "        closing = self.alone and not self.closed\n"
        "        self._start(starting)\n        if starting:\n            time.sleep(0.5)\n        starting = []\n",
    )

    with pytest.raises(AssertionError, match="said never to have run has run"):
        started_before_it_is_noted(tmp_path, effects)


def test_half_a_request_carried_out_is_noticed(tmp_path: Path, effects: Path, planted: Callable[..., None]) -> None:
    planted("lines", "if place + sum(lengths) > len(data):", "if place + sum(lengths) > len(data) + 8:")

    with pytest.raises(AssertionError):
        cut_short(tmp_path, effects)


def test_closing_before_everything_is_read_is_noticed(
    tmp_path: Path, effects: Path, planted: Callable[..., None]
) -> None:
    planted("loop", "        closing = self.alone and not self.closed\n", "        closing = True\n")

    with pytest.raises(AssertionError, match="runs later"):
        unread_when_looked_for(tmp_path, effects)


# -- the log --------------------------------------------------------------------------------------


HELLO = line(encode({"hello": 1, "start": 1, "boot": ""}))
RUNNING = line(encode({"running": "noted", "number": 1}))
OTHER = line(encode({"running": "b", "number": 2}))
ENDED = line('{"ended":"noted","exit_code":0,"signal":null,"error":null,"seconds":1.5,"stdout":"x","stderr":""}')


@pytest.mark.parametrize(
    ("log", "trace"),
    [
        (b"", NeverRan),
        (HELLO, NeverRan),
        (HELLO + RUNNING, InDoubt),
        (HELLO + RUNNING + ENDED, Adopted),
        (HELLO + RUNNING + ENDED + bytes(4096), Adopted),
        (HELLO + OTHER, NeverRan),
        (HELLO + RUNNING.replace(b"1", b"2"), NeverRan),
        (HELLO + b"\0\0\0\0" + RUNNING[4:] + HELLO, InDoubt),
    ],
    ids=["empty", "new", "running", "ended", "room", "other", "changed", "damaged"],
)
def test_log_tells_what_became_of_an_attempt(tmp_path: Path, log: bytes, trace: type) -> None:
    (tmp_path / "log").write_bytes(log)

    assert isinstance(inspect(tmp_path, "noted"), trace)


def test_result_torn_anywhere_leaves_a_doubt_and_a_start_torn_anywhere_never_ran(tmp_path: Path) -> None:
    for whole, last, trace in ((HELLO, RUNNING, NeverRan()), (HELLO + RUNNING, ENDED, InDoubt("", False))):
        for cut in range(len(last)):
            for rest in (b"", bytes(len(last) - cut), b"\0" * 4096):
                (tmp_path / "log").write_bytes(whole + last[:cut] + rest)

                assert inspect(tmp_path, "noted") == trace


def test_folder_that_is_missing_leaves_a_doubt(tmp_path: Path) -> None:
    assert inspect(tmp_path / "removed", "noted") == InDoubt("", alive=False)


def test_process_of_an_earlier_boot_is_not_taken_for_the_program(tmp_path: Path) -> None:
    first = tick()
    leader = ["cat"]  # it leads a session of its own, as the program of an attempt does
    with subprocess.Popen(leader, stdin=subprocess.PIPE, start_new_session=True) as program:
        spawned = line(encode({"spawned": "noted", "pid": program.pid, "from": first, "to": tick()}))
        for boot, alive in (("", True), ("another", False)):
            hello = line(encode({"hello": 1, "start": 1, "boot": boot}))
            (tmp_path / "log").write_bytes(hello + RUNNING + spawned)

            assert inspect(tmp_path, "noted") == InDoubt("", alive)
