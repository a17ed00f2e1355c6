"""Secrets reach the program on the other machine, and are seen nowhere."""

from __future__ import annotations

import subprocess

import pytest

from tests.cli.test_cli_secrets import HEAD, TOKEN, left_behind
from tests.ssh.conftest import inventory
from tests.ssh.server import key

PHRASE = "open sesame"


@pytest.fixture
def sealed(reached):
    """A project as `reached` makes it, whose process has a secret in a file."""

    def sealed(steps: str, head: str = HEAD, secret: str = TOKEN, **options: object):
        desk = reached(steps, head, **options)
        (desk.folder / "token").write_text(f"{secret}\n")
        (desk.folder / "token").chmod(0o600)
        return desk

    return sealed


@pytest.mark.parametrize("hosts", ["host: web1", "hosts: {group: web}"], ids=["one", "many"])
def test_a_secret_reaches_environment_and_input_and_is_seen_nowhere(sealed, tmp_path, hosts):
    desk = sealed(
        f"""\
- id: a
  ssh:
    {hosts}
    env: {{TOKEN: 'x{{{{ secrets.token }}}}'}}
    stdin: 'in={{{{ secrets.token }}}}'
    run: |
      given=$(cat)
      echo "$TOKEN $given"
      test "$given" = "in=$(cat {tmp_path}/made/token)"
      test "$TOKEN" = "x$(cat {tmp_path}/made/token)"
      cat /proc/[0-9]*/cmdline > {tmp_path}/arguments || true
  outputs: {{all: stdout}}
"""
    )

    ran = desk.process("run", "g/one", "--yes")

    said = (ran.stdout + ran.stderr).decode()
    assert ran.returncode == 0, said
    assert "x*** in=***" in said
    assert b"s3cr3t" not in (tmp_path / "arguments").read_bytes()
    assert left_behind(desk.home, "s3cr3t") == []
    for words in (["events", "last", "--json"], ["record", "last"], ["status", "last", "--json"]):
        shown = desk.cli(*words).out
        assert "s3cr3t" not in shown
    record = desk.cli("record", "last").out
    assert "export TOKEN='x{{ secrets.token }}'" in record


@pytest.mark.parametrize(
    "fields",
    [
        "host: web1, command: [echo, '{{ secrets.token }}']",
        "host: '{{ secrets.token }}', run: ls",
        "hosts: ['{{ secrets.token }}'], run: ls",
        "host: web1, user: '{{ secrets.token }}', run: ls",
        "host: web1, via: '{{ secrets.token }}', run: ls",
        "host: web1, cwd: '{{ secrets.token }}', run: ls",
        "host: web1, run: 'echo {{ secrets.token }}'",
        "host: web1, identity: '{{ secrets.token }}', run: ls",
        "host: web1, upload: [{from: '{{ secrets.token }}', to: x}]",
        "host: web1, download: [{from: x, to: '{{ secrets.token }}'}]",
    ],
)
def test_a_secret_that_could_be_seen_is_refused_before_anything_runs(sealed, fields):
    desk = sealed(f"- {{id: a, ssh: {{{fields}}}}}\n")

    checked, ran = desk.cli("validate"), desk.cli("run", "g/one", "--yes")

    assert (checked.code, ran.code) == (1, 1)
    assert "RB280 misplaced-secret" in checked.out
    assert not (desk.home / "journal.db").exists()


@pytest.mark.parametrize("field", ["password", "passphrase"])
def test_what_opens_a_door_has_to_be_a_secret(sealed, field):
    desk = sealed(f"- {{id: a, ssh: {{host: web1, {field}: in the open, run: ls}}}}\n")

    checked = desk.cli("validate")

    assert checked.code == 1
    assert f"the `{field}` stands in the file for everybody to see" in checked.out


@pytest.mark.parametrize("given", [PHRASE, "wrong phrase"])
def test_a_key_is_opened_by_its_passphrase(sealed, server, tmp_path, given):
    locked = key(tmp_path / "locked", PHRASE)
    authorized = server.folder / "authorized"
    authorized.write_text(authorized.read_text() + locked.with_suffix(".pub").read_text())
    hosts = inventory(server, "web1").replace(str(server.identity), str(locked))
    desk = sealed(
        "- {id: a, ssh: {host: web1, passphrase: '{{ secrets.token }}', run: echo in}}\n", secret=given, hosts=hosts
    )

    ran = desk.process("run", "g/one", "--yes")

    said = (ran.stdout + ran.stderr).decode()
    assert ran.returncode == (0 if given == PHRASE else 1), said
    assert given not in said
    assert ("can't be used" in said) == (given != PHRASE)
    assert left_behind(desk.home, given) == []


def test_a_password_lets_in_and_goes_to_the_host_alone(sealed, tmp_path):
    """The other server, which has passwords: that of a library, as the system's would need an account."""
    import asyncio
    import threading

    import asyncssh

    asked: list[str] = []

    class Doors(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            asked.append(f"{username}:{password}")
            return (username, password) == ("deploy", TOKEN)

    async def handle(process: asyncssh.SSHServerProcess[str]) -> None:
        ran = subprocess.run(["sh", "-s"], input="echo in", capture_output=True, text=True, check=False)
        process.stdout.write(ran.stdout)
        process.exit(ran.returncode)

    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, daemon=True).start()
    host_key = asyncssh.generate_private_key("ssh-ed25519")

    async def listen() -> asyncssh.SSHAcceptor:
        return await asyncssh.create_server(Doors, "127.0.0.1", 0, server_host_keys=[host_key], process_factory=handle)

    acceptor = asyncio.run_coroutine_threadsafe(listen(), loop).result(10)
    try:
        port = acceptor.get_port()
        desk = sealed(
            "- {id: a, ssh: {host: web1, password: '{{ secrets.token }}', run: echo in}}\n",
            hosts=f"known_hosts: operations/known_hosts\ndefaults: {{user: deploy, port: {port}}}\n"
            "hosts: {web1: {address: 127.0.0.1}}\n",
            known=f"[127.0.0.1]:{port} {host_key.export_public_key().decode()}",
        )
        ran = desk.process("run", "g/one", "--yes")
    finally:
        loop.call_soon_threadsafe(acceptor.close)
        loop.call_soon_threadsafe(loop.stop)

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert asked == [f"deploy:{TOKEN}"]
    assert left_behind(desk.home, "s3cr3t") == []
