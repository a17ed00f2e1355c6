"""`http`: requests to a real server on loopback."""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from runbook.kinds.http import KIND
from runbook.worker import command_of


@dataclass
class Server:
    """A web server that notes what it was asked."""

    url: str = ""
    asked: list[Mapping[str, Any]] = field(default_factory=list)


class Pages(BaseHTTPRequestHandler):
    """What the server answers, by path."""

    told: Server

    def do_GET(self) -> None:
        length = int(self.headers.get("content-length") or 0)
        body = self.rfile.read(length)
        path = self.path.partition("?")[0]
        self.told.asked.append(
            {"method": self.command, "path": self.path, "headers": dict(self.headers), "body": body.decode("latin-1")}
        )
        status, headers, answer = 200, {"Content-Type": "application/json"}, b'{"status": "up", "items": [{"n": 1}]}'
        match path:
            case "/missing":
                status, answer = 404, b'{"error": "gone"}'
            case "/away":
                status, headers = 302, {"Location": "http://localhost:" + self.told.url.rpartition(":")[2] + "/there"}
            case "/moved":
                status, headers = 302, {"Location": "/there"}
            case "/kept":
                status, headers = 307, {"Location": "http://localhost:" + self.told.url.rpartition(":")[2] + "/there"}
            case "/nonsense":
                headers, answer = {"Content-Type": "text/plain; charset=nonsense"}, "Größe".encode()
            case "/rot":
                headers, answer = {"Content-Type": "text/plain; charset=rot13"}, b"abc"
            case "/odd":
                answer = b'{"n": NaN}'
            case "/stuck":
                headers, answer = {"Content-Length": "99"}, b"a part"
            case "/half":
                headers, answer = {"Content-Length": "99"}, b'{"surrogate": "\\ud800"}'
            case "/lone":
                answer = b'{"lone": "\\ud800"}'
            case "/blanks":
                headers = {"X-Long": "b" + "a " * 30_000}
            case "/circle":
                status, headers = 302, {"Location": "/circle"}
            case "/long":
                answer = b"x" * (9 * 1024 * 1024)
            case "/latin":
                headers, answer = {"Content-Type": "text/plain; charset=iso-8859-1"}, "Größe".encode("latin-1")
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        if "Content-Length" not in headers:
            self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            try:
                self.wfile.write(answer)
                if path == "/stuck":
                    self.wfile.flush()
                    self.rfile.read(1)  # until the other side has gone
            except OSError:
                pass

    do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_GET

    def log_message(self, format: str, *args: Any) -> None:
        pass


def served(told: Server, context: ssl.SSLContext | None = None) -> ThreadingHTTPServer:
    httpd = ThreadingHTTPServer(("127.0.0.1", 0), type("Told", (Pages,), {"told": told}))
    if context:
        httpd.socket = context.wrap_socket(httpd.socket, server_side=True)
    told.url = f"{'https' if context else 'http'}://127.0.0.1:{httpd.server_port}"
    threading.Thread(target=httpd.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    return httpd


@pytest.fixture
def server() -> Iterator[Server]:
    told = Server()
    httpd = served(told)
    yield told
    httpd.shutdown()
    httpd.server_close()


@pytest.fixture
def ask(tell, tmp_path: Path, server: Server):
    """What the work says to the request of a step, whose fields are given as in YAML."""

    def ask(fields: object, **inputs: object) -> subprocess.CompletedProcess[str]:
        named = "inputs: {" + ", ".join(f"{name}: {{}}" for name in inputs) + "}\n"
        story = tell(f"{named}steps:\n- {{id: a, http: {json.dumps(fields)}}}").start(**inputs)
        story.claim()
        act = story.state.steps["a"].act
        assert act["work"] == "http"
        request = json.dumps(act["request"])
        words = command_of(KIND.work)
        return subprocess.run(words, input=request, cwd=tmp_path, capture_output=True, text=True, check=False)

    return ask


def test_the_body_is_the_output(ask, server):
    ended = ask(f"{server.url}/health")

    assert (ended.returncode, json.loads(ended.stdout)) == (0, {"status": "up", "items": [{"n": 1}]})
    assert f"GET {server.url}: 200 in " in ended.stderr
    assert [each["method"] for each in server.asked] == ["GET"]


def test_values_are_sent_as_they_are_and_can_become_nothing_else(ask, server):
    odd = "a&b=c d\r\nX: y\u00fc{{ 7 }}\"'"

    ended = ask({"url": f"{server.url}/t", "query": {"q": "{{ inputs.x }}"}, "json": {"t": ["{{ inputs.x }}"]}}, x=odd)

    assert ended.returncode == 0
    (asked,) = server.asked
    assert asked["path"] == "/t?q=a%26b%3Dc+d%0D%0AX%3A+y%C3%BC%7B%7B+7+%7D%7D%22%27"
    assert json.loads(asked["body"].encode("latin-1")) == {"t": [odd]}
    assert "X" not in asked["headers"]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
def test_a_value_cannot_begin_another_header(ask, server, value):
    ended = ask({"url": server.url, "headers": {"X-Name": "{{ inputs.x }}"}}, x=value)

    assert ended.returncode != 0
    assert server.asked == []
    assert "Traceback" not in ended.stderr


@pytest.mark.parametrize(
    ("fields", "header", "value"),
    [
        ({"auth": {"bearer": "abc"}}, "Authorization", "Bearer abc"),
        ({"auth": {"user": "me", "password": "p"}}, "Authorization", "Basic bWU6cA=="),
        ({"headers": {"X-Number": 7, "X-Yes": True}}, "X-Number", "7"),
        ({"form": {"a": "1 2"}}, "Content-Type", "application/x-www-form-urlencoded"),
        ({"body": "text"}, "Content-Length", "4"),
    ],
)
def test_what_is_sent_beside_the_address(ask, server, fields, header, value):
    assert ask({"url": server.url, **fields}).returncode == 0

    (asked,) = server.asked
    assert asked["headers"][header] == value
    assert asked["method"] == ("POST" if {"form", "body"} & set(fields) else "GET")


def test_files_of_the_project_are_sent_and_none_of_elsewhere(ask, server, tmp_path):
    (tmp_path / "report.txt").write_text("the report")
    (tmp_path / "link").symlink_to("/etc/passwd")

    assert ask({"url": server.url, "files": {"report": "report.txt"}, "form": {"a": "b"}}).returncode == 0
    assert "the report" in server.asked[0]["body"]
    for path in ("/etc/passwd", "../../etc/passwd", "link", "missing"):
        ended = ask({"url": server.url, "files": {"report": path}})
        assert ended.returncode == 1
        assert ("outside the project" in ended.stderr) or ("there is no file `missing`" in ended.stderr)
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    ("path", "fields", "code", "last"),
    [
        ("/missing", {}, 1, "the status is 404 Not Found, not 2xx"),
        ("/missing", {"expect": {"status": [200, 404]}}, 0, ""),
        ("/missing", {"expect": {"status": "4xx"}}, 0, ""),
        ("/health", {"expect": {"status": 204}}, 1, "the status is 200 OK, not 204"),
        ("/health", {"expect": {"headers": {"content-type": "json$"}}}, 0, ""),
        ("/health", {"expect": {"headers": {"content-type": "xml"}}}, 1, "which does not match `xml`"),
        ("/health", {"expect": {"headers": {"x-none": "."}}}, 1, "the answer has no header `x-none`"),
        ("/blanks", {"expect": {"headers": {"x-long": "(.*)a(.*)a(.*)a(.*)b$"}}}, 1, "header `x-long`: "),
        ("/moved", {}, 0, ""),
        ("/moved", {"redirects": "none"}, 1, "the status is 302 Found, not 2xx"),
        ("/away", {}, 1, "sends the request on to http://localhost"),
        ("/away", {"redirects": "any"}, 0, ""),
        ("/circle", {}, 2, "sends the request on again and again"),
        ("/long", {}, 1, "the body is longer than 8 MiB"),
        ("/long", {"save": "out/long"}, 0, ""),
        ("/health", {"save": "../out"}, 1, "is outside the project"),
    ],
)
def test_what_is_expected_of_an_answer(ask, server, path, fields, code, last):
    ended = ask({"url": server.url + path, **fields})

    assert ended.returncode == code, ended.stderr
    assert last in ended.stderr.splitlines()[-1]


def test_the_way_to_log_in_goes_to_no_other_host(ask, server):
    secret = {"auth": {"bearer": "t0ken"}, "headers": {"X-Key": "k3y"}}

    assert ask({"url": f"{server.url}/away", "redirects": "any", **secret}).returncode == 0

    first, second = server.asked
    assert first["headers"]["X-Key"] == "k3y"
    assert "t0ken" not in str(second)
    assert "k3y" not in str(second)


def test_what_is_sent_goes_to_no_other_host(ask, server):
    ended = ask({"url": f"{server.url}/kept", "redirects": "any", "json": {"text": "for you"}})

    assert ended.returncode == 1
    assert "sends what was meant for it on to http://localhost" in ended.stderr.splitlines()[-1]
    assert [each["path"] for each in server.asked] == ["/kept"]


def test_a_query_stands_before_the_fragment(ask, server):
    assert ask({"url": f"{server.url}/health?a=1#top", "query": {"b": "2"}}).returncode == 0

    assert server.asked[0]["path"] == "/health?a=1&b=2"


def test_nothing_is_sent_as_json_too(ask, server):
    assert ask({"url": server.url, "json": None}).returncode == 0

    assert (server.asked[0]["body"], server.asked[0]["headers"]["Content-Type"]) == ("null", "application/json")


@pytest.mark.parametrize(("path", "text"), [("/nonsense", "Größe"), ("/rot", "abc")])
def test_an_encoding_that_nobody_knows_is_taken_for_the_usual_one(ask, server, path, text):
    assert ask(server.url + path).stdout == text


def test_a_whole_response_is_json_whatever_was_answered(ask, server):
    def refuse(word: str) -> None:
        raise AssertionError(word)

    odd = json.loads(ask({"url": f"{server.url}/odd", "gives": "response"}).stdout, parse_constant=refuse)
    lone = json.loads(ask({"url": f"{server.url}/lone", "gives": "response"}).stdout)

    assert (odd["text"], lone["json"]) == ('{"n": NaN}', {"lone": "\ud800"})


@pytest.mark.parametrize(("path", "code"), [("/missing", 1), ("/half", 2)])
def test_what_was_saved_before_stays_unless_the_answer_is_whole_and_right(ask, server, tmp_path, path, code):
    (tmp_path / "kept.json").write_text("before")

    ended = ask({"url": server.url + path, "save": "kept.json"})

    assert (ended.returncode, (tmp_path / "kept.json").read_text()) == (code, "before")
    assert [each.name for each in tmp_path.iterdir()] == ["kept.json"]
    assert ended.stdout == ('{"error": "gone"}' if code == 1 else "")
    assert ask({"url": f"{server.url}/health", "save": "kept.json"}).returncode == 0
    assert json.loads((tmp_path / "kept.json").read_text())["status"] == "up"


def test_nothing_is_left_of_a_file_when_the_work_is_told_to_end(server, tmp_path):
    request = {"method": "GET", "url": f"{server.url}/stuck", "expect": {}, "redirects": "none", "gives": "body"}
    words = command_of(KIND.work)
    with subprocess.Popen(words, cwd=tmp_path, stdin=subprocess.PIPE) as work:
        assert work.stdin
        work.stdin.write(json.dumps({**request, "link_local": False, "save": "kept"}).encode())
        work.stdin.close()
        while not list(tmp_path.iterdir()):
            assert work.poll() is None
        work.terminate()

    assert (work.returncode, list(tmp_path.iterdir())) == (-15, [])


@pytest.mark.parametrize(
    ("fields", "what"),
    [
        ({"json": 1, "files": {"f": "f"}}, "`json` can't be sent with `files`"),
        ({"body": "b", "files": {"f": "f"}}, "`body` can't be sent with `files`"),
        ({"auth": {"user": "u", "bearer": "b"}}, "`auth` is `user` and `password`, or `bearer`"),
        ({"auth": {}}, "`auth` is `user` and `password`, or `bearer`"),
        ({"expect": {"headers": {"x": "["}}}, "`[` is not a regular expression"),
        ({"expect": {"headers": {"x": "^(a+)+$"}}}, "`^(a+)+$` can take for ever"),
    ],
)
def test_what_would_not_be_sent_is_refused_by_the_check(ask, server, fields, what):
    with pytest.raises(Exception, match=re.escape(what)):
        ask({"url": server.url, **fields})

    assert server.asked == []


def test_the_whole_response_is_json(ask, server):
    found = json.loads(ask({"url": f"{server.url}/missing", "gives": "response", "expect": {"status": 404}}).stdout)

    assert (found["status"], found["json"], found["headers"]["content-type"]) == (
        404,
        {"error": "gone"},
        "application/json",
    )
    assert 0 < found["seconds"] < 60
    assert json.loads(ask({"url": f"{server.url}/latin", "gives": "response"}).stdout)["text"] == "Größe"


def test_who_is_not_there_or_not_trusted_is_told_with_an_exit_code_of_its_own(ask, server, tmp_path):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=tmp_path, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    told = Server()
    httpd = served(told, context)

    distrusted, trusted = ask(told.url), ask({"url": told.url, "ca": "cert.pem"})
    httpd.shutdown()
    httpd.server_close()

    assert (distrusted.returncode, trusted.returncode) == (2, 0)
    assert "CERTIFICATE_VERIFY_FAILED" in distrusted.stderr
    assert ask(told.url).returncode == 2


@pytest.mark.parametrize("url", ["file:///etc/passwd", "ftp://x/", "//x", "gopher://x"])
def test_only_web_addresses_are_asked(ask, url):
    assert "is no web address" in ask({"url": "{{ inputs.u }}"}, u=url).stderr


@pytest.mark.parametrize(
    "url", ["http://169.254.169.254/latest/meta-data", "http://[fe80::1]/", "http://[::ffff:169.254.1.1]/"]
)
def test_a_machine_is_not_asked_about_itself_unless_that_is_meant(ask, url):
    assert "an address of the link" in ask({"url": "{{ inputs.u }}"}, u=url).stderr


@pytest.mark.parametrize(("method", "looks"), [("GET", True), ("HEAD", True), ("POST", False), ("DELETE", False)])
def test_only_a_request_that_changes_nothing_is_repeated_unasked(tell, method, looks):
    story = tell(f"- {{id: a, http: {{url: 'https://x', method: {method}}}}}").start()

    assert story.state.steps["a"].step.repeatable is looks


def test_a_person_can_copy_it_as_curl(tell):
    story = tell(
        "inputs: {x: {}}\nsecrets: {t: {from: env, name: T}}\nsteps:\n"
        "- {id: a, http: "
        "{url: 'https://x/y', query: {q: '{{ inputs.x }}'}, json: {a: 1}, auth: {bearer: '{{ secrets.t }}'}}}"
    ).start(x="it's")

    story.claim()

    assert story.state.steps["a"].act["shown"] == (
        "curl --fail-with-body --silent --show-error --header 'Authorization: Bearer {{ secrets.t }}' "
        "--json '{\"a\": 1}' --url 'https://x/y?q=it%27s'"
    )
    assert story.state.steps["a"].act["sealed"] == [{"at": ["request", "auth", "bearer"], "parts": [{"secret": "t"}]}]


def test_a_proxy_is_asked_in_place_of_the_host_and_only_where_the_step_says_so(ask, server, monkeypatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:1")

    through = ask({"url": "http://app.invalid/health", "proxy": server.url})
    straight = ask(f"{server.url}/health")

    assert (through.returncode, straight.returncode) == (0, 0), through.stderr + straight.stderr
    assert [each["path"] for each in server.asked] == ["http://app.invalid/health", "/health"]


def test_a_proxy_that_is_none_is_refused_with_nothing_asked(ask, server) -> None:
    ended = ask({"url": server.url, "proxy": "gopher://user:hidden@127.0.0.1:1"})

    assert (ended.returncode, server.asked) == (1, [])
    assert "hidden" not in ended.stderr
