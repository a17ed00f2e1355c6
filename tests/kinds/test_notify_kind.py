"""`notify`: messages to a real web server and a real mail server on loopback."""

from __future__ import annotations

import email
import email.policy
import json
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from runbook.kinds.notify import KIND
from runbook.work.notify import address
from runbook.worker import command_of
from tests.cli.conftest import Desk, project
from tests.cli.test_cli_evidence import one
from tests.cli.test_cli_secrets import left_behind
from tests.waiting import PATIENCE, until

__all__ = ["project"]

TOKEN = "t0k/en&to=x@y :z"
Sent = subprocess.CompletedProcess[str]


@dataclass
class Hooks:
    """A web server that takes messages; those to `/held` wait until they are let go."""

    port: int = 0
    came: list[Mapping[str, Any]] = field(default_factory=list)
    go: threading.Event = field(default_factory=threading.Event)

    def to(self, path: str) -> list[Mapping[str, Any]]:
        """What came to that path."""
        return [each for each in self.came if each["path"].partition("?")[0] == path]


class Answering(BaseHTTPRequestHandler):
    """What the server answers, by path."""

    hooks: Hooks

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length") or 0))
        self.hooks.came.append({"path": self.path, "headers": dict(self.headers), "body": body.decode()})
        if self.path == "/held":
            self.hooks.go.wait(PATIENCE)
        status = {"/gone": 404, "/away": 302}.get(self.path, 200)
        try:
            self.send_response(status)
            self.send_header("Location", "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()
        except OSError:
            pass

    do_GET = do_POST

    def log_message(self, format: str, *args: Any) -> None:
        pass


@pytest.fixture
def hooks() -> Iterator[Hooks]:
    made = Hooks()
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), type("Given", (Answering,), {"hooks": made}))
    httpd.daemon_threads = True
    made.port = httpd.server_port
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    yield made
    made.go.set()
    httpd.shutdown()
    httpd.server_close()


@dataclass
class Mails:
    """A mail server that asks for a password and keeps what it is given."""

    port: int = 0
    came: list[tuple[tuple[str, ...], email.message.EmailMessage]] = field(default_factory=list)

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        parsed = email.message_from_bytes(envelope.content, policy=email.policy.default)
        self.came.append((tuple(envelope.rcpt_tos), parsed))
        return "250 taken"

    def let_in(self, server: Any, session: Any, envelope: Any, mechanism: str, data: Any) -> AuthResult:
        right = (data.login, data.password) == (b"runbook", TOKEN.encode())
        return AuthResult(success=right, handled=False)


class MailServer(Controller):
    """A server at a port that nobody had chosen."""

    def _trigger_server(self) -> None:
        assert self.server is not None
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@pytest.fixture
def mails() -> Iterator[Mails]:
    made = Mails()
    controller = MailServer(
        made, hostname="127.0.0.1", port=0, authenticator=made.let_in, auth_required=True, auth_require_tls=False
    )
    controller.start()
    made.port = controller.port
    yield made
    controller.stop()


@pytest.fixture
def send(tell: Any) -> Callable[..., Sent]:
    """What the work says to the request of a step, whose fields are given as in YAML."""

    def send(channel: str, text: str = "Done.", secret: str = "", where: str = ".", **fields: Any) -> Sent:
        head = "inputs: {x: {}}\nsecrets: {t: {from: env, name: T}}\n"
        given = {"channels": {"there": channel}, "text": text, **{k: v for k, v in fields.items() if k != "x"}}
        story = tell(f"{head}steps:\n- {{id: a, notify: {json.dumps(given)}}}").start(x=fields.get("x", ""))
        story.claim()
        request = story.state.steps["a"].act["request"]
        for part in request["address"]:
            if isinstance(part, dict) and part["value"] == "{{ secrets.t }}":
                part["value"] = secret
        words, text = command_of(KIND.work), json.dumps(request)
        return subprocess.run(words, input=text, capture_output=True, text=True, check=False)

    return send


def last(ended: Sent) -> str:
    assert "Traceback" not in ended.stderr
    return ended.stderr.splitlines()[-1]


def test_a_webhook_gets_the_message_as_json(send, hooks):
    ended = send(f"json://127.0.0.1:{hooks.port}/team", "It is <b>up</b> & well.\nReally \\n.", title="Over")

    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"channel": "there", "sent": True}), ended.stderr
    (came,) = hooks.came
    found = json.loads(came["body"])
    assert (came["path"], found["title"], found["message"], found["type"]) == (
        "/team",
        "Over",
        "It is <b>up</b> & well.\nReally \\n.",
        "info",
    )


def test_a_mail_is_sent_by_password_and_its_title_is_one_line(send, mails):
    where = f"mailto://runbook:{{{{ secrets.t }}}}@127.0.0.1:{mails.port}?from=runbook@example.org&to=it@example.org"
    evil = "over\r\nBcc: everybody@example.org\r\n\r\n<script>"

    ended = send(where, "Hello {{ inputs.x }}", TOKEN, title="{{ inputs.x }}", x=evil)

    assert ended.returncode == 0, ended.stderr
    ((to, mail),) = mails.came
    assert to == ("it@example.org",)
    assert mail["subject"] == "over Bcc: everybody@example.org <script>"
    assert mail["bcc"] is None
    body = mail.get_body(("html", "plain"))
    assert body is not None
    assert "<script>" not in body.get_content() or body.get_content_type() == "text/plain"


def test_a_value_stays_the_part_of_the_address_that_it_stands_in(send, hooks):
    ended = send(f"json://127.0.0.1:{hooks.port}/{{{{ inputs.x }}}}/end?+X-Key={{{{ secrets.t }}}}", "x", TOKEN,
                 x="a/b?+X-Evil=1&method=get")  # fmt: skip

    assert ended.returncode == 0, ended.stderr
    (came,) = hooks.came
    assert came["headers"]["X-Key"] == TOKEN
    assert "X-Evil" not in came["headers"]
    assert came["path"].endswith("/end")


def test_a_whole_address_may_be_a_secret(send, hooks):
    assert send("{{ secrets.t }}", "x", f"json://127.0.0.1:{hooks.port}/whole").returncode == 0
    assert [each["path"] for each in hooks.came] == ["/whole"]
    assert address([{"value": "json://h"}, "/", {"value": "a b"}]) == "json://h/a%20b"


@pytest.mark.parametrize(
    ("path", "why"),
    [("/gone", "error=404"), ("/away", "error=302")],
)
def test_a_channel_that_does_not_take_it_says_why(send, hooks, path, why):
    ended = send(f"json://127.0.0.1:{hooks.port}{path}")

    assert ended.returncode == 1
    assert last(ended).startswith("`there` was not told: ")
    assert why in last(ended)
    assert len(hooks.came) == 1


def test_nobody_there_no_address_and_a_wrong_password_are_told(send, hooks, mails):
    assert "A Connection error occurred" in last(send("json://127.0.0.1:1/x"))
    assert last(send("{{ secrets.t }}", "x", "nosuch://x")) == "nothing can be sent to the address of `there`"
    wrong = send(f"mailto://runbook:{{{{ secrets.t }}}}@127.0.0.1:{mails.port}?from=a@b.org&to=c@d.org", "x", "wr0ng!")
    assert wrong.returncode == 1
    assert "Authentication" in last(wrong)
    assert mails.came == []


@pytest.mark.parametrize(
    ("step", "why"),
    [
        ("notify: {channels: {a: 'it@example.org'}, text: x}", "this is no address of a channel"),
        ("notify: {channels: {a: 'json://x'}, text: '{{ secrets.t }}'}", "would be seen by others here"),
        ("notify: {channels: {a: 'json://x'}, title: '{{ secrets.t }}', text: x}", "would be seen by others here"),
        ("notify: {channels: {a: 'json://me:hunter22@x'}, text: x}", "a password"),
        ("notify: {channels: {}, text: x}", "channels"),
        ("foreach: [1], notify: {channels: {a: 'json://x', b: 'json://y'}, text: x}", "exclude each other"),
    ],
)
def test_what_would_be_seen_or_sent_nowhere_is_refused_before_anything_runs(project, step, why):
    desk = project(one(f"- {{id: a, {step}}}\n", "secrets: {t: {from: env, name: T}}\n"))

    checked = desk.cli("validate")

    assert why in checked.out
    assert "processes/g/one.yaml:5:" in checked.out


def step_of(hooks: Hooks, paths: Mapping[str, str], more: str = "") -> str:
    """A step that tells these paths, by channel."""
    channels = json.dumps({name: f"json://127.0.0.1:{hooks.port}{path}" for name, path in paths.items()})
    return f"- {{id: tell, notify: {{channels: {channels}, text: hello}}{more}}}\n"


def test_one_channel_that_fails_keeps_no_other_and_a_retry_tells_it_alone(project, hooks):
    desk = project(one(step_of(hooks, {"a": "/gone", "b": "/b", "c": "/c"})))

    assert desk.cli("run", "g/one", "--yes").code == 1
    assert (len(hooks.to("/gone")), len(hooks.to("/b")), len(hooks.to("/c"))) == (1, 1, 1)
    assert {id: desk.step(f"tell.{id}")["status"] for id in (1, 2, 3)} == {
        1: "failed", 2: "succeeded", 3: "succeeded",
    }  # fmt: skip

    desk.cli("retry", "last", "--yes", "--reason", "once more")
    assert (len(hooks.to("/gone")), len(hooks.to("/b")), len(hooks.to("/c"))) == (2, 1, 1)


def killed(desk: Desk, hooks: Hooks, supervisor: bool) -> None:
    """A run that died while `/held` was on its way and `/b` was told."""
    running = desk.background("run", "g/one", "--yes")
    until(lambda: hooks.to("/held"))
    until(lambda: desk.step("tell.2")["status"] == "succeeded")
    started = next(event for event in desk.events() if "runner" in event["data"])
    running.kill()
    running.communicate(timeout=PATIENCE)
    if supervisor:
        pid = started["data"]["runner"]["pid"]
        children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
        os.kill(pid, signal.SIGKILL)
        for child in children:
            os.kill(int(child), signal.SIGKILL)


@pytest.mark.parametrize("answer", ["done", "redo"])
def test_what_may_have_been_sent_before_a_crash_is_asked_about_and_nothing_is_sent_twice(project, hooks, answer):
    desk = project(one(step_of(hooks, {"a": "/held", "b": "/b"})))
    killed(desk, hooks, supervisor=True)

    resumed = desk.cli("resume", "last", "--yes")

    assert resumed.code == 4
    assert "tell.1` is in doubt" in resumed.out
    assert (len(hooks.to("/held")), len(hooks.to("/b"))) == (1, 1)

    hooks.go.set()
    assert desk.cli("answer", "last", "tell.1", answer, "--reason", "asked the team").code == 0
    assert desk.cli("resume", "last", "--yes").code == 0
    assert (len(hooks.to("/held")), len(hooks.to("/b"))) == (2 if answer == "redo" else 1, 1)


def test_a_message_goes_out_when_only_the_run_was_killed_and_is_not_sent_again(project, hooks):
    desk = project(one(step_of(hooks, {"a": "/held", "b": "/b"})))
    killed(desk, hooks, supervisor=False)
    hooks.go.set()

    assert desk.cli("resume", "last", "--yes").code == 0
    assert (len(hooks.to("/held")), len(hooks.to("/b"))) == (1, 1)


def test_a_receiver_that_knows_a_message_by_its_key_may_get_it_again_unasked(project, hooks):
    key = "?+Idempotency-Key={{ run.id }}-a"
    desk = project(one(step_of(hooks, {"a": f"/held{key}", "b": "/b"}, ", idempotent: true")))
    killed(desk, hooks, supervisor=True)
    hooks.go.set()

    assert desk.cli("resume", "last", "--yes").code == 0
    assert len(hooks.to("/b")) == 1
    first, second = (each["headers"]["Idempotency-Key"] for each in hooks.to("/held"))
    assert first == second == f"{desk.status()['run']}-a"


def test_a_secret_in_an_address_reaches_the_channel_and_nobody_else(project, hooks):
    channels = {
        "a": f"json://127.0.0.1:{hooks.port}/a?+X-Key={{{{ secrets.t }}}}",
        "b": "{{ secrets.whole }}",
        "c": f"json://127.0.0.1:{hooks.port}/gone/../gone?+X-Key={{{{ secrets.t }}}}",
    }
    head = "secrets: {t: {from: file, path: t}, whole: {from: file, path: whole}}\n"
    desk = project(one(f"- {{id: tell, notify: {{channels: {json.dumps(channels)}, text: hello}}}}\n", head))
    for name, text in (("t", TOKEN), ("whole", f"json://127.0.0.1:{hooks.port}/b-s3cr3t")):
        (desk.folder / name).write_text(text)
        (desk.folder / name).chmod(0o600)

    ran = desk.process("run", "g/one", "--yes")

    said = (ran.stdout + ran.stderr).decode()
    assert hooks.to("/a")[0]["headers"]["X-Key"] == TOKEN
    assert len(hooks.to("/b-s3cr3t")) == 1
    for text in ("t0k", "s3cr3t"):
        assert text not in said + desk.cli("record", "last").out + desk.cli("events", "last", "--json").out
        assert left_behind(desk.home, text) == []


def test_a_missing_package_is_named(tmp_path):
    (tmp_path / "apprise.py").write_text("raise ImportError")
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r}); sys.argv = ['', sys.argv[1]]; "
    words = [sys.executable, "-P", "-c", code + "from runbook.worker import main; main()", command_of(KIND.work)[-1]]

    ended = subprocess.run(words, input="{}", capture_output=True, text=True, check=False)

    assert ended.stderr.splitlines() == [
        "help: pip install 'runbook-toolkit[notify]'",
        "`notify` steps need the package apprise",
    ]
