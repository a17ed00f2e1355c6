"""What every server of ours does before it looks at a request: few connections, little patience, one form of heads."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from runbook.engine.bounded_server import PLAIN, BoundedHandler, BoundedServer
from runbook.engine.incoming import LONGEST_HEAD
from tests.waiting import PATIENCE, until

CONNECTIONS = 3
SHORT = 0.4
"""Seconds in which a request has to be there."""


class Echo(BoundedHandler):
    timeout = SHORT
    allowed = ("POST",)
    otherwise = "send something"

    def do_POST(self) -> None:
        """Say what was sent."""
        self.give(200, self.rfile.read(int(self.headers["Content-Length"])), PLAIN)


@pytest.fixture(scope="module")
def server() -> Iterator[BoundedServer]:
    with BoundedServer("127.0.0.1", 0, Echo, CONNECTIONS) as made:
        threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
        yield made
        made.shutdown()


def line_to(server: BoundedServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.server_port), PATIENCE)


def said(server: BoundedServer, raw: bytes) -> bytes:
    """All that is said to these bytes, until the line goes."""
    with line_to(server) as line:
        line.sendall(raw)
        return b"".join(iter(lambda: line.recv(65_536), b""))


def test_requests_follow_one_another_on_a_connection(server: BoundedServer) -> None:
    one = b"POST / HTTP/1.1\r\nContent-Length: 3\r\n\r\none"

    answers = said(server, one + one.replace(b"one", b"two"))

    assert answers.count(b"HTTP/1.1 200 OK") == 2
    assert answers.endswith(b"two")


@pytest.mark.parametrize(
    "begins",
    [b"", b"POST / HTT", b"POST / HTTP/1.1\r\nX-A: ", b"POST / HTTP/1.1\r\nContent-Length: 1000\r\n\r\n"],
    ids=["nothing", "its first line", "a header", "its body"],
)
def test_a_byte_now_and_then_buys_no_patience(server: BoundedServer, begins: bytes) -> None:
    with line_to(server) as line:
        line.sendall(begins)
        line.settimeout(SHORT / 8)

        def gone() -> bool:
            try:
                line.sendall(b"x")
                return not line.recv(1)
            except TimeoutError:
                return False
            except OSError:
                return True

        until(gone, "the end of the line")


def test_so_many_connections_and_no_more_until_one_is_over(server: BoundedServer) -> None:
    with ExitStack() as held:
        for _ in range(CONNECTIONS):
            held.enter_context(line_to(server)).sendall(b"POST / HTTP/1.1\r\n")
        with line_to(server) as line:
            try:
                assert line.recv(1) == b""
            except ConnectionResetError:
                pass

    until(lambda: b"200 OK" in said(server, b"POST / HTTP/1.1\r\nContent-Length: 0\r\nConnection: close\r\n\r\n"))


@pytest.mark.parametrize(
    ("header", "status"),
    [
        (b"X-A: " + b"y" * 70_000 + b"\r\n", b"431"),
        (b"".join(b"X-%d: %s\r\n" % (at, b"y" * 1_000) for at in range(LONGEST_HEAD // 1_000 + 1)), b"431"),
        (b"".join(b"X-%d: y\r\n" % at for at in range(200)), b"431"),
        (b"Content-Length : 5\r\n", b"400"),
        (b"X-A: b\rContent-Length: 5\r\n", b"400"),
        (b"X-A: b\r\n folded\r\n", b"400"),
        (b"X-A: b\0c\r\n", b"400"),
        (b"no header\r\nTransfer-Encoding: chunked\r\n", b"400"),
        (b": nameless\r\n", b"400"),
    ],
    ids=["long", "much", "many", "blank", "return", "folded", "zero", "no colon", "no name"],
)
def test_a_head_that_others_could_read_otherwise_is_refused_and_nothing_after_it_is_read(
    server: BoundedServer, header: bytes, status: bytes
) -> None:
    hidden = b"POST /hidden HTTP/1.1\r\nContent-Length: 0\r\n\r\n"

    try:
        answer = said(server, b"POST / HTTP/1.1\r\n" + header + b"Content-Length: 0\r\n\r\n" + hidden)
    except ConnectionResetError:  # what was not read was thrown away with the line
        return

    assert answer.startswith(b"HTTP/1.1 " + status)
    assert answer.count(b"HTTP/1.1") == 1


def test_another_method_is_told_which_there_is(server: BoundedServer) -> None:
    answer = said(server, b"GET / HTTP/1.1\r\n\r\n")

    assert answer.startswith(b"HTTP/1.1 405")
    assert b"Allow: POST\r\n" in answer
    assert answer.endswith(b"send something\n")


def test_a_word_to_end_while_a_thread_begins_ends_the_server(monkeypatch: pytest.MonkeyPatch) -> None:
    class Interrupted(threading.Thread):
        def start(self) -> None:
            """Begin and end, and then hear that everything is to end."""
            super().start()
            self.join()
            raise KeyboardInterrupt

    with BoundedServer("127.0.0.1", 0, Echo, CONNECTIONS) as made, line_to(made) as line:
        line.sendall(b"nonsense\r\n\r\n")
        with monkeypatch.context() as patched:
            patched.setattr("socketserver.threading.Thread", Interrupted)
            with pytest.raises(KeyboardInterrupt):
                made.handle_request()
