"""A real PostgreSQL server for the tests that need one: made in a folder of its own, on loopback, taken away after."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

PASSWORD = "pa'ss w@rd/:%"
"""Of the user `runbook`: with everything that could be taken for a part of something else."""


@dataclass(frozen=True)
class Postgres:
    """Where the server is, and who may log in."""

    host: str
    port: int
    folder: Path
    database: str = "postgres"
    user: str = "runbook"
    password: str = PASSWORD

    @property
    def reached(self) -> dict[str, Any]:
        """What a step says to reach it, but for the password."""
        return {"host": self.host, "port": self.port, "database": self.database, "user": self.user}

    def run(self, statement: str) -> list[tuple[Any, ...]]:
        """A statement, and what it gives."""
        import psycopg

        given = {"host": self.host, "port": self.port, "dbname": self.database, "user": self.user}
        with psycopg.connect(**given, password=self.password) as connection:
            cursor = connection.execute(statement.encode())
            return cursor.fetchall() if cursor.description else []


def programs() -> Path:
    """The folder with `initdb` and `pg_ctl`."""
    asked = shutil.which("pg_config")
    said = subprocess.run([asked, "--bindir"], capture_output=True, text=True, check=False).stdout if asked else ""
    folders = [said.strip()] if said.strip() else []
    folders += [str(each) for each in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)]
    folders += os.environ["PATH"].split(os.pathsep)
    for each in folders:
        if all(os.access(Path(each) / name, os.X_OK) for name in ("initdb", "pg_ctl")):
            return Path(each)
    pytest.fail("`initdb` and `pg_ctl` are not there: install the package `postgresql`, as `.ci/run` does")


def other_user() -> dict[str, Any]:
    """How a program is started by somebody who is not root, whom PostgreSQL refuses."""
    if os.geteuid():
        return {}
    known = {each.pw_name: each for each in pwd.getpwall()}
    found = known.get("postgres") or known["nobody"]
    return {"user": found.pw_uid, "group": found.pw_gid, "extra_groups": []}


def free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """The server; its certificate for 127.0.0.1 stands in its folder as `cert.pem`."""
    found, user = programs(), other_user()
    folder = Path(tempfile.mkdtemp(prefix="runbook-pg-"))  # not below pytest's own, which others may not enter
    (folder / "password").write_text(PASSWORD)
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    for path in (folder, *folder.iterdir()):
        if user:
            os.chown(path, user["user"], user["group"])
        path.chmod(0o700 if path.is_dir() else 0o600)

    def call(name: str, *words: str) -> subprocess.CompletedProcess[str]:
        log = folder / "said"
        with log.open("w") as said:  # a file: the server keeps it open, and a pipe would never end
            ended = subprocess.run([found / name, *words], cwd=folder, stdout=said, stderr=said, check=False, **user)
        return subprocess.CompletedProcess(ended.args, ended.returncode, log.read_text())

    try:
        made = call("initdb", "-D", "data", "-U", "runbook", "-A", "scram-sha-256", "--pwfile=password", "--no-sync",
                    "-E", "UTF8", "--no-locale")  # fmt: skip
        assert made.returncode == 0, made.stdout
        for _ in range(5):  # somebody else may take the port first
            port = free_port()
            settings = {
                "port": port, "listen_addresses": "127.0.0.1", "unix_socket_directories": folder, "fsync": "off",
                "ssl": "on", "ssl_cert_file": folder / "cert.pem", "ssl_key_file": folder / "key.pem",
                "max_connections": 20, "shared_buffers": "16MB",
            }  # fmt: skip
            options = " ".join(f"-c {name}={value}" for name, value in settings.items())
            started = call("pg_ctl", "-D", "data", "-w", "-l", "log", "-o", options, "start")
            if started.returncode == 0:
                break
        assert started.returncode == 0, (folder / "log").read_text()
        yield Postgres("127.0.0.1", port, folder)
    finally:
        call("pg_ctl", "-D", "data", "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)
