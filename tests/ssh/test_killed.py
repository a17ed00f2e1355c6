"""Many hosts and a process that is killed in the middle: each host is done once, and who was in the middle is known."""

from __future__ import annotations

import os
import signal
from contextlib import suppress
from pathlib import Path

import pytest

from tests.ssh.conftest import lines
from tests.ssh.rolling import Rolling, all_killed, killed_twice
from tests.waiting import PATIENCE, until


def test_a_run_on_many_hosts_is_killed_twice_and_each_host_is_done_once(tmp_path, server):
    said: list[str] = []

    good = killed_twice(Rolling(tmp_path / "twice", server, count=40, at_once=10, batch=10), said.append)

    assert good, said
    assert "40 hosts: 40 done once, 0 missed, 0 done more than once" in said


def test_when_everything_is_killed_nobody_guesses_about_those_in_the_middle(tmp_path, server):
    said: list[str] = []

    good = all_killed(Rolling(tmp_path / "all", server, count=6, at_once=3, batch=3, pause=1.0), said.append)

    assert good, said


def test_a_host_in_the_middle_is_done_again_unasked_only_where_the_step_says_that_this_is_harmless(tmp_path, server):
    rolling = Rolling(tmp_path / "all", server, count=4, at_once=2, batch=2, pause=1.0, more="    idempotent: true\n")
    rolling.start("run", "fleet/mark")
    rolling.kill(after=1, everything=True)
    rolling.quiet()

    rolling.start("resume", "last")

    assert rolling.wait() == 0, rolling.words()
    assert rolling.in_doubt() == {}
    assert min(rolling.lines().values()) >= 1


def test_while_a_host_is_still_being_done_nobody_else_begins_it(tmp_path, server):
    rolling = Rolling(tmp_path / "one", server, count=2, at_once=2, batch=2, pause=3.0)
    rolling.start("run", "fleet/mark")
    rolling.kill(after=0, begun=2)

    rolling.start("resume", "last")  # at once: the sessions of the first are still open

    assert rolling.wait() == 0, rolling.words()
    assert rolling.lines() == {"host0001": 1, "host0002": 1}
    assert rolling.server.log.count("Accepted publickey") >= 2


@pytest.mark.parametrize("hosts", ["host: web1", "hosts: [web1]"], ids=["one", "many"])
def test_a_cancelled_run_leaves_no_script_behind(reached, tmp_path, hosts):
    script = f"echo $$ > {tmp_path}/pid; trap 'echo told > {tmp_path}/told; exit 1' TERM; sleep 600 & wait"
    desk = reached(f'- {{id: a, ssh: {{{hosts}, run: "{script}"}}}}\n')
    running = desk.background("run", "g/one", "--yes")
    until(lambda: bool(lines(tmp_path / "pid")))

    cancelled = desk.process("cancel", "last", "--reason", "enough")
    running.communicate(timeout=PATIENCE)

    assert cancelled.returncode == 0, cancelled.stderr
    until(lambda: bool(lines(tmp_path / "told")))


def test_what_holds_the_connections_ends_with_the_run(tmp_path, server):
    rolling = Rolling(tmp_path / "end", server, count=3, at_once=3, batch=3)
    rolling.start("run", "fleet/mark")

    assert rolling.wait() == 0, rolling.words()
    until(lambda: rolling.left() == [])


@pytest.mark.parametrize("hosts", ["host: web1", "hosts: [web1, web2, web3]"], ids=["one", "many"])
def test_a_connection_that_is_lost_is_a_failure_and_says_so(reached, server, tmp_path, hosts):
    desk = reached(f"- {{id: a, ssh: {{{hosts}, run: 'echo x >> {tmp_path}/begun; sleep 600; echo y'}}}}\n")
    running = desk.background("run", "g/one", "--yes")
    until(lambda: bool(lines(tmp_path / "begun")))

    for session in server.sessions():
        _kill(session)
    running.communicate(timeout=PATIENCE)

    step = desk.step("a" if hosts.startswith("host:") else "a.1")
    assert (running.returncode, step["status"]) == (1, "failed")
    assert "exit code 255: the connection to `web1` was lost" in step["reason"]


def test_when_what_holds_the_connections_dies_every_host_of_it_has_failed(tmp_path, server):
    rolling = Rolling(tmp_path / "board", server, count=2, at_once=2, batch=2, pause=600)
    rolling.start("run", "fleet/mark")
    until(lambda: len(server.sessions()) >= 2 and _switchboards(rolling) != [])

    (board,) = _switchboards(rolling)
    _kill(board)

    assert rolling.wait() == 1
    failed = [each for each in rolling.steps() if each["status"] == "failed" and "." in each["id"]]
    assert len(failed) >= 1
    assert all("what became of it is not known" in each["reason"] for each in failed)
    rolling.quiet()
    assert rolling.done() == 0


def _switchboards(rolling: Rolling) -> list[int]:
    return [pid for pid in rolling.left() if b"switchboard" in (Path("/proc") / str(pid) / "cmdline").read_bytes()]


def _kill(pid: int) -> None:
    with suppress(ProcessLookupError):
        os.kill(pid, signal.SIGKILL)
