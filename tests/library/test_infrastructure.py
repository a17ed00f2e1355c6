"""A service that does not come back is noticed, a pool is changed in one place only, and names are found whole."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from .conftest import Library

UNIT = """\
#!/bin/sh
case "$*" in
  *show*) printf 'ActiveState=%s\\nMainPID=4711\\nResult=%s\\n' "$(cat "$STATE")" "${RESULT:-success}" ;;
  *start*) echo active > "$STATE" ;;
  *stop*) echo inactive > "$STATE" ;;
esac
"""


def called(library: Library, script: str, *arguments: object) -> subprocess.CompletedProcess[str]:
    """One call of a program."""
    command = [sys.executable, str(library.script(f"infrastructure/{script}")), *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, text=True)


def said(library: Library, script: str, *arguments: object, env: dict[str, str] | None = None) -> Any:
    """The answer of a program."""
    command = [sys.executable, str(library.script(f"infrastructure/{script}")), *map(str, arguments)]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env={**os.environ, **(env or {})})
    return json.loads(done.stdout)


def test_a_restart_gives_another_process_and_leaves_none_behind(library: Library) -> None:
    result = library.run("infrastructure/restart-service")

    assert result.outputs("before")["pid"] != result.outputs("still-runs")["pid"]
    folder = library.work / "restart-service"
    assert (folder / "service.log").read_text() == "ended cleanly\n" * 2
    assert not (folder / "pid").exists()


def test_a_service_that_falls_over_after_its_start_is_noticed(library: Library) -> None:
    library.spoil("infrastructure/service.py", "LONGEST = 600.0", "LONGEST = 1.5")

    result = library.run("infrastructure/restart-service")

    assert (result.state("runs"), result.state("still-runs")) == ("succeeded", "failed")


def test_a_unit_of_systemd_is_started_and_stopped_by_its_name(library: Library, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "systemctl").write_text(UNIT)
    (tmp_path / "bin" / "systemctl").chmod(0o755)
    state = tmp_path / "state"
    state.write_text("active\n")
    env = {"PATH": f"{tmp_path / 'bin'}:{os.environ['PATH']}", "STATE": str(state)}

    stopped = said(library, "service.py", "stop", "web.service", tmp_path, env=env)
    started = said(library, "service.py", "start", "web.service", tmp_path, env=env)

    assert (stopped["running"], started["running"], started["manager"]) == (False, True, "systemd")

    with pytest.raises(subprocess.CalledProcessError) as killed:
        said(library, "service.py", "stop", "web.service", tmp_path, env={**env, "RESULT": "timeout"})
    assert killed.value.stderr == "web.service did not end by itself: its result is timeout\n"
    said(library, "service.py", "stop", "web.service", tmp_path, env={**env, "RESULT": "timeout"})


def test_a_host_that_was_out_and_in_leaves_the_file_as_it_was(library: Library, tmp_path: Path) -> None:
    pool = tmp_path / "upstream.conf"
    said(library, "pool.py", "sample", pool)
    before = pool.read_text()

    assert said(library, "pool.py", "out", pool, "127.0.0.12", 2)["out"] == ["127.0.0.12"]
    assert "server 127.0.0.12:47811 weight=2 down;" in pool.read_text()
    said(library, "pool.py", "in", pool, "127.0.0.12")

    assert pool.read_text() == before


BLOCKS = """\
upstream shop { server web1:80; server web2:80; }
upstream mail {
    server mx1; # web1
    server mx2;
    server web1:25;
}
"""


@pytest.mark.parametrize(("host", "least", "out"), [("mx1", 2, True), ("web1", 1, True), ("web1", 2, False)])
def test_enough_hosts_stay_in_in_every_block(
    library: Library, tmp_path: Path, host: str, least: int, out: bool
) -> None:
    pool = tmp_path / "upstream.conf"
    pool.write_text(BLOCKS.replace("; server", ";\n server").replace("{ server", "{\n server"))
    before = pool.read_text()

    done = called(library, "pool.py", "out", pool, host, least)

    assert (done.returncode == 0) == (pool.read_text() != before) == out, done.stderr
    assert out or done.stderr == f"only 1 servers would stay in, and {least} are needed\n"


def test_a_pool_keeps_its_rights_and_stays_a_link(library: Library, tmp_path: Path) -> None:
    pool, link = tmp_path / "available.conf", tmp_path / "enabled.conf"
    said(library, "pool.py", "sample", pool)
    pool.chmod(0o640)
    link.symlink_to(pool)
    if os.geteuid() == 0:
        os.chown(pool, 65534, 65534)
    before = pool.stat()

    said(library, "pool.py", "out", link, "127.0.0.12", 2)

    after = pool.stat()
    assert link.is_symlink()
    assert "down" in pool.read_text()
    assert (after.st_mode, after.st_uid, after.st_gid) == (before.st_mode, before.st_uid, before.st_gid)


def test_a_host_with_an_open_connection_is_not_worked_on(library: Library, tmp_path: Path) -> None:
    path = library.folder / "processes" / "infrastructure" / "rotate-host.yaml"
    path.write_text(path.read_text().replace("within: 10m", "within: 1s"))
    pool = tmp_path / "upstream.conf"
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        port = server.getsockname()[1]
        pool.write_text(f"server 127.0.0.1:{port};\nserver 127.0.0.2:{port};\nserver 127.0.0.3:{port};\n")
        given = {"pool": pool, "url": f"http://127.0.0.1:{port}/"}
        busy = library.run("infrastructure/rotate-host", **given, host="127.0.0.1")

    assert (busy.state("drained"), busy.state("work")) == ("failed", "cancelled"), busy.text


@pytest.mark.parametrize(
    ("arguments", "said_about"),
    [
        (("connections", "no.such.host.invalid"), "no server"),
        (("out", "127.0.0.12", "two"), "usage"),
        (("in", "web9"), "has no server web9"),
    ],
)
def test_a_wrong_word_about_a_pool_is_refused_in_one_line(
    library: Library, tmp_path: Path, arguments: tuple[str, ...], said_about: str
) -> None:
    pool = tmp_path / "upstream.conf"
    said(library, "pool.py", "sample", pool)

    done = called(library, "pool.py", arguments[0], pool, *arguments[1:])

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)
    assert said_about in done.stderr


def test_a_host_whose_address_is_not_known_does_not_count_as_quiet(library: Library, tmp_path: Path) -> None:
    pool = tmp_path / "upstream.conf"
    pool.write_text("server nowhere.invalid:80;\n")

    done = called(library, "pool.py", "connections", pool, "nowhere.invalid")

    assert (done.returncode, done.stderr.count("\n")) == (1, 1)


@pytest.mark.parametrize(("host", "count"), [("web1", 3), ("web2", 2), ("db1", 2), ("old1", 0), ("web", 0)])
def test_a_host_is_found_by_its_whole_name(library: Library, tmp_path: Path, host: str, count: int) -> None:
    said(library, "references.py", "sample", tmp_path / "sample")

    assert said(library, "references.py", "find", tmp_path / "sample", host)["count"] == count


@pytest.mark.parametrize(
    ("content", "count"),
    [
        (b"backup old1.example.org nightly", 1),
        (b"K\xfchlung: old1\n", 1),
        (b"x" * (2 << 20) + b" OLD1\n", 1),
        (b"old1-ssh, old10 and db-old1\n", 0),
    ],
    ids=["domain", "latin-1", "large", "longer"],
)
def test_a_host_is_found_in_every_sort_of_file(library: Library, tmp_path: Path, content: bytes, count: int) -> None:
    (tmp_path / "etc").mkdir()
    (tmp_path / "etc" / "some.conf").write_bytes(content)

    found = said(library, "references.py", "find", tmp_path / "etc", "old1")

    assert (found["count"], found["left_out"]) == (count, 0)


def test_a_server_that_is_named_or_was_off_for_no_time_is_not_wiped(library: Library, tmp_path: Path) -> None:
    etc = tmp_path / "etc"
    etc.mkdir()
    (etc / "hosts").write_text("old1\n")
    named = library.run("infrastructure/decommission-server", configuration=etc)
    (etc / "hosts").write_text("old2\n")
    answers = library.folder / "processes" / "infrastructure" / "decommission-server.answers.yaml"
    given = ("-i", f"configuration={etc}", "--yes", "--answers", answers, "--no-wait", "--json")
    done = library.call("run", "infrastructure/decommission-server", *given)
    off = {step["id"]: step["status"] for step in json.loads(done.stdout.splitlines()[-1])["steps"]}

    assert (named.state("cleared"), named.state("agree")) == ("failed", "cancelled"), named.text
    assert (off["off"], off["quiet-time"], off["wipe"]) == ("succeeded", "waiting", "pending"), done.stderr


@pytest.mark.skipif(os.geteuid() == 0, reason="root reads everything")
def test_what_can_not_be_read_is_named(library: Library, tmp_path: Path) -> None:
    (tmp_path / "etc" / "secret").mkdir(parents=True)
    (tmp_path / "etc" / "secret").chmod(0o000)

    found = said(library, "references.py", "find", tmp_path / "etc", "old1")

    assert found["unread"] == [str(tmp_path / "etc" / "secret")]


@pytest.mark.parametrize("look", ["updates", "boot", "services"])
def test_the_state_of_this_machine_can_be_read(library: Library, look: str) -> None:
    found = said(library, "host_state.py", look)

    assert found.get("count", 0) >= 0
    assert ("kernel" in found) == (look == "boot")


def tools(folder: Path, **scripts: str) -> dict[str, str]:
    """An environment in which only these programs are found, beside those that Python itself needs."""
    for name, script in scripts.items():
        (folder / name).write_text(f"#!/bin/sh\n{script}\n")
        (folder / name).chmod(0o755)
    return {**os.environ, "PATH": str(folder)}


DNF = """\
case "$*" in
  *needs-restarting*) echo "$REBOOT"; exit "$CODE" ;;
  *) echo; echo "bash.x86_64    5.2-1    updates"; exit 100 ;;
esac
"""


@pytest.mark.parametrize(
    ("scripts", "code", "about"),
    [
        ({"apt": "echo broken >&2; exit 100"}, 1, "ended with 100: broken"),
        ({"dnf": "exit 1"}, 1, "ended with 1"),
        ({"apk": "exit 99"}, 1, "ended with 99"),
        ({"zypper": "exit 0"}, 1, "by hand"),
        ({"dnf": DNF}, 0, ""),
        ({"apk": "echo 'bash-5.2-r0    < 5.2-r1'"}, 0, ""),
    ],
    ids=["apt fails", "dnf fails", "apk fails", "unknown", "dnf", "apk"],
)
def test_a_tool_that_fails_never_means_that_nothing_is_pending(
    library: Library, tmp_path: Path, scripts: dict[str, str], code: int, about: str
) -> None:
    (tmp_path / "bin").mkdir()
    command = [sys.executable, str(library.script("infrastructure/host_state.py")), "updates"]
    env = tools(tmp_path / "bin", **scripts)

    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)

    assert (done.returncode, done.stderr.count("\n")) == (code, code)
    assert about in done.stderr
    assert code or json.loads(done.stdout)["security"] == 1


@pytest.mark.parametrize(
    ("code", "text", "needed"),
    [(1, "Reboot is required to use them.", True), (0, "Reboot should not be necessary.", False), (1, "Odd.", None)],
)
def test_dnf_says_whether_a_restart_is_needed(
    library: Library, tmp_path: Path, code: int, text: str, needed: bool | None
) -> None:
    (tmp_path / "bin").mkdir()
    command = [sys.executable, str(library.script("infrastructure/host_state.py")), "boot"]
    env = {**tools(tmp_path / "bin", dnf=DNF), "REBOOT": text, "CODE": str(code)}

    done = subprocess.run(command, capture_output=True, text=True, env=env, check=False)

    assert (done.returncode == 0) == (needed is not None)
    assert needed is None or json.loads(done.stdout)["reboot_needed"] == needed


@pytest.mark.parametrize(
    ("installed", "newest"),
    [
        (["6.1.0-9-amd64", "6.1.0-13-amd64", "6.1.0-20-rt"], "6.1.0-13-amd64"),
        (["6.1.0-9-amd64"], "6.1.0-9-amd64"),
        ([], "6.1.0-9-amd64"),
    ],
)
def test_the_newest_kernel_of_the_same_flavour_counts(
    library: Library, tmp_path: Path, installed: list[str], newest: str
) -> None:
    for name in installed:
        (tmp_path / "modules" / name).mkdir(parents=True)
        (tmp_path / "modules" / name / "modules.dep").touch()
    library.spoil("infrastructure/host_state.py", 'Path("/lib/modules")', f'Path("{tmp_path}/modules")')
    library.spoil("infrastructure/host_state.py", "platform.release()", '"6.1.0-9-amd64"')

    found = said(library, "host_state.py", "boot")

    assert found["reboot_needed"] == (newest != "6.1.0-9-amd64")
    assert not found["reasons"] or newest in found["reasons"][-1]


def test_another_service_that_fails_is_new(library: Library, tmp_path: Path) -> None:
    (tmp_path / "bin").mkdir()
    library.spoil("infrastructure/host_state.py", 'Path("/run/systemd/system")', 'Path("/")')
    env = tools(tmp_path / "bin", systemctl="echo 'b.service loaded failed failed B'")

    assert said(library, "host_state.py", "services", '["a.service"]', env=env)["new"] == ["b.service"]
    assert said(library, "host_state.py", "services", '["b.service"]', env=env)["new"] == []
