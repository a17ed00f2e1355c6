"""Look at an HTTP service as a user would: its status, its content, and the time it takes.

With `sample` in place of an address the program answers its own request, so that the check can be tried anywhere.
What the service does wrong is a finding in the answer, not a failure of the program. A request that does not end within
five seconds counts as one without an answer, however slowly bytes keep coming.

Usage: probe.py status URL
       probe.py content URL TEXT
       probe.py times URL STATUS COUNT
       probe.py well URL STATUS TEXT
"""

from __future__ import annotations

import contextlib
import http.client
import http.server
import json
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator

PATIENCE = 5.0
LIMIT = 1 << 20
PIECE = 1 << 14
LATE = f"no whole answer within {PATIENCE:.0f} seconds"
BROWSER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Sample(http.server.BaseHTTPRequestHandler):
    """A service that is always well."""

    def do_GET(self) -> None:
        """Answer with a short page."""
        page = b"<title>Sample shop</title><p>status: ok</p>\n"
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(page)))
        self.end_headers()
        self.wfile.write(page)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the answer is on standard output."""


@contextlib.contextmanager
def service(url: str) -> Iterator[str]:
    """The address to ask; for `sample` one on this machine, for as long as it is needed."""
    if url != "sample":
        yield url
        return
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Sample) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


def ask(url: str) -> tuple[int, bytes, str, float]:
    """Status (0 when there was no whole answer), body, error and seconds of one request."""
    found: list[tuple[int, bytes, str]] = []
    started = time.monotonic()
    asking = threading.Thread(target=lambda: found.append(asked(url, started + PATIENCE)), daemon=True)
    asking.start()
    asking.join(PATIENCE)
    return (*(found[0] if found else (0, b"", LATE)), time.monotonic() - started)


def asked(url: str, until: float) -> tuple[int, bytes, str]:
    """Status, body and error of one request; the body must be whole, or reach the limit."""
    try:
        try:
            answer = BROWSER.open(url, timeout=PATIENCE)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            body, left = b"", answer.length
            while len(body) < LIMIT and (piece := answer.read1(PIECE)):
                body += piece
                if time.monotonic() > until:
                    return 0, b"", LATE
            if left is not None and len(body) < min(left, LIMIT):
                return 0, b"", f"the answer broke off after {len(body)} of {left} bytes"
            return answer.status, body, ""
    except (OSError, ValueError, http.client.HTTPException) as error:
        return 0, b"", str(error) or type(error).__name__


def status(url: str) -> dict[str, object]:
    """Does it answer, and with which status?"""
    code, _, error, _ = ask(url)
    return {"answers": code != 0, "code": code, "error": error}


def content(url: str, text: str) -> dict[str, object]:
    """Does the answer hold the text?"""
    _, body, _, _ = ask(url)
    return {"found": text in body.decode("utf-8", "replace"), "bytes": len(body)}


def well(url: str, status: int, text: str) -> dict[str, object]:
    """Is everything in one answer as it should be?"""
    code, body, _, _ = ask(url)
    return {"well": code == status and text in body.decode("utf-8", "replace"), "code": code}


def times(url: str, status: int, count: int) -> dict[str, object]:
    """How long do several requests take, one after the other, and how many have another status?"""
    answers = [ask(url) for _ in range(count)]
    taken = sorted(round(1000 * each[3]) for each in answers)
    failed = sum(1 for each in answers if each[0] != status)
    return {"requests": count, "failed": failed, "median_ms": taken[len(taken) // 2], "worst_ms": taken[-1]}


def main() -> None:
    """Print one finding as JSON."""
    needed = {"status": 0, "content": 1, "times": 2, "well": 2}
    what, url, given = (sys.argv[1:2] or [""])[0], (sys.argv[2:3] or [""])[0], sys.argv[3:]
    if needed.get(what) != len(given) or (len(given) == 2 and not given[0].isdigit()):
        sys.exit("usage: probe.py status URL | content URL TEXT | times URL STATUS COUNT | well URL STATUS TEXT")
    if what == "times" and not (given[1].isdigit() and int(given[1])):
        sys.exit("the number of requests must be at least 1")
    if url != "sample" and not url.startswith(("http://", "https://")):
        sys.exit("the address must begin with http:// or https://")
    with service(url) as address:
        if what == "status":
            found = status(address)
        elif what == "content":
            found = content(address, given[0])
        elif what == "well":
            found = well(address, int(given[0]), given[1])
        else:
            found = times(address, int(given[0]), int(given[1]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
