"""Take a server out of the pool of a load balancer and put it back: the `upstream` block of an nginx configuration.

A server that is out carries the word `down`. The file is replaced in one move; telling the load balancer to read it
again is a step of its own.

Usage: pool.py sample FILE
       pool.py show FILE
       pool.py out FILE HOST LEAST      (LEAST servers must stay in)
       pool.py in FILE HOST
       pool.py connections PORT         (open connections to a port of this machine)
"""

from __future__ import annotations

import json
import os
import re
import sys
from pathlib import Path

SAMPLE = """\
upstream shop {
    server web1:8080 weight=2;
    server web2:8080 weight=2;
    server web3:8080;
}
"""
SERVER = re.compile(r"^(?P<before>\s*server\s+)(?P<host>[\w.-]+)(?P<port>:\d+)?(?P<words>[^;#]*);", re.M)
ESTABLISHED = "01"


def servers(text: str) -> dict[str, bool]:
    """Every server, and whether it is in."""
    return {found["host"]: "down" not in found["words"].split() for found in SERVER.finditer(text)}


def show(text: str) -> dict:
    """The servers that are in, and those that are out."""
    found = servers(text)
    if not found:
        sys.exit("the file has no `server` line")
    return {
        "in": [host for host, is_in in found.items() if is_in],
        "out": [h for h, is_in in found.items() if not is_in],
    }


def mark(path: Path, host: str, out: bool) -> dict:
    """The server out or in, everything else in the file as it was."""
    text = path.read_text(encoding="utf-8")
    if host not in servers(text):
        sys.exit(f"{path} has no server {host}; it has {', '.join(servers(text))}")

    def line(found: re.Match[str]) -> str:
        if found["host"] != host:
            return found[0]
        words = [word for word in found["words"].split() if word != "down"] + (["down"] if out else [])
        return f"{found['before']}{host}{found['port'] or ''}{''.join(f' {word}' for word in words)};"

    draft = path.with_name(f".{path.name}.new")
    draft.write_text(SERVER.sub(line, text), encoding="utf-8")
    os.replace(draft, path)
    return {"host": host, **show(path.read_text(encoding="utf-8"))}


def take_out(path: Path, host: str, least: int) -> dict:
    """The server out, when enough others stay in."""
    left = [each for each in show(path.read_text(encoding="utf-8"))["in"] if each != host]
    if len(left) < least:
        sys.exit(f"only {len(left)} servers would stay in, and {least} are needed")
    return mark(path, host, out=True)


def connections(port: int) -> dict:
    """Open connections to a port of this machine, as the kernel lists them."""
    count = 0
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        if os.path.exists(table):
            rows = [line.split() for line in Path(table).read_text().splitlines()[1:]]
            count += sum(1 for row in rows if int(row[1].rpartition(":")[2], 16) == port and row[3] == ESTABLISHED)
    return {"port": port, "open": count}


def main() -> None:
    """Print the answer as JSON."""
    needed = {"sample": 1, "show": 1, "out": 3, "in": 2, "connections": 1}
    verb, given = (sys.argv[1] if len(sys.argv) > 1 else ""), sys.argv[2:]
    if needed.get(verb) != len(given):
        sys.exit("usage: pool.py sample FILE | show FILE | out FILE HOST LEAST | in FILE HOST | connections PORT")
    path = Path(given[0])
    if verb == "connections":
        print(json.dumps(connections(int(given[0]))))
    elif verb == "sample":
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(SAMPLE, encoding="utf-8")
        print(json.dumps(show(SAMPLE)))
    elif not path.is_file():
        sys.exit(f"{path} is not there")
    elif verb == "show":
        print(json.dumps(show(path.read_text(encoding="utf-8"))))
    else:
        print(json.dumps(take_out(path, given[1], int(given[2])) if verb == "out" else mark(path, given[1], out=False)))


if __name__ == "__main__":
    main()
