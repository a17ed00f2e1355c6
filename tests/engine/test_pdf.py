"""PDF from HTML: nothing is fetched, and what is missing is said in one sentence."""

from __future__ import annotations

import builtins
import http.server
import re
import sys
import threading
from typing import Any

import pytest

from runbook.engine.pdf import as_pdf
from runbook.errors import Misuse


def test_it_is_a_pdf() -> None:
    assert as_pdf("<p>hello").startswith(b"%PDF-")


@pytest.mark.parametrize("link", ["http://127.0.0.1:9/x.png", "file:///etc/hostname", "/etc/hostname"])
def test_nothing_is_loaded_for_it(link: str) -> None:
    plain = as_pdf("<p>hello")

    assert len(as_pdf(f"<p>hello<img src='{link}'>")) < len(plain) + 500


def test_nothing_is_asked_for_by_the_document_or_its_style() -> None:
    asked: list[str] = []

    class Server(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

    server = http.server.HTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        style = f"@import '{address}/a.css'; p {{ background: url({address}/b.png) }}"
        page = as_pdf(f"<link rel=stylesheet href={address}/c.css><p>hello<img src={address}/d.png>", style)
    finally:
        server.shutdown()
        server.server_close()

    assert page.startswith(b"%PDF-")
    assert asked == []


@pytest.mark.parametrize(
    ("error", "message", "help"),
    [
        (ImportError("no weasyprint"), "a PDF needs WeasyPrint, which is not installed", r"runbook-toolkit\[pdf\]"),
        (OSError("cannot load library 'libpango'\nmore"), "a PDF needs the library Pango", "apt-get install"),
    ],
    ids=["no WeasyPrint", "no Pango"],
)
def test_what_is_not_installed_is_said_in_a_sentence(
    error: Exception, message: str, help: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = builtins.__import__

    def broken(name: str, *rest: Any, **more: Any) -> Any:
        if name.startswith("weasyprint"):
            raise error
        return real(name, *rest, **more)

    monkeypatch.delitem(sys.modules, "weasyprint", raising=False)
    monkeypatch.setattr(builtins, "__import__", broken)

    with pytest.raises(Misuse, match=message) as refused:
        as_pdf("<p>hello")

    assert refused.value.exit_code == 2
    assert re.search(help, refused.value.help)
    assert "\n" not in str(refused.value)
