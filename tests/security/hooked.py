"""The receiver of webhooks under attack: what is sent to it, how it is signed, and whether it was believed."""

from __future__ import annotations

import hashlib
import hmac
import itertools
import json
import sqlite3
import time
from base64 import b64encode
from contextlib import closing
from dataclasses import dataclass, replace

from tests.operations.ticket_server import Clock, Tickets
from tests.security.attempt import Outcome, succeeded
from tests.security.ground import Ground
from tests.security.served import Served, serve, status

SYSTEMS = ("jira", "github", "gitlab", "webhook")
SECRETS = {each: f"secret-of-{each}" for each in SYSTEMS}
SIGNED_BY = {"jira": "X-Hub-Signature", "github": "X-Hub-Signature-256", "gitlab": "X-Gitlab-Token"}
OTHERS = {
    "silent": ("jira", "poll", "HOOK_JIRA"),
    "unset": ("jira", "webhook", "HOOK_UNSET"),
    "empty": ("jira", "webhook", "HOOK_EMPTY"),
    "bare": ("webhook", "webhook", "HOOK_BARE"),
}
"""Integrations that take nothing: none is told to, or none has a secret that anybody would need."""
TAKEN = "what was not from them was written down"


@dataclass(frozen=True)
class Delivery:
    """What is sent to the receiver."""

    headers: tuple[tuple[str, str], ...]
    body: bytes
    path: str = "/jira"
    method: str = "POST"

    def but(self, **headers: str | None) -> Delivery:
        """The same with other headers; None takes one away."""
        given = {name.replace("_", "-").lower(): value for name, value in headers.items()}
        kept = tuple(each for each in self.headers if each[0].lower() not in given)
        more = tuple((name, value) for name, value in given.items() if value is not None)
        return replace(self, headers=kept + more)

    @property
    def raw(self) -> bytes:
        """The bytes of the request."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: localhost"]
        lines += [f"{name}: {value}" for name, value in self.headers]
        if not any(name.lower() in ("content-length", "transfer-encoding") for name, _ in self.headers):
            lines.append(f"Content-Length: {len(self.body)}")
        return "\r\n".join(lines).encode() + b"\r\n\r\n" + self.body


def hub(secret: str, body: bytes) -> str:
    """A signature as Jira and GitHub send it."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


def standard(secret: bytes, id: str, at: str, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks."""
    signed = hmac.new(secret, f"{id}.{at}.".encode() + body, hashlib.sha256).digest()
    return {"webhook-id": id, "webhook-timestamp": at, "webhook-signature": f"v1,{b64encode(signed).decode()}"}


_NUMBERS = itertools.count(1)


def signed(system: str, body: bytes, id: str = "", at: str = "", secret: str | None = None) -> Delivery:
    """A delivery of this body that is signed as it has to be; each has an id of its own."""
    id = id or f"id-{next(_NUMBERS)}"
    secret = SECRETS[system] if secret is None else secret
    if system == "webhook":
        headers = standard(secret.encode(), id, at or str(int(time.time())), body)
    elif system == "gitlab":
        headers = {"X-Gitlab-Token": secret, "Idempotency-Key": id}
    else:
        named = "X-GitHub-Delivery" if system == "github" else "X-Atlassian-Webhook-Identifier"
        headers = {SIGNED_BY[system]: hub(secret, body), named: id}
    return Delivery((("Content-Type", "application/json"), *headers.items()), body, f"/{system}")


def told(system: str, title: str = "Owned", at: float | None = None, **more: object) -> bytes:
    """What a system would say of the ticket of our item; never twice the same."""
    now = int(time.time() if at is None else at)
    title = f"{title} {next(_NUMBERS)}"
    if system == "webhook":
        data = {"key": f"rb-{system}", "ref": "1", "version": str(now), "fields": {"title": title}}
        return json.dumps({"type": "ticket.changed", "timestamp": str(now), "data": data, **more}).encode()
    tickets = Tickets(Clock(now))
    tickets.tells = system
    tickets.add(title, "", [f"rb-{system}"])
    return json.dumps({**json.loads(tickets.told[0].body), **more}).encode()


def prepared(ground: Ground) -> Served:
    """The receiver, with an item that has a ticket in each system; what is slow has begun."""
    if "served" in ground.kept:
        return ground.kept["served"]
    files = {name: (name, "webhook", f"HOOK_{name.upper()}") for name in SYSTEMS} | OTHERS
    for name, (type, mode, variable) in files.items():
        given = {"type": type, "url": "https://127.0.0.1:1", "auth": {"env": "ATTACK_AUTH"}, "own": {"title": "ticket"}}
        project = {} if type == "webhook" else {"project": "ops/desk" if type != "jira" else "OPS"}
        inbound = {"mode": mode, "secret_env": variable}
        ground.project({f"operations/integrations/{name}.yaml": json.dumps({**given, **project, "inbound": inbound})})
    for system in SYSTEMS:
        id = ground.cli("item", "open", f"Item of {system}", "--out-of-scope", "--json").json["id"]
        _link(ground, id, system)
    secrets = {f"HOOK_{name.upper()}": secret for name, secret in SECRETS.items()}
    served = serve(
        ground, "integration", "serve", **secrets, ATTACK_AUTH="x", HOOK_EMPTY="", HOOK_BARE="whsec_"
    )  # fmt: skip
    begun = signed("jira", told("jira")).raw
    served.drip(
        {
            "nothing": b"", "a first line": b"POST /ji", "a head": b"POST /jira HTTP/1.1\r\nX-A: ",
            "a body": begun[:-20].replace(b"Content-Length: ", b"Content-Length: 1"),
            "a body that is too long": b"POST /jira HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n",
        },
        held=16,
    )  # fmt: skip
    ground.kept["served"] = served
    return served


def _link(ground: Ground, id: str, system: str) -> None:
    """Have the item be a ticket there already."""
    from runbook import app
    from runbook.run.events import Event

    about = {"integration": system, "key": f"rb-{system}"}
    ref = "OPS-1" if system == "jira" else "1"
    app.worklist(app.Workspace(ground.root, home_folder=ground.home)).record(id, [
        Event("TicketIntended", data={**about, "purpose": system, "draft": {}}),
        Event("TicketLinked", data={**about, "ref": ref, "version": "0", "closed": False, "values": {}}),
    ])  # fmt: skip


def kept(ground: Ground) -> int:
    """How many deliveries were written down."""
    with closing(sqlite3.connect(ground.home / "journal.db")) as db:
        count: int = db.execute("SELECT count(*) FROM stream_event WHERE type = 'TicketTold'").fetchone()[0]
    return count


def sent(ground: Ground, raw: bytes, most: int = 0, unknown: bool = False, may_fail: bool = False) -> Outcome:
    """Send it: no more than so many deliveries are written down, and the receiver is there afterwards.

    What comes from somebody unknown is not even answered with that it was understood.
    """
    served, before = prepared(ground), kept(ground)
    answer = served.said(raw)
    succeeded(kept(ground) > before + most, TAKEN)
    succeeded(b"runbook: 1" in answer or b"Attacked" in answer, "a file was given")
    succeeded(status(answer) >= 500 and status(answer) != 501 and not may_fail, f"it broke: {answer[:80]!r}")
    succeeded(unknown and 200 <= status(answer) < 300, "it was believed")
    alone = served.said(b"GET / HTTP/1.1\r\n\r\n")
    succeeded(status(alone) != 405, f"the receiver is gone: {alone[:80]!r}")
    return "harmless" if 200 <= status(answer) < 300 else "refused"
