"""A server for all tests of a file, and a project whose hosts lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.test_cli_evidence import one
from tests.ssh.server import USER, Server, start


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """An OpenSSH server."""
    made = start(tmp_path_factory.mktemp("ssh") / "server")
    yield made
    made.stop()


def inventory(server: Server, *names: str, groups: str = "", more: str = "") -> str:
    """`operations/hosts.yaml` with these hosts, which are all the same server."""
    hosts = "".join(f"  {name}: {{address: 127.0.0.1}}\n" for name in names)
    usual = f"defaults: {{port: {server.port}, user: {USER}, identity: {server.identity}}}\n"
    grouped = f"groups:\n{groups}" if groups else ""
    return f"known_hosts: operations/known_hosts\n{usual}hosts:\n{hosts}{more}{grouped}"


@pytest.fixture
def reached(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: Server) -> Callable[..., Desk]:
    """A project with these steps, and hosts `web1` to `web3` in the group `web`, whose keys are known."""

    def reached(steps: str, head: str = "", known: str | None = None, hosts: str = "", parallel: int = 8) -> Desk:
        groups = "  web: [web1, web2, web3]\n"
        files = {
            **one(steps, head),
            "runbook.yaml": f"runbook: 1\ntitle: One\ndefaults: {{max_parallel: {parallel}}}\n",
            "operations/hosts.yaml": hosts or inventory(server, "web1", "web2", "web3", groups=groups),
            "operations/known_hosts": server.known() if known is None else known,
        }
        root = tmp_path / "made"
        for path, text in files.items():
            (root / path).parent.mkdir(parents=True, exist_ok=True)
            (root / path).write_text(text)
        monkeypatch.chdir(root)
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("RUNBOOK_HOME", str(tmp_path / "home"))
        monkeypatch.delenv("SSH_AUTH_SOCK", raising=False)
        return Desk(root, tmp_path / "home")

    return reached


def lines(path: Path) -> list[str]:
    """The lines of a file, none when it is not there."""
    return path.read_text().splitlines() if path.exists() else []
