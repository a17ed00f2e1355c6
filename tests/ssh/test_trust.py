"""Who is spoken to, and who is not: keys of hosts, keys of users, the way through others."""

from __future__ import annotations

import shutil
import socket
import subprocess

import pytest

from tests.ssh.conftest import inventory, lines
from tests.ssh.server import key, start
from tests.waiting import PATIENCE

STEP = "- {{id: a, ssh: {{{host}, run: 'echo reached >> {to}/reached'}}}}\n"


@pytest.fixture
def step(tmp_path):
    """A step that leaves a line when it has come there."""
    return STEP.format(host="host: web1", to=tmp_path)


@pytest.fixture(params=["host: web1", "hosts: [web1]"], ids=["one", "many"])
def either(request, tmp_path):
    """The same, for one host alone, and as one of many, whose connections are held in another process."""
    return STEP.format(host=request.param, to=tmp_path)


def reason(desk) -> str:
    """Why it failed, with what was said beside it."""
    ran = desk.process("run", "g/one", "--yes")
    assert ran.returncode == 1, ran.stdout
    return " ".join((ran.stdout + ran.stderr).decode().split())


def test_a_host_whose_key_is_unknown_is_not_spoken_to(reached, either, server, tmp_path):
    desk = reached(either, known="")

    said = reason(desk)

    assert "the host key of `web1` (127.0.0.1) is unknown: it shows ssh-ed25519 SHA256:" in said
    assert f"`ssh-keyscan -p {server.port} 127.0.0.1 >> " in said
    assert lines(tmp_path / "reached") == []


def test_what_the_remedy_says_is_a_remedy(reached, step, server, tmp_path):
    desk = reached(step, known="")
    reason(desk)

    with (desk.folder / "operations/known_hosts").open("w") as known:
        subprocess.run(
            ["ssh-keyscan", "-p", str(server.port), "127.0.0.1"], stdout=known, stderr=subprocess.DEVNULL, check=True
        )

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert lines(tmp_path / "reached") == ["reached"]


def test_a_host_whose_key_has_changed_is_not_spoken_to(reached, either, server, tmp_path):
    other = key(tmp_path / "other").with_suffix(".pub").read_text()
    desk = reached(either, known=f"[127.0.0.1]:{server.port} {other}")

    said = reason(desk)

    assert "the host key of `web1` (127.0.0.1) has changed: it shows ssh-ed25519 SHA256:" in said
    assert "otherwise somebody else answers in its place" in said
    assert lines(tmp_path / "reached") == []


def test_a_revoked_key_is_not_taken(reached, either, server, tmp_path):
    desk = reached(either, known=server.known() + "@revoked " + server.known())

    assert "is not trusted: Host key is revoked" in reason(desk)
    assert lines(tmp_path / "reached") == []


@pytest.mark.parametrize("known", ["missing", "garbled"])
def test_without_known_hosts_nobody_is_known(reached, step, known, tmp_path):
    desk = reached(step, known="this is no key\n")
    if known == "missing":
        (desk.folder / "operations/known_hosts").unlink()

    said = reason(desk)

    assert "is unknown" in said or "can't be read" in said
    assert lines(tmp_path / "reached") == []


def test_the_known_hosts_of_the_user_are_taken_when_the_project_names_none(reached, step, server, tmp_path):
    hosts = inventory(server, "web1").replace("known_hosts: operations/known_hosts\n", "")
    desk = reached(step, hosts=hosts)
    assert "is unknown" in reason(desk)

    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/known_hosts").write_text(server.known())

    assert desk.process("run", "g/one", "--yes").returncode == 0


def test_known_hosts_outside_of_the_project_are_refused(reached, step):
    desk = reached(step)
    hosts = (desk.folder / "operations/hosts.yaml").read_text()
    (desk.folder / "operations/hosts.yaml").write_text(hosts.replace("operations/known", "../known"))

    checked = desk.cli("validate")

    assert checked.code == 1
    assert "`../known_hosts` is outside the project" in checked.out


def test_a_user_who_may_not_log_in_is_told_so(reached, step, server, tmp_path):
    other = key(tmp_path / "stranger")
    desk = reached(step, hosts=inventory(server, "web1").replace(str(server.identity), str(other)))

    assert "did not let `" in (said := reason(desk))
    assert "permission denied" in said
    assert "check `user` and `identity`" in said


def test_a_key_of_the_agent_is_used_when_none_is_named(reached, either, server, tmp_path, monkeypatch):
    desk = reached(either, hosts=inventory(server, "web1").replace(f", identity: {server.identity}", ""))
    agent = subprocess.Popen(
        ["ssh-agent", "-D", "-a", str(tmp_path / "agent")], stdout=subprocess.PIPE, text=True
    )  # it says where it listens when it does
    try:
        assert agent.stdout is not None
        agent.stdout.readline()
        monkeypatch.setenv("SSH_AUTH_SOCK", str(tmp_path / "agent"))
        subprocess.run(["ssh-add", "-q", str(server.identity)], check=True)

        ran = desk.process("run", "g/one", "--yes")
    finally:
        agent.terminate()
        agent.wait(PATIENCE)

    assert ran.returncode == 0, ran.stdout
    assert lines(tmp_path / "reached") == ["reached"]


def test_a_key_that_is_not_there_is_named(reached, step, server):
    desk = reached(step, hosts=inventory(server, "web1").replace(str(server.identity), "keys/none"))

    assert "the key `keys/none` can't be read" in reason(desk)


def test_a_host_where_nobody_answers_is_told_at_once(reached, step, server):
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    desk = reached(step, hosts=inventory(server, "web1").replace(f"port: {server.port}", f"port: {port}"))

    assert f"`web1` (127.0.0.1) can't be reached at port {port}" in reason(desk)


def test_a_host_that_says_nothing_is_given_up_after_a_while(reached, server, tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        hosts = inventory(server, "web1").replace(f"port: {server.port}", f"port: {silent.getsockname()[1]}")
        desk = reached("- {id: a, ssh: {host: web1, run: ls, connect_timeout: 1s}}\n", hosts=hosts)

        assert "did not answer within 1 s" in reason(desk)


@pytest.mark.parametrize("trusted", [True, False])
def test_a_host_is_reached_through_another_whose_key_is_checked_as_well(
    reached, either, server, tmp_path, tmp_path_factory, trusted
):
    bastion = start(tmp_path_factory.mktemp("bastion") / "server")
    try:
        shutil.copy(server.folder / "user.pub", bastion.folder / "authorized")
        hosts = inventory(server, "web1").replace("web1: {", "web1: {via: gate, ")
        hosts += f"  gate: {{address: localhost, port: {bastion.port}}}\n"
        known = server.known() + (bastion.known("localhost") if trusted else "")
        desk = reached(either, hosts=hosts, known=known)

        ran = desk.process("run", "g/one", "--yes")
    finally:
        bastion.stop()

    if trusted:
        assert ran.returncode == 0, ran.stdout
        assert "Accepted publickey" in bastion.log
        assert lines(tmp_path / "reached") == ["reached"]
    else:
        assert b"the host key of `gate` (localhost) is unknown" in ran.stdout + ran.stderr
        assert lines(tmp_path / "reached") == []


def test_nothing_of_the_users_own_configuration_turns_the_check_off(reached, either, tmp_path):
    desk = reached(either, known="")
    (tmp_path / ".ssh").mkdir()
    (tmp_path / ".ssh/config").write_text("Host *\n  StrictHostKeyChecking no\n  UserKnownHostsFile /dev/null\n")

    assert "is unknown" in reason(desk)
    assert lines(tmp_path / "reached") == []


def test_the_usual_key_of_the_user_is_used_when_there_is_no_agent(reached, step, server, tmp_path):
    desk = reached(step, hosts=inventory(server, "web1").replace(f", identity: {server.identity}", ""))
    (tmp_path / ".ssh").mkdir(mode=0o700)
    shutil.copy(server.identity, tmp_path / ".ssh/id_ed25519")

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert lines(tmp_path / "reached") == ["reached"]
