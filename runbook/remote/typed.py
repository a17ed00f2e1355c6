"""What a person types to do the same: the commands of OpenSSH, as they can be copied into a terminal."""

from __future__ import annotations

import shlex
from collections.abc import Mapping, Sequence
from typing import Any

from runbook.remote.endpoint import Endpoint
from runbook.remote.script import copied


def as_typed(way: Sequence[Endpoint], request: Mapping[str, Any], text: str) -> str:
    """The commands, one for each file that is copied and one for the script (`text`), in their order."""
    host, options = way[-1], _options(way, request)
    port = [] if host.port == 22 else [str(host.port)]
    there = (f"{host.user}@" if host.user else "") + _bracketed(host.address)
    scp = ["scp", *options, *(["-P", *port] if port else []), "--"]
    lines = [shlex.join([*scp, f"./{each['from']}", f"{there}:{each['to']}"]) for each in request.get("upload", ())]
    if "interpreter" in request:
        ports = ["-p", *port] if port else []
        call = shlex.join(["ssh", *options, *ports, host.login, f"{request['interpreter']} -s"])
        lines.append(copied(call, text))
    lines += [shlex.join([*scp, f"{there}:{each['from']}", f"./{each['to']}"]) for each in request.get("download", ())]
    return "\n".join(lines)


def _options(way: Sequence[Endpoint], request: Mapping[str, Any]) -> list[str]:
    options: list[str] = []
    if way[:-1]:
        options += ["-J", ",".join(_jump(each) for each in way[:-1])]
    if way[-1].identity:
        options += ["-i", way[-1].identity]
    if "known_hosts" in request:
        options += ["-o", f"UserKnownHostsFile={request['known_hosts']}"]
    return options


def _jump(hop: Endpoint) -> str:
    user = f"{hop.user}@" if hop.user else ""
    return user + _bracketed(hop.address) + ("" if hop.port == 22 else f":{hop.port}")


def _bracketed(address: str) -> str:
    return f"[{address}]" if ":" in address else address
