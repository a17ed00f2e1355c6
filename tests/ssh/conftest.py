"""A server for all tests of a file, and a project whose hosts lead to it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Desk
from tests.cli.conftest import project as project
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
    return f"{usual}hosts:\n{hosts}{more}" + (f"groups:\n{groups}" if groups else "")


@pytest.fixture
def reached(project, server: Server) -> Callable[..., Desk]:
    """A project with these steps, and hosts `web1` to `web3` in the group `web`, whose keys are known."""

    def reached(steps: str, head: str = "", known: str | None = None, more: str = "", parallel: int = 8) -> Desk:
        groups = "  web: [web1, web2, web3]\n"
        desk: Desk = project(
            {
                **one(steps, head),
                "operations/hosts.yaml": inventory(server, "web1", "web2", "web3", groups=groups, more=more),
                "operations/known_hosts": server.known() if known is None else known,
            }
        )
        definition = (desk.folder / "runbook.yaml").read_text()
        (desk.folder / "runbook.yaml").write_text(f"{definition}defaults: {{max_parallel: {parallel}}}\n")
        return desk

    return reached


def lines(path: Path) -> list[str]:
    """The lines of a file, none when it is not there."""
    return path.read_text().splitlines() if path.exists() else []
