"""Look at an HTTP service as a user would: its status, its content, and the time it takes.

With `sample` in place of an address the program answers its own request, so that the check can be tried anywhere.
What the service does wrong is a finding in the answer, not a failure of the program.

Usage: probe.py status URL
       probe.py content URL TEXT
       probe.py times URL COUNT
       probe.py well URL STATUS TEXT
"""

from __future__ import annotations

import contextlib
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
    """Status (0 when there was no answer), body, error and seconds of one request."""
    started = time.monotonic()
    try:
        with BROWSER.open(url, timeout=PATIENCE) as answer:
            found = answer.status, answer.read(LIMIT), ""
    except urllib.error.HTTPError as error:
        found = error.code, error.read(LIMIT), ""
    except (OSError, ValueError) as error:
        found = 0, b"", str(error)
    return (*found, time.monotonic() - started)


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


def times(url: str, count: int) -> dict[str, object]:
    """How long do several requests take, one after the other?"""
    taken = sorted(round(1000 * ask(url)[3]) for _ in range(count))
    return {"requests": count, "median_ms": taken[len(taken) // 2], "worst_ms": taken[-1]}


def main() -> None:
    """Print one finding as JSON."""
    what, url = sys.argv[1], sys.argv[2]
    if url != "sample" and not url.startswith(("http://", "https://")):
        sys.exit("the address must begin with http:// or https://")
    with service(url) as address:
        if what == "status":
            found = status(address)
        elif what == "content":
            found = content(address, sys.argv[3])
        elif what == "well":
            found = well(address, int(sys.argv[3]), sys.argv[4])
        else:
            found = times(address, int(sys.argv[3]))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
