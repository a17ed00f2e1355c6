"""The address that a server of ours listens at: looked up, and if it can't be had, why, and which can."""

from __future__ import annotations

import errno
import socket

from runbook.errors import Conflict, MachineRefuses, Misuse


def resolved(host: str, port: int) -> tuple[socket.AddressFamily, tuple[str, int]]:
    """The sort of address that a host has, and the address itself."""
    try:
        found = socket.getaddrinfo(host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)
    except (OSError, UnicodeError, OverflowError):
        raise Misuse(f"there is no host `{host}` here", "name an address of this machine with --host") from None
    family, _, _, _, place = found[0]
    return family, (str(place[0]), port)


def refusal(error: OSError | OverflowError, host: str, port: int) -> Exception:
    """Why a port can't be had, and what can."""
    if isinstance(error, OverflowError):
        return Misuse(f"{port} is no port", "name one from 1 to 65535, or 0 for any that is free")
    if error.errno == errno.EADDRINUSE:
        free = next((each for each in range(port + 1, min(port + 100, 65_536)) if _is_free(host, each)), 0)
        return Conflict(f"port {port} of {host} is in use", f"name another one: --port {free}")
    if error.errno == errno.EADDRNOTAVAIL:
        return Misuse(f"{host} is no address of this machine", "name one of its own with --host")
    if error.errno in (errno.EACCES, errno.EPERM):
        return MachineRefuses(f"port {port} of {host} is only for administrators", "name another one: --port 8000")
    return MachineRefuses(f"port {port} of {host} can't be had: {error.strerror}", "name another one with --port")


def _is_free(host: str, port: int) -> bool:
    family, place = resolved(host, port)
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(place)
        except OSError:
            return False
    return True
