"""The preview of the site, asked by pages of others, for files that are none of its own, and to be held."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Mapping
from urllib.parse import quote

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import CANARY, Ground
from tests.security.served import HEADS, Served, serve, status
from tests.waiting import until

PAGE = "the page of the preview"
LONGEST = 60.0
"""Seconds after which a line is not waited for any more."""
SETTINGS = "runbook: 1\ntitle: Attacked\nsummary: {}\ndocs: {{pages: docs, theme: {{templates: docs/theme}}}}\n"
PROCESS = "runbook: 1\ntitle: Show\nsteps: [{id: a, title: A, manual: A}]\n"

LINKS: Mapping[str, tuple[str, str]] = {
    "a page": ("docs/page.md", "outside/secret.md"),
    "a page by a relative way": ("docs/relative.md", "../../outside/secret.md"),
    "a page over another link": ("docs/chain.md", "page.md"),
    "a picture": ("docs/picture.png", "outside/secret.png"),
    "a drawing": ("docs/drawing.svg", "outside/secret.svg"),
    "a folder": ("docs/folder", "outside"),
    "the machine": ("docs/machine", "/"),
    "a process": ("processes/a/linked.yaml", "outside/linked.yaml"),
    "a group": ("processes/linked", "outside/group"),
    "a link behind a link": ("processes/inner", "../inner"),
    "a template": ("docs/theme/home.html", "outside/home.html"),
    "a setting of git": ("docs/git.md", "../.git/config"),
    "the folder of git": ("docs/repository", "../.git"),
    "what runs have left": ("docs/runs.md", "../.runbook/kept.md"),
    "what only its owner knows": ("docs/hidden.md", "../.env"),
    "the surroundings of the server": ("docs/surroundings.md", "/proc/self/environ"),
    "a device": ("docs/device.md", "/dev/zero"),
    "a pipe": ("docs/pipe.md", ""),
    "itself": ("docs/self.md", "self.md"),
}
"""Links of the project, each from where to what; a file at the end of each holds the canary."""


def prepared(ground: Ground) -> Served:
    """A preview of a project that is full of links; what is slow has begun."""
    if "served" in ground.kept:
        return ground.kept["served"]
    for name in ("secret.md", "secret.svg", "group/group.yaml", "index.html", "home.html"):
        ground.file(f"outside/{name}", f"<svg>{CANARY}</svg>")
    ground.file("outside/secret.png", b"\x89PNG\r\n\x1a\n" + CANARY.encode())
    ground.file("outside/linked.yaml", f"runbook: 1\ntitle: {CANARY}\nsteps: [{{id: a, title: A, manual: A}}]\n")
    ground.file("outside/group/group.yaml", f"title: {CANARY}\nowner: ops\n")
    secret = f"url = https://token-{CANARY}@git.example/x\n"
    ground.project(
        {"runbook.yaml": SETTINGS.format(PAGE), "processes/a/show.yaml": PROCESS, "docs/own.md": "# Own\n",
         ".git/config": secret, ".runbook/kept.md": secret, ".env": secret, "docs/theme/.keep": "",
         "inner/group.yaml": "title: Inner\nowner: ops\n"}
    )  # fmt: skip
    (ground.root / "inner/linked.yaml").symlink_to(ground.folder / "outside/linked.yaml")
    defining = [each for each in LINKS.values() if each[0].startswith(("processes/", "docs/theme"))]
    for where, to in LINKS.values():
        if (where, to) not in defining:
            _link(ground, where, to)
    served = serve(ground, "docs", "serve", ATTACK_KEY=CANARY)
    assert PAGE.encode() in served.said(asked("/"))
    for where, to in defining:  # only now: before it has pages, it shows what is wrong instead
        _link(ground, where, to)
    until(lambda: b"leads out of the project" in served.said(asked("/")))
    served.drip({"nothing": b"", "a first line": b"GET /ind", "a head": b"GET / HTTP/1.1\r\nX-A: "}, held=40)
    ground.kept["served"] = served
    return served


def _link(ground: Ground, where: str, to: str) -> None:
    place = ground.root / where
    if to:
        place.symlink_to(ground.folder / to if to.startswith("outside") else to)
    else:
        os.mkfifo(place)


def got(ground: Ground, raw: bytes) -> bytes:
    """What it answers; afterwards it still answers others, and it has given nothing that is not its own."""
    served = prepared(ground)
    answer = served.said(raw)
    for secret in (CANARY.encode(), b"root:x:", b"title: Attacked"):
        succeeded(secret in answer, f"{secret!r} was given")
    succeeded(status(answer) >= 500 and status(answer) not in (501, 503, 505), f"it broke: {answer[:80]!r}")
    alone = served.said(b"GET / HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n")
    succeeded(PAGE.encode() not in alone, f"nobody is answered any more: {alone[:80]!r}")
    return answer


def asked(path: str, host: str = "localhost", more: str = "", method: str = "GET") -> bytes:
    """A request for that path."""
    return f"{method} {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n{more}\r\n".encode()


# -- files that are not its own -----------------------------------------------------------------------

_UP = ("../", "%2e%2e/", "%2e%2e%2f", "..%2f", "..%5c", "..\\", "%252e%252e%252f", "..;/", "....//", ".%2e/",
       "%c0%ae%c0%ae/", "%e0%80%ae%e0%80%ae/", "%uff0e%uff0e/", "\uff0e\uff0e/", "..%00/", "../%0a")  # fmt: skip
_TO = ("runbook.yaml", "outside/secret.md", "../../../../etc/passwd")
PATHS = (
    *(f"/{start}{up}{up if 'outside' in to else ''}{to}" for up in _UP for to in _TO for start in ("", "assets/")),
    "/runbook.yaml", "/.git/config", "/.env", "/.runbook/kept.md", "/docs/own.md", "/processes/a/show.yaml",
    "/processes/a/show.yaml%00.html", "/processes/a/show.html/../show.yaml", "/C:/runbook.yaml", "/~root/.profile",
    "file:///etc/passwd", "//etc/passwd", "///etc/passwd", "/%2fetc/passwd", "/proc/self/environ", "*", "?", "#",
    "/?file=../runbook.yaml", "/#/../runbook.yaml", "http://localhost/../runbook.yaml", "/" + "a/" * 20_000,
    "/-/news/../../runbook.yaml", "/-/news?page=../runbook.yaml", "/-/", "/-/news%00", "/index.html%20",
    "/index.html.", "/INDEX.HTML", "/index.html::$DATA", "/assets/%2e%2e%2f%2e%2e%2ftemplates/base.html",
    "/assets/../templates/base.html",
    "/assets/site.css/../../base.html", "/%ff%fe", "/\u202egnp.exe", "/%E2%80%AE", "/{{ 7*7 }}", "/${jndi:x}",
)  # fmt: skip


def path(what: str) -> Attempt:
    """No address leads to a file that is none of the site."""

    def work(ground: Ground) -> Outcome:
        answer = got(ground, asked(what, more="") if "/-/news?" not in what else asked(what, method="HEAD"))
        return "harmless" if status(answer) == 200 else "refused"

    return Attempt("address", what if len(what) < 100 else f"{what[:20]}, {len(what)} letters", work)


def linked(what: str) -> Attempt:
    """A link of the project leads out of it, or to what is kept beside its files: nothing of that is on a page."""

    def work(ground: Ground) -> Outcome:
        prepared(ground)
        place = LINKS[what][0]
        name = place.removeprefix("docs/").removeprefix("processes/").removesuffix(".md").removesuffix(".yaml")
        places = [f"/pages/{name}.html", f"/pages/{name}", f"/processes/{name}.html", f"/processes/{name}/index.html"]
        below = ("secret.html", "secret.png", "secret.svg", "index.html", "config.html", "config", "etc/passwd")
        places += [f"/pages/{name}/{each}" for each in below] + ["/", "/pages/index.html", "/all.html"]
        places += ["/assets/search-index.js", "/api/processes.json"]
        given = [status(got(ground, asked(quote(each)))) for each in places]
        return "refused" if 404 in given else "harmless"

    return Attempt("link out of it", what, work)


# -- other hosts, other pages -------------------------------------------------------------------------

HOSTS = (
    "evil.example", "evil.example:8000", "localhost.evil.example", "127.0.0.1.evil.example", "evil.example.",
    "localhost@evil.example", "evil.example@localhost", "localhost, evil.example", "evil.example localhost",
    "localhost:80:80", "localhost:evil.example", "localhost/evil.example", "localhost#evil.example", "localhost?x",
    "localhost%00.evil.example", "localhost%2eevil.example", "[::1].evil.example", "[::1", "::1]", "[localhost]",
    "[::ffff:10.0.0.1]", "[fe80::1]", "192.168.1.5", "10.0.0.1:8000", "169.254.169.254", "0.0.0.0", "0", "2130706433",
    "0x7f000001", "017700000001", "127.1", "127.0.0.1.nip.io", "1.0.0.127.in-addr.arpa", "localhost\uff0eevil.example",
    "l\u00f6calhost", "\u24db\u24de\u24d2\u24d0\u24db\u24d7\u24de\u24e2\u24e3", "-localhost", "localhost-",
    "xlocalhost", "localhostx", "a.localhost.evil.example", ".localhost.example", "*", "null", "", ":8000", "http://localhost",
)  # fmt: skip


def rebound(host: str, where: str) -> Attempt:
    """A name of somebody else leads to this machine: a page of theirs is told nothing."""

    def work(ground: Ground) -> Outcome:
        answer = got(ground, asked(where, host))
        succeeded(PAGE.encode() in answer or status(answer) == 200, "it was answered")
        return "refused"

    return Attempt(f"name of others, {where.partition('?')[0]}", host or "none", work)


HEADERS: Mapping[str, str] = {
    "another origin": "Origin: https://evil.example\r\n",
    "no origin": "Origin: null\r\n",
    "another origin, and its method": "Origin: https://evil.example\r\nAccess-Control-Request-Method: GET\r\n",
    "a private network": "Origin: https://evil.example\r\nAccess-Control-Request-Private-Network: true\r\n",
    "another host before it": "X-Forwarded-Host: evil.example\r\nForwarded: host=evil.example\r\n",
    "another address before it": "X-Original-URL: /evil.example\r\nX-Rewrite-URL: /evil.example\r\n",
    "another method over it": "X-HTTP-Method-Override: DELETE\r\n",
    "parts of it": "Range: bytes=0-0,0-1,0-2,-9999999999\r\n",
    "many parts": "Range: bytes=" + ",".join(f"{at}-" for at in range(5_000)) + "\r\n",
    "what is packed": "Accept-Encoding: gzip;q=1.0, *;q=" + "9" * 5_000 + "\r\n",
    "a cookie": "Cookie: " + "a=b; " * 5_000 + "\r\n",
    "a login": "Authorization: Basic Og==\r\n",
    "an upgrade": "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: eA==\r\n",
    "to wait": "Expect: 200-maybe\r\n",
    "a proxy": "Proxy: http://evil.example\r\n",
}


def headed(what: str) -> Attempt:
    """A header asks for more than a page: nothing is opened to others, sent elsewhere or said in their words."""

    def work(ground: Ground) -> Outcome:
        for method in ("GET", "OPTIONS"):
            answer = got(ground, asked("/", more=HEADERS[what], method=method)).lower()
            head = answer.partition(b"\r\n\r\n")[0]
            succeeded(b"access-control-allow" in head, "others may read it")
            succeeded(b"evil.example" in answer, "it says what was sent")
            succeeded(status(answer.upper()) in (101, 206), "it was obeyed")
        return "harmless"

    return Attempt("header", what, work)


SHOWN = (
    "/<script>alert(1)</script>", "/x.html\"onload=\"alert(1)", "/%3Cscript%3Ealert(1)%3C/script%3E.html",
    "/%22%3E%3Cimg%20src=x%20onerror=alert(1)%3E.html", "/</script><script>alert(1)</script>.html",
    "/'onmouseover='alert(1).html", "/processes/%3Csvg%20onload=alert(1)%3E.html", "/{{7919*7907}}.html",
    "/%0d%0aSet-Cookie:a=b.html", "/%0aX-Evil:%20y", "/x%0d%0a%0d%0a<script>alert(1)</script>", "/x\u2028y.html",
    "/pages/%22%20autofocus%20onfocus=alert(1)%20x=%22.html", "//evil.example/%2e%2e", "//evil.example",
    "/\\evil.example",
    "/%2f%2fevil.example", "/%5cevil.example", "///evil.example/a/..",
)  # fmt: skip
_LEFT = (b"<script>alert", b"<img src=x", b"<svg onload", b'"onload=', b'" autofocus', b"'onmouseover='",
         b"\nset-cookie", b"\nx-evil", b"62615533", b"location:")  # fmt: skip


def reflected(what: str) -> Attempt:
    """What was asked for stands in the answer as text, if at all, and sends nobody elsewhere."""

    def work(ground: Ground) -> Outcome:
        answer = got(ground, asked(what)).lower()
        found = [each for each in _LEFT if each in answer]
        succeeded(found, f"{found} stands there")
        return "refused"

    return Attempt("said again", what, work)


# -- the form of requests, and patience ---------------------------------------------------------------

METHODS = (
    "POST",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "PROPFIND",
    "BREW",
    "get",
    "GET\t",
    "G" * 5_000,
)


def method(what: str) -> Attempt:
    """It is only read."""

    def work(ground: Ground) -> Outcome:
        answer = got(ground, asked("/", method=what))
        succeeded(PAGE.encode() in answer, "it was answered like somebody who reads")
        return "refused"

    return Attempt("method", what if len(what) < 100 else f"{len(what)} letters", work)


def hidden(what: str) -> Attempt:
    """Behind a head that can be read in two ways comes another request: it is never answered."""

    def work(ground: Ground) -> Outcome:
        return behind(ground, HEADS[what])

    return Attempt("hidden in another", what, work)


def behind(ground: Ground, head: bytes) -> Outcome:
    """A request with that head, and another one right behind it."""
    inside = asked("/all.html")
    answer = got(ground, b"GET /index.html HTTP/1.1\r\nHost: localhost\r\n" + head + b"\r\n" + inside)
    succeeded(answer.count(b"HTTP/1.1 ") > 1, "both were answered")
    return "refused"


BYTES: Mapping[str, bytes] = {
    "zeros": b"\0" * 1_000, "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"x" * 100,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "HTTP/0.9": b"GET /\r\n", "HTTP/9": b"GET / HTTP/9.9\r\n\r\n",
    "no version": b"GET / HTTP/\r\n\r\n", "a version of letters": b"GET / HTTP/1.a\r\n\r\n",
    "another protocol": b"HELO localhost\r\n", "line feeds": b"\n" * 10_000, "no end": b"A" * 1_000_000,
    "a word": b"GET\r\n\r\n", "four words": b"GET / / HTTP/1.1\r\n\r\n", "a byte": b"G", "nothing": b"",
}  # fmt: skip


def noise(what: str) -> Attempt:
    """What is no request is none."""

    def work(ground: Ground) -> Outcome:
        succeeded(PAGE.encode() in got(ground, BYTES[what]), "it was answered")
        return "refused"

    return Attempt("no request", what, work)


def many(path: str, count: int) -> Attempt:
    """So many at once: those that are too many are hung up, and when they have gone somebody else is answered."""

    def work(ground: Ground) -> Outcome:
        served = prepared(ground)
        with contextlib.ExitStack() as held:
            for _ in range(count):
                line = held.enter_context(served.line())
                with contextlib.suppress(OSError):
                    line.sendall(asked(path).replace(b"Connection: close\r\n", b""))
        for _ in range(200):
            if PAGE.encode() in served.said(asked("/")):
                return "refused"
        succeeded(True, "nobody is answered any more")
        return "harmless"

    return Attempt("many", f"{count} on {path}", work)


def patient(ground: Ground) -> Outcome:
    """Whoever sends a byte now and then, or nothing, is hung up."""
    outcome = prepared(ground).ended(LONGEST)
    got(ground, asked("/"))
    return outcome


# -- controls -----------------------------------------------------------------------------------------


def both(ground: Ground) -> Outcome:
    """The control: two requests behind each other, as any browser sends them."""
    return behind(ground, b"")


def given(ground: Ground) -> Outcome:
    """The control: a file of the project that does hold the canary."""
    ground.project({"docs/canary.md": f"# {CANARY}\n"})
    got(ground, asked("/pages/canary.html"))
    return "harmless"


def read_by_others(ground: Ground) -> Outcome:
    """The control: by a name of its own."""
    return rebound("localhost", "/").work(ground)


SET = AttackSet(
    name="preview",
    tries="a page of others reads the preview, it gives what is none of the site, or it can be held",
    answer="a request names a host of ours, in one form; an address is a key among the pages; patience ends",
    attempts=(
        *map(path, PATHS),
        *map(linked, LINKS),
        *(rebound(host, where) for where in ("/", "/-/news?page=index.html") for host in HOSTS),
        *map(headed, HEADERS),
        *map(reflected, SHOWN),
        *map(method, METHODS),
        *map(hidden, HEADS),
        *map(noise, BYTES),
        many("/", 300),
        many("/-/news?page=index.html", 100),
        Attempt("slow", "a byte now and then, and lines that are only held", patient),
    ),
    controls=(
        Attempt("both answered", "what is hidden in others", both),
        Attempt("given", "a file with the canary", given),
        Attempt("read", "by a name of its own", read_by_others),
    ),
)
