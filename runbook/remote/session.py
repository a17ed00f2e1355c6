"""One session at one host: the way there, files to it, a script, files from it. What `asyncssh` is needed for.

Rule 1: whatever ends this, ends what was begun at the other side: its input is closed, which is its sign to stop.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, suppress
from typing import TYPE_CHECKING, Any

from runbook.kind import WorkFailed
from runbook.remote.script import GRACE, program

if TYPE_CHECKING:
    import asyncssh

LOST = 255
"""The exit code when the host could not be reached, or the connection was lost."""
KNOWN_HOSTS = ("~/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts")
_ALIVE, _MISSED = 15, 3
"""Seconds between two signs of life, and how many may be missing."""
_CHUNK = 1 << 16

Say = Callable[[str, bytes], Awaitable[None]]
"""Takes what came: `stdout` or `stderr`, and the bytes."""


async def carry_out(request: Mapping[str, Any], say: Say) -> None:
    """Do all that is asked of one host; `WorkFailed` says why it did not work, with the exit code."""
    try:
        import asyncssh
    except ImportError:  # an extra
        help = "pip install 'runbook-toolkit[ssh]'"
        raise WorkFailed("a step of the kind `ssh` needs the package asyncssh", help) from None
    async with AsyncExitStack() as stack:
        connection: asyncssh.SSHClientConnection | None = None
        for hop in (*request["via"], request["host"]):
            connection = await stack.enter_async_context(await _connected(hop, connection, request))
        assert connection is not None
        name = request["host"]["name"]
        try:
            await _at_the_host(connection, request, say)
        except asyncssh.SFTPError as error:
            raise WorkFailed(f"`{name}`: {error.reason or error}") from None
        except (asyncssh.Error, OSError) as error:
            raise WorkFailed(f"the connection to `{name}` was lost: {_words(error)}", exit_code=LOST) from None


async def _at_the_host(connection: asyncssh.SSHClientConnection, request: Mapping[str, Any], say: Say) -> None:
    from runbook.remote.copying import download, upload

    await upload(connection, request.get("upload", ()), request["root"], say)
    if "interpreter" in request:
        await _run(connection, request, say)
    await download(connection, request.get("download", ()), request["root"], say)


# -- the way there --------------------------------------------------------------------------------------


async def _connected(
    hop: Mapping[str, Any], tunnel: asyncssh.SSHClientConnection | None, request: Mapping[str, Any]
) -> asyncssh.SSHClientConnection:
    import asyncssh

    name, address, port = hop["name"], hop["address"], hop.get("port", 22)
    where = f"`{name}`" if name == address else f"`{name}` ({address})"
    files = _known_hosts_files(request)
    identity, last = hop.get("identity", ""), hop is request["host"]
    guard = _guard(asyncssh)
    try:
        trusted = asyncssh.read_known_hosts([path for path in files if os.path.exists(path)])
    except (OSError, ValueError) as error:
        raise WorkFailed(f"the known hosts in {files[0]} can't be read: {error}", exit_code=LOST) from None
    if identity:
        identity = os.path.join(request["root"], os.path.expanduser(identity))
        if not os.access(identity, os.R_OK):
            raise WorkFailed(f"the key `{hop['identity']}` can't be read", "see `identity`", LOST)
    try:
        return await asyncssh.connect(
            address,
            port,
            tunnel=tunnel or (),
            config=None,
            known_hosts=trusted,
            client_factory=lambda: guard,
            username=hop.get("user") or request["me"],
            client_keys=[identity] if identity else (),
            passphrase=request.get("passphrase"),
            password=request.get("password") if last else None,
            agent_path=None if identity else request.get("agent") or None,
            connect_timeout=request["connect_timeout"],
            login_timeout=request["connect_timeout"],
            keepalive_interval=_ALIVE,
            keepalive_count_max=_MISSED,
        )
    except asyncssh.HostKeyNotVerifiable as error:
        raise _not_verified(guard.shown, trusted, where, address, port, files[0], str(error)) from None
    except asyncssh.PermissionDenied:
        user = hop.get("user") or request["me"]
        help = "check `user` and `identity`, or load the key into the agent"
        raise WorkFailed(f"{where} did not let `{user}` in: permission denied", help, LOST) from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError) as error:
        raise WorkFailed(
            f"the key `{hop.get('identity', '')}` can't be used: {error}", "see `identity`", LOST
        ) from None
    except TimeoutError:
        waited = f"{request['connect_timeout']:g} s"
        raise WorkFailed(f"{where} did not answer within {waited}", "see `connect_timeout`", LOST) from None
    except (asyncssh.Error, OSError, ValueError) as error:
        raise WorkFailed(f"{where} can't be reached at port {port}: {_words(error)}", exit_code=LOST) from None


def _known_hosts_files(request: Mapping[str, Any]) -> list[str]:
    if request.get("known_hosts"):
        return [os.path.join(request["root"], request["known_hosts"])]
    return [os.path.expanduser(path) for path in KNOWN_HOSTS]


def _guard(asyncssh: Any) -> Any:
    """A client that trusts no key besides the known ones, and remembers the one that it was shown."""

    class Guard(asyncssh.SSHClient):  # type: ignore[misc]  # the module comes as an argument
        shown: Any = None

        def validate_host_public_key(self, host: str, addr: str, port: int, key: Any) -> bool:
            self.shown = key
            return False

    return Guard()


def _not_verified(key: Any, trusted: Any, where: str, address: str, port: int, file: str, why: str) -> WorkFailed:
    written = address if port == 22 else f"[{address}]:{port}"
    if key is None:  # it was refused before anybody was asked, such as one that has been revoked
        return WorkFailed(f"the host key of {where} is not trusted: {why}", "ask who looks after that host", LOST)
    shown = f"{key.get_algorithm()} {key.get_fingerprint()}"
    keys, authorities, *_ = trusted.match(address, "", None if port == 22 else port)
    if keys or authorities:
        help = (
            f"if it was set up anew, remove the old key with `ssh-keygen -R '{written}' -f {file}` and add the new "
            "one; otherwise somebody else answers in its place"
        )
        return WorkFailed(f"the host key of {where} has changed: it shows {shown}", help, LOST)
    help = (
        f"compare it with the host's own (`ssh-keygen -lf /etc/ssh/ssh_host_ed25519_key.pub` there), then add it: "
        f"`ssh-keyscan -p {port} {address} >> {file}`"
    )
    return WorkFailed(f"the host key of {where} is unknown: it shows {shown}", help, LOST)


def _words(error: BaseException) -> str:
    text = getattr(error, "reason", "") or getattr(error, "strerror", "") or str(error)
    return " ".join(str(text).split()) or type(error).__name__


# -- a script there -------------------------------------------------------------------------------------


async def _run(connection: asyncssh.SSHClientConnection, request: Mapping[str, Any], say: Say) -> None:
    shell = request["interpreter"]
    text = program(shell, request["script"], request["argv"], request["env"], request["cwd"], request.get("stdin"))
    process = await connection.create_process(f"{shell} -s", encoding=None)
    try:
        process.stdin.write(text.encode("utf-8", "surrogateescape"))
        await asyncio.gather(
            _passed_on("stdout", process.stdout, say),
            _passed_on("stderr", process.stderr, say),
        )
        await process.wait_closed()
    except asyncio.CancelledError:
        await _ended(process)
        raise
    signal = process.exit_signal
    if signal is not None:
        raise WorkFailed(f"ended by signal {signal[0]} at `{request['host']['name']}`", exit_code=128 + _number(signal))
    if process.exit_status is None:
        raise WorkFailed(f"the connection to `{request['host']['name']}` was lost", exit_code=LOST)
    if process.exit_status:
        raise WorkFailed("", exit_code=process.exit_status)


async def _passed_on(stream: str, source: Any, say: Say) -> None:
    while data := await source.read(_CHUNK):
        await say(stream, data)


async def _ended(process: Any) -> None:
    """Nobody wants it any more: it is told so, and given the time to end."""
    with suppress(Exception):
        process.stdin.write_eof()
        await asyncio.wait_for(process.wait_closed(), GRACE)


def _number(signal: Sequence[Any]) -> int:
    import signal as signals

    return int(getattr(signals, f"SIG{signal[0]}", 0))
