"""Take a server out of the pool of a load balancer and put it back: the `upstream` blocks of an nginx configuration.

A server that is out carries the word `down`. The file is replaced in one move, with its owner and its rights; telling
the load balancer to read it again is a step of its own.

Usage: pool.py sample FILE
       pool.py show FILE
       pool.py out FILE HOST LEAST      (LEAST servers must stay in, in every block that names the host)
       pool.py in FILE HOST
       pool.py connections FILE HOST    (open connections of this machine to the host, at its ports in the file)
"""

from __future__ import annotations

import contextlib
import fcntl
import ipaddress
import json
import os
import re
import socket
import sys
from collections.abc import Iterator
from pathlib import Path

SAMPLE = """\
upstream shop {
    server 127.0.0.11:47811 weight=2;
    server 127.0.0.12:47811 weight=2;
    server 127.0.0.13:47811;
}
"""
SERVER = re.compile(r"^(?P<before>\s*server\s+)(?P<host>[\w.-]+)(?P<port>:\d+)?(?P<words>[^;#]*);", re.M)
BLOCK = re.compile(r"^\s*upstream\s+\S+\s*\{(?P<body>[^{}]*)\}", re.M)
ESTABLISHED = "01"


def servers(text: str) -> dict[str, bool]:
    """Every server, and whether it is in; one with several ports is in when one of them is."""
    found: dict[str, bool] = {}
    for each in SERVER.finditer(text):
        found[each["host"]] = found.get(each["host"], False) or "down" not in each["words"].split()
    return found


def show(text: str) -> dict:
    """The servers that are in, and those that are out."""
    found = servers(text)
    if not found:
        sys.exit("the file has no `server` line")
    return {
        "in": [host for host, is_in in found.items() if is_in],
        "out": [h for h, is_in in found.items() if not is_in],
    }


def mark(path: Path, host: str, out: bool, least: int = 0) -> dict:
    """The server out or in, everything else in the file as it was; refused when too few would stay in."""
    with alone(path):
        text = path.read_text(encoding="utf-8")
        if host not in servers(text):
            sys.exit(f"{path} has no server {host}; it has {', '.join(servers(text))}")

        def line(found: re.Match[str]) -> str:
            if found["host"] != host:
                return found[0]
            words = [word for word in found["words"].split() if word != "down"] + (["down"] if out else [])
            return f"{found['before']}{host}{found['port'] or ''}{''.join(f' {word}' for word in words)};"

        new = SERVER.sub(line, text)
        for block in [each["body"] for each in BLOCK.finditer(new)] or [new]:
            left = sum(servers(block).values())
            if host in servers(block) and left < least:
                sys.exit(f"only {left} servers would stay in, and {least} are needed")
        write(path, new)
        return {"host": host, **show(new)}


@contextlib.contextmanager
def alone(path: Path) -> Iterator[None]:
    """Nobody else changes the file meanwhile."""
    with path.with_name(f".{path.name}.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def write(path: Path, text: str) -> None:
    """The file anew in one move, with the owner and the rights it had."""
    draft, before = path.with_name(f".{path.name}.{os.getpid()}.new"), path.stat()
    try:
        draft.write_text(text, encoding="utf-8")
        if (draft.stat().st_uid, draft.stat().st_gid) != (before.st_uid, before.st_gid):
            os.chown(draft, before.st_uid, before.st_gid)
        draft.chmod(before.st_mode & 0o7777)
        os.replace(draft, path)
    finally:
        draft.unlink(missing_ok=True)


def connections(text: str, host: str) -> dict:
    """Open connections of this machine whose far end is the host, as the kernel lists them."""
    ports = {int((each["port"] or ":80")[1:]) for each in SERVER.finditer(text) if each["host"] == host}
    if not ports:
        sys.exit(f"the file has no server {host}")
    far_ends = {
        (ipaddress.ip_address(address[4][0]), port)
        for port in ports
        for address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    }
    tables = [each for each in ("/proc/net/tcp", "/proc/net/tcp6") if os.path.exists(each)]
    if not tables:
        sys.exit("this machine does not list its connections in /proc/net")
    rows = [line.split() for table in tables for line in Path(table).read_text().splitlines()[1:]]
    count = sum(1 for row in rows if row[3] == ESTABLISHED and far_end(row[2]) in far_ends)
    return {"host": host, "ports": sorted(ports), "open": count}


def far_end(text: str) -> tuple[object, int]:
    """Address and port from the notation of the kernel: words of four bytes, each in the order of the machine."""
    address, _, port = text.rpartition(":")
    words = [int(address[n : n + 8], 16).to_bytes(4, sys.byteorder) for n in range(0, len(address), 8)]
    found = ipaddress.ip_address(b"".join(words))
    return getattr(found, "ipv4_mapped", None) or found, int(port, 16)


def main() -> None:
    """Print the answer as JSON."""
    needed = {"sample": 1, "show": 1, "out": 3, "in": 2, "connections": 2}
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if needed.get(verb) != len(given) or (verb == "out" and not given[2].isdigit()):
        sys.exit("usage: pool.py sample FILE | show FILE | out FILE HOST LEAST | in FILE HOST | connections FILE HOST")
    path = Path(given[0]).resolve()
    try:
        if verb == "sample":
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(SAMPLE, encoding="utf-8")
        text = path.read_text(encoding="utf-8")
        if verb in ("sample", "show"):
            found = show(text)
        elif verb == "connections":
            found = connections(text, given[1])
        else:
            found = mark(path, given[1], verb == "out", *(int(each) for each in given[2:]))
    except (OSError, ValueError) as error:
        sys.exit(f"{verb} failed: {error}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
