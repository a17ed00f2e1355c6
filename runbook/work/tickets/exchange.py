"""One question to a ticket system and its answer, with the limits that every request of ours has.

Rule 1: nothing is sent twice here, and no redirect is followed: what is meant for one host goes to no other.
Rule 2: what went wrong is told apart by what is known: not done, never to be done, or nobody knows.
Rule 3: no message holds the secret, and none holds more than a line of what the other side said.
"""

from __future__ import annotations

import base64
import json
import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook.kind import WorkFailed
from runbook.work.http import check_address, host_of, trusted
from runbook.work.tickets.port import Access, Denied, NotTaken, Unknown

LONGEST = 4 * 1024 * 1024
"""Bytes of an answer."""
PAGES = 50
"""Pages of one list."""
FULL = 100
"""Entries of a page."""
_LATER = frozenset({401, 403, 407, 423, 425, 429})
"""It was not done, but may be at another time: the login, the permission or the rate can change."""
_LONGEST_WAIT = 86_400


@dataclass(frozen=True, slots=True)
class Answer:
    """What was answered; `data` is the JSON in it, None when there is none."""

    status: int
    headers: Mapping[str, str]
    data: Any


class Exchange:
    """Asks one ticket system, over connections that are kept."""

    def __init__(self, access: Access, headers: Mapping[str, str]) -> None:
        self._access = access
        self._headers = {"Accept": "application/json", "User-Agent": "runbook", **headers}
        self._client: Any = None

    def close(self) -> None:
        """Let go of the connections."""
        if self._client is not None:
            self._client.close()
            self._client = None

    def get(self, path: str, query: Mapping[str, Any] | None = None) -> Answer:
        """Look at something; an answer that is lost is as good as none."""
        try:
            return self.ask("GET", path, query=query)
        except Unknown as error:
            raise NotTaken(str(error)) from None

    def look(self, path: str, body: Any) -> Answer:
        """Look at something by a request with a body."""
        try:
            return self.ask("POST", path, body=body)
        except Unknown as error:
            raise NotTaken(str(error)) from None

    def ask(
        self,
        method: str,
        path: str,
        body: Any = None,
        query: Mapping[str, Any] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Answer:
        """Send one request, once; `NotTaken`, `Denied` or `Unknown` when it was not answered with success."""
        try:
            import httpx  # an extra: only those who have tickets elsewhere need it
        except ImportError:
            raise NotTaken("tickets need the package httpx: pip install 'runbook-toolkit[http]'") from None
        url = self._access.url.rstrip("/") + path
        host = host_of(url)
        if content is None and body is not None:
            content = json.dumps(body, ensure_ascii=False, allow_nan=False).encode("utf-8", "replace")
        sent = {**self._headers, **(headers or {})}
        if content is not None:
            sent["Content-Type"] = "application/json"
        try:
            check_address(url, self._access.link_local)
            client = self._opened(httpx)
            request = client.build_request(method, url, params=query, headers=sent, content=content)
        except (WorkFailed, httpx.InvalidURL, ValueError, UnicodeError) as error:
            raise Denied(self._said(f"{host} can't be asked: {error}")) from None
        try:
            response = client.send(request, stream=True, follow_redirects=False)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            raise NotTaken(self._said(f"{host} can't be reached: {error or type(error).__name__}")) from None
        except (httpx.HTTPError, httpx.StreamError, OSError) as error:
            raise Unknown(self._said(f"{host} gave no answer: {error or type(error).__name__}")) from None
        try:
            data = self._data(response)
        except (httpx.HTTPError, httpx.StreamError, OSError, ValueError, RecursionError) as error:
            why = str(error) or type(error).__name__
            data = None
            if response.is_success:
                raise Unknown(self._said(f"the answer of {host} can't be read: {why}")) from None
        finally:
            response.close()
        answer = Answer(response.status_code, {k.lower(): v for k, v in response.headers.items()}, data)
        self._judge(host, method, answer)
        return answer

    def _opened(self, httpx: Any) -> Any:
        if self._client is None:
            access = self._access
            self._client = httpx.Client(
                verify=_trust(access),
                trust_env=False,
                proxy=access.proxy or None,
                timeout=access.within,
            )
        return self._client

    def _data(self, response: Any) -> Any:
        began, kept, total = time.monotonic(), list[bytes](), 0
        for part in response.iter_bytes():
            total += len(part)
            if total > LONGEST:
                raise ValueError(f"it is longer than {LONGEST // 1024 // 1024} MiB")
            if time.monotonic() - began > self._access.within * 3:
                raise ValueError("it does not come to an end")
            kept.append(part)
        whole = b"".join(kept)
        return json.loads(whole) if whole.strip() else None

    def _judge(self, host: str, method: str, answer: Answer) -> None:
        """Nothing for success; else what is known about what was asked."""
        status = answer.status
        if 200 <= status < 300:
            return
        said = self._said(f"{host} answers {status}" + (f": {_reason(answer.data)}" if _reason(answer.data) else ""))
        if 300 <= status < 400:
            raise Denied(self._said(f"{host} sends the request on to another address: write that one"), status)
        if status in _LATER:
            raise NotTaken(said, _wait(answer.headers))
        if status == 503 and "retry-after" in answer.headers and method == "GET":
            raise NotTaken(said, _wait(answer.headers))
        if status == 408 or status >= 500:
            raise Unknown(said)
        raise Denied(said, status)

    def _said(self, text: str) -> str:
        """A line that holds no secret."""
        line = " ".join(text.split())
        for each in _shapes(self._access):
            line = line.replace(each, "***")
        return line[:300]


def _trust(access: Access) -> ssl.SSLContext:
    """Whom to trust; over plain HTTP nobody is asked, and those of the machine are not read for it."""
    if not access.url.lower().startswith("https:") and not access.proxy.lower().startswith("https:"):
        return ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context: ssl.SSLContext = trusted({"ca": access.ca} if access.ca else {}, access.root)
    return context


def _shapes(access: Access) -> tuple[str, ...]:
    if not access.secret:
        return ()
    login = base64.b64encode(f"{access.user}:{access.secret}".encode()).decode()
    return (access.secret, login, base64.b64encode(access.secret.encode()).decode())


def _wait(headers: Mapping[str, str]) -> int:
    """Seconds that the other side wants to be left alone; 0 when it does not say."""
    given = headers.get("retry-after", "")
    return min(int(given), _LONGEST_WAIT) if given.isascii() and given.isdecimal() else 0


def _reason(data: Any) -> str:
    """What the other side says about it: each of them has its own words."""
    if not isinstance(data, Mapping):
        return ""
    found: list[str] = []
    for name in ("message", "error", "error_description"):
        found += _texts(data.get(name))
    for each in _list(data.get("errorMessages")):
        found += _texts(each)
    errors = data.get("errors")
    if isinstance(errors, Mapping):
        found += [f"{name}: {text}" for name, each in errors.items() for text in _texts(each)]
    for each in _list(errors):
        found += _texts(each.get("message") if isinstance(each, Mapping) else each)
    return "; ".join(dict.fromkeys(found))[:250]


def _texts(value: Any) -> list[str]:
    if isinstance(value, Mapping):
        return [f"{name}: {text}" for name, each in value.items() for text in _texts(each)]
    if isinstance(value, list):
        return [text for each in value for text in _texts(each)]
    return [value] if isinstance(value, str) and value else []


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
