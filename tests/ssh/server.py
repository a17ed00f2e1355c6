"""A real OpenSSH server on a free port of this machine, with keys and a configuration of its own."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from tests.waiting import PATIENCE

SSHD = shutil.which("sshd") or "/usr/sbin/sshd"
USER = getpass.getuser()

CONFIG = """\
ListenAddress 127.0.0.1
Port {port}
HostKey {folder}/host
PidFile none
AuthorizedKeysFile {folder}/authorized
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin prohibit-password
Subsystem sftp internal-sftp
MaxStartups 200:30:400
MaxSessions 200
PerSourceMaxStartups none
LogLevel VERBOSE
"""


def key(path: Path, passphrase: str = "") -> Path:
    """A new pair of keys."""
    call = ["ssh-keygen", "-q", "-t", "ed25519", "-N", passphrase, "-C", path.name, "-f", str(path)]
    subprocess.run(call, check=True)
    return path


@dataclass
class Server:
    """A server that runs, and what a client has to know of it."""

    folder: Path
    port: int
    process: subprocess.Popen[bytes]

    @property
    def identity(self) -> Path:
        """The private key of whoever may log in."""
        return self.folder / "user"

    @property
    def log(self) -> str:
        """What the server has said."""
        return (self.folder / "log").read_text()

    def known(self, *names: str) -> str:
        """The lines of a file of known hosts that know this server, by its address or by names."""
        public = (self.folder / "host.pub").read_text().split()[:2]
        return "".join(f"[{name}]:{self.port} {' '.join(public)}\n" for name in names or ("127.0.0.1",))

    def sessions(self) -> list[int]:
        """The processes that hold a connection each."""
        own = str(self.process.pid)
        return [int(pid) for pid in Path("/proc", own, "task", own, "children").read_text().split()]

    def stop(self) -> None:
        """End it."""
        self.process.terminate()
        self.process.wait(PATIENCE)


def start(folder: Path) -> Server:
    """A server with new keys, in a folder of its own, that takes connections when this returns."""
    folder.mkdir(parents=True)
    key(folder / "host")
    key(folder / "user")
    shutil.copy(folder / "user.pub", folder / "authorized")
    if os.geteuid() == 0:  # what it was built with, and no configuration changes
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    for _ in range(5):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        (folder / "config").write_text(CONFIG.format(port=port, folder=folder))
        with (folder / "log").open("wb") as log:
            process = subprocess.Popen(
                [SSHD, "-D", "-e", "-f", str(folder / "config")], stdin=subprocess.DEVNULL, stdout=log, stderr=log
            )
        if _answers(port, process):
            return Server(folder, port, process)
    raise AssertionError((folder / "log").read_text())


def _answers(port: int, process: subprocess.Popen[bytes]) -> bool:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), 1) as line:
            if line.recv(4) == b"SSH-":
                return True
        time.sleep(0.01)
    return False
