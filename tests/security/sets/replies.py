"""What a web service answers: code for the next step, escapes for the terminal, a way elsewhere, or too much of it."""

from __future__ import annotations

import contextlib
import gzip
import json
import os
import socketserver
import subprocess
import threading
import urllib.request
from collections.abc import Callable, Iterator, Mapping

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import CANARY, Ground
from tests.security.sets.shown import HOSTILE, RAW

SECRET = "s3cret-of-this-service-only"
"""What only the service that is asked may see."""
LONGEST = 20.0
"""Seconds."""


class _Answers(socketserver.BaseRequestHandler):
    """Sends the bytes that are to be sent, whatever is asked; keeps what was asked."""

    def handle(self) -> None:
        server = self.server
        assert isinstance(server, _Service)
        asked = b""
        while b"\r\n\r\n" not in asked and (more := self.request.recv(65_536)):
            asked += more
        server.asked.append(asked)
        with contextlib.suppress(OSError):
            for part in server.answer(asked):
                self.request.sendall(part)


class _Service(socketserver.ThreadingTCPServer):
    daemon_threads = True

    def __init__(self, answer: Callable[[bytes], Iterator[bytes]]) -> None:
        super().__init__(("127.0.0.1", 0), _Answers)
        self.answer, self.asked = answer, list[bytes]()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}"


@contextlib.contextmanager
def service(answer: bytes | Callable[[bytes], Iterator[bytes]]) -> Iterator[_Service]:
    """A web service on loopback that gives this answer, until it is left."""
    with _Service((lambda asked: iter((answer,))) if isinstance(answer, bytes) else answer) as server:
        threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        try:
            yield server
        finally:
            server.shutdown()


def answer(body: str | bytes = "", *headers: str, status: str = "200 OK") -> bytes:
    """The bytes of an answer; `headers` as they are."""
    data = body.encode() if isinstance(body, str) else body
    lines = (f"HTTP/1.1 {status}", f"Content-Length: {len(data)}", "Connection: close", *headers)
    return "\r\n".join(lines).encode("latin-1", "replace") + b"\r\n\r\n" + data


HEAD = """\
runbook: 1
title: Ask
secrets: {key: {from: env, name: ATTACK_KEY}}
inputs: {url: {type: string}}
steps:"""


def process(http: str, *steps: str, more: str = "") -> str:
    """A process that asks first, as `http` says, and has these steps after that."""
    asking = f"- {{id: ask, title: Ask, critical: false, http: {http}{more}}}"
    head = (
        "runbook: 1\ntitle: Ask\nsecrets: {key: {from: env, name: ATTACK_KEY}}\ninputs: {url: {type: string}}\nsteps:\n"
    )
    return head + "\n".join((asking, *steps)) + "\n"


# -- what becomes of an answer ------------------------------------------------------------------------

CODE: Mapping[str, str] = {
    "command substitution": "$(touch hit)",
    "backquotes": "`touch hit`",
    "end of a command": "; touch hit #",
    "end of a quote": "'; touch hit; '",
    "end of a double quote": '"; touch hit; "',
    "line end": "x\ntouch hit",
    "pipe": "| touch hit",
    "template": "{{ inputs.url }}" + CANARY,
    "statement": "{% for x in [1] %}" + CANARY + "{% endfor %}",
    "option": "--help",
    "secret by name": "{{ secrets.key }}",
    "reference": "${ATTACK_KEY}",
}
USING = (
    "- {id: use, title: Use, critical: false, foreach: {items: '{{ steps.ask.outputs.all }}'}, "
    "shell: 'printf \"%s\" {{ item }}', outputs: {got: stdout}}"
)


def used(what: str) -> Attempt:
    """A text of an answer is used in a script, for each of many: it arrives as it is."""

    def work(ground: Ground) -> Outcome:
        if "used" not in ground.kept:
            ground.project(
                {"processes/a/use.yaml": process("'{{ inputs.url }}'", USING, more=", outputs: {all: {json: $}}")}
            )
            with service(answer(json.dumps([*CODE.values()]))) as asked:
                run = ground.begun("a/use", url=asked.url)
            ground.kept["used"] = ground.cli("status", run.json["run"], "--json").json["steps"]
        got = [each["outputs"]["got"] for each in ground.kept["used"] if each["id"].startswith("use.")]
        assert len(got) == len(CODE), ground.kept["used"]
        succeeded(CODE[what] not in got, "it arrived as something else")
        return "harmless"

    return Attempt("text in a script", what, work)


SHOWN: Mapping[str, bytes] = {
    "body": answer(HOSTILE, "Content-Type: text/plain; charset=utf-8"),
    "text of an error": answer(HOSTILE, status="500 Oh"),
    "reason phrase": answer("x", status=f"500 {HOSTILE}"),
    "header": answer("x", f"X-Said: {HOSTILE}"),
    "address to go on to": answer("", f"Location: http://{HOSTILE}/", status="302 Found"),
    "JSON": answer(json.dumps({"said": HOSTILE}), "Content-Type: application/json"),
}
VIEWS: Mapping[str, tuple[str, ...]] = {
    "status": ("status",),
    "events": ("events",),
    "record": ("record",),
    "events --json": ("events", "--json"),
}


def shown(where: str) -> Attempt:
    """Control characters in an answer stand in nothing that is shown."""

    def work(ground: Ground) -> Outcome:
        asking = process("{url: '{{ inputs.url }}', gives: response, redirects: any}")
        ground.project({"processes/a/show.yaml": asking})
        with service(SHOWN[where]) as asked:
            told = ground.cli("run", "a/show", "--yes", "-i", f"url={asked.url}")
        run = ground.cli("runs", "--json").json[0]["run"]
        said = told.said + "".join(ground.cli(words[0], run, *words[1:]).said for words in VIEWS.values())
        succeeded(RAW.search(said), f"{RAW.findall(said)} stands there")
        return "harmless"

    return Attempt("shown", where, work)


# -- too much, and too long ---------------------------------------------------------------------------


def _endless(asked: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    while True:
        yield b"x" * 65_536


def _headers(asked: bytes) -> Iterator[bytes]:
    yield b"HTTP/1.1 200 OK\r\n"
    while True:
        yield b"X-More: " + b"y" * 1_000 + b"\r\n"


def _zipped(asked: bytes) -> Iterator[bytes]:
    block = gzip.compress(b"\0" * 50_000_000)
    yield b"HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nConnection: close\r\n\r\n"
    yield block * 10


def _drops(asked: bytes) -> Iterator[bytes]:
    never = threading.Event()
    yield b"HTTP/1.1 200 OK\r\n\r\n"
    for _ in range(600):
        yield b"x"
        never.wait(0.1)


MUCH: Mapping[str, bytes | Callable[[bytes], Iterator[bytes]]] = {
    "a body without an end": _endless,
    "headers without an end": _headers,
    "500 MB that were 500 kB": _zipped,
    "a drop every tenth of a second": _drops,
    "a length that is none": b"HTTP/1.1 200 OK\r\nContent-Length: -5\r\n\r\nx",
    "two lengths": b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 5\r\n\r\nxxxxx",
    "no HTTP": b"\x00\x01\x02" * 1_000,
    "a chunk that is too long": b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nFFFFFFFFFFFFFFFFF\r\nx",
    "a circle": answer("", "Location: /again", status="302 Found"),
    "a hundred thousand brackets": answer("[" * 100_000),
    "a number past all limits": answer("[" + "9" * 100_000 + "]"),
    "an infinite number": answer("[1e999, NaN]"),
}


def bounded(what: str) -> Attempt:
    """The step ends soon, with a message, and the run can be read afterwards."""

    def work(ground: Ground) -> Outcome:
        asking = process("{url: '{{ inputs.url }}', expect: {within: 2s}}", more=", outputs: {all: {json: $}}")
        ground.project({"processes/a/much.yaml": asking})
        with service(MUCH[what]) as asked:
            run = ground.begun("a/much", url=asked.url)
        state = ground.cli("status", run.json["run"], "--json")
        succeeded(run.seconds > LONGEST, f"it took {run.seconds:.0f} s")
        succeeded(state.json["steps"][0]["status"] != "failed", "it was taken")
        succeeded(len(state.out) > 200_000, "all of it was kept")
        return "refused"

    return Attempt("too much", what, work)


# -- to other places ----------------------------------------------------------------------------------

AWAY: Mapping[str, str] = {
    "a file": "file:///etc/passwd",
    "a program": "gopher://127.0.0.1:1/_touch%20hit",
    "data": "data:text/plain,canary-7f3a",
    "metadata of a cloud": "http://169.254.169.254/latest/meta-data/",
    "the same with another spelling": "http://[::ffff:169.254.169.254]/",
    "no host": "http:///etc/passwd",
    "a name and a password": "http://root:root@OTHER/",
    "another host": "http://OTHER/",
    "another host, without a scheme": "//OTHER/",
}


def sent_away(what: str, redirects: str) -> Attempt:
    """An answer sends the request to another place: none is read there, and nothing is told there."""

    def work(ground: Ground) -> Outcome:
        asking = (
            "{url: '{{ inputs.url }}', redirects: " + redirects + ", expect: {within: 3s}, "
            "headers: {X-Key: '{{ secrets.key }}'}, auth: {bearer: '{{ secrets.key }}'}}"
        )
        ground.project({"processes/a/away.yaml": process(asking)})
        with service(answer(CANARY)) as other:
            place = AWAY[what].replace("OTHER", other.url.removeprefix("http://").replace("127.0.0.1", "localhost"))
            with service(answer("", f"Location: {place}", status="302 Found")) as asked, _key():
                run = ground.begun("a/away", url=asked.url)
        assert SECRET.encode() in asked.asked[0], "the first service is told the secret"
        said = ground.cli("status", run.json["run"], "--json").out + ground.cli("events", run.json["run"], "--json").out
        succeeded("root:x:" in said, "the file was read")
        succeeded(SECRET in said, "the secret is written down")
        succeeded(any(SECRET.encode() in each for each in other.asked), "the other service was told the secret")
        succeeded(redirects == "same-host" and other.asked, "the other service was asked")
        return "refused" if '"failed"' in said else "harmless"

    return Attempt(f"sent away, redirects: {redirects}", what, work)


@contextlib.contextmanager
def _key() -> Iterator[None]:
    os.environ["ATTACK_KEY"] = SECRET
    try:
        yield
    finally:
        del os.environ["ATTACK_KEY"]


FILES: Mapping[str, str] = {
    "above the project": "../../hit",
    "from the root": "/tmp/hit",
    "over a definition": "processes/a/group.yaml",
    "over the settings": "runbook.yaml",
    "into git": ".git/hooks/hit",
    "over the journal": ".runbook/journal.db",
}


def saved(what: str) -> Attempt:
    """An answer decides where the next one is saved."""

    def work(ground: Ground) -> Outcome:
        saving = "http: {url: '{{ inputs.url }}', save: '{{ steps.ask.outputs.all }}'}"
        steps = f"- {{id: keep, title: Keep, critical: false, {saving}}}"
        ground.project({"processes/a/save.yaml": process("'{{ inputs.url }}'", steps, more=", outputs: {all: stdout}")})
        (ground.root / ".git/hooks").mkdir(parents=True, exist_ok=True)
        before = {each: (ground.root / each).read_bytes() for each in ("runbook.yaml", "processes/a/group.yaml")}
        with service(answer(FILES[what])) as asked:
            done = ground.begun("a/save", url=asked.url)
        changed = [each for each, content in before.items() if (ground.root / each).read_bytes() != content]
        for each, content in before.items():
            (ground.root / each).write_bytes(content)
        succeeded(changed, f"{changed} was written over")
        succeeded((ground.root / ".runbook/journal.db").exists(), "a journal was written")
        keeping = ground.cli("status", done.json["run"], "--json").json["steps"][-1]
        return "refused" if keeping["status"] == "failed" else "harmless"

    return Attempt("where it is saved", what, work)


# -- controls -----------------------------------------------------------------------------------------


def carried_out(ground: Ground) -> Outcome:
    """The control: the text of an answer, as the script itself."""
    with service(answer("touch hit")) as asked, urllib.request.urlopen(asked.url, timeout=5) as said:
        subprocess.run(["sh", "-c", said.read().decode()], cwd=ground.root, check=True)
    return "harmless"


def told_elsewhere(ground: Ground) -> Outcome:
    """The control: a client that takes its headers along wherever it is sent."""
    with service(answer(CANARY)) as other, service(answer("", f"Location: {other.url}/", status="302 Found")) as asked:
        request = urllib.request.Request(asked.url, headers={"X-Key": SECRET})
        urllib.request.urlopen(request, timeout=5).close()
        succeeded(any(SECRET.encode() in each for each in other.asked), "the other service was told the secret")
    return "harmless"


SET = AttackSet(
    name="remote replies",
    tries="what a web service answers is carried out, obeyed or endless, or takes a secret elsewhere",
    answer="an answer is bounded text; what is meant for one host goes to no other; files stay inside",
    attempts=(
        *map(used, CODE),
        *map(shown, SHOWN),
        *map(bounded, MUCH),
        *(sent_away(what, redirects) for redirects in ("same-host", "any") for what in AWAY),
        *map(saved, FILES),
    ),
    controls=(
        Attempt("carried out", "touch hit", carried_out),
        Attempt("told elsewhere", "a header", told_elsewhere),
    ),
)
