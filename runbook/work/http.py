"""Asks a web service, for `http` steps: what is sent, which redirects are followed, how much is taken in.

Rule 1: what is meant for one host goes to no other: not the way to log in, not the headers, not what is sent.
Rule 2: no message holds more of an address than its host: what follows it may be a secret.
Rule 3: a file that is saved is there whole or not at all, and only when the answer is the one that was expected.
"""

from __future__ import annotations

import ipaddress
import json
import sys
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from runbook.errors import ExpressionError
from runbook.kind import WorkFailed
from runbook.matching import search
from runbook.work.files import NewFile, inside, to_read

LONGEST = 8 * 1024 * 1024
"""Bytes of a body that become output; a longer one has to be saved to a file."""
_UNREACHED, _TOO_LATE = 2, 3
"""Exit codes: nobody answered; the answer came too late."""
_REDIRECTS = (301, 302, 303, 307, 308)
_METADATA = ("metadata.google.internal", "fd00:ec2::254")


def address(request: Mapping[str, Any]) -> str:
    """The address with what is asked in it."""
    url = str(request["url"])
    query = urlencode(request.get("query", {}))
    if not query:
        return url
    url, sign, fragment = url.partition("#")
    return url + ("&" if "?" in url else "?") + query + sign + fragment


def ask(request: Mapping[str, Any]) -> None:
    """Send the request and print what is answered; `WorkFailed` when that is not what was expected."""
    try:
        import httpx  # an extra: only those who have such steps need it
    except ImportError:
        raise WorkFailed("`http` steps need the package httpx", "pip install 'runbook-toolkit[http]'") from None

    began = time.monotonic()
    within = request["expect"].get("within")
    try:
        proxy, patience = request.get("proxy"), within or 60.0
        with httpx.Client(verify=trusted(request), trust_env=False, proxy=proxy, timeout=patience) as client:
            response = _answered(client, request)
            wrong = _wrong(response, request["expect"])
            body = _body(response, request, began, wrong)
    except httpx.TimeoutException:
        after = f" within {within:g} s" if within else ""
        raise WorkFailed(f"no answer{after} from {host_of(request['url'])}", exit_code=_TOO_LATE) from None
    except (httpx.HTTPError, httpx.InvalidURL, httpx.StreamError, OSError) as error:
        why = str(error) or type(error).__name__
        raise WorkFailed(f"{host_of(request['url'])} can't be asked: {why}", exit_code=_UNREACHED) from None
    except (ValueError, UnicodeError) as error:
        raise WorkFailed(f"the request can't be sent: {error}", "look at its headers and its address") from None
    seconds = time.monotonic() - began
    print(
        f"{request['method']} {host_of(str(response.url))}: {response.status_code} in {seconds:.3f} s", file=sys.stderr
    )
    _show(response, body, request, seconds)
    sys.stdout.flush()
    if wrong:
        raise WorkFailed(wrong)
    if within and seconds > within:
        raise WorkFailed(f"the answer took {seconds:.1f} s, more than {within:g} s", exit_code=_TOO_LATE)


def trusted(request: Mapping[str, Any], project: str = ".") -> Any:
    """Whom to trust: those that the machine does, or those in the file `ca` of the project."""
    import ssl

    if "ca" not in request:
        return ssl.create_default_context()
    try:
        return ssl.create_default_context(cafile=inside(request["ca"], project))
    except (OSError, ssl.SSLError) as error:
        raise WorkFailed(f"the certificates in `{request['ca']}` can't be used: {error}") from None


def _answered(client: Any, request: Mapping[str, Any]) -> Any:
    """The response, after the redirects that may be followed."""
    method, url = request["method"], address(request)
    headers = dict(request.get("headers", {}))
    auth = request.get("auth", {})
    if "bearer" in auth:
        headers["Authorization"] = f"Bearer {auth['bearer']}"
    sent: dict[str, Any] = {}
    if "files" in request:
        sent = {"data": request.get("form"), "files": {name: to_read(path) for name, path in request["files"].items()}}
    elif "form" in request:
        sent = {"data": request["form"]}
    elif "json" in request:
        sent = {"content": json.dumps(request["json"], ensure_ascii=False, allow_nan=False).encode()}
        if not any(name.lower() == "content-type" for name in headers):
            headers["Content-Type"] = "application/json"
    elif "body" in request:
        sent = {"content": request["body"].encode()}
    login = (auth.get("user", ""), auth.get("password", "")) if auth and "bearer" not in auth else None
    for _ in range(10):
        check_address(url, request["link_local"])
        asked = client.build_request(method, url, headers=headers, **sent)
        response = client.send(asked, auth=login, stream=True, follow_redirects=False)
        target = response.headers.get("location")
        if response.status_code not in _REDIRECTS or not target or request["redirects"] == "none":
            return response
        response.close()
        there = urljoin(url, target)
        if response.status_code == 303 or (response.status_code in (301, 302) and method == "POST"):
            method, sent = ("HEAD" if method == "HEAD" else "GET"), {}
            headers = {name: value for name, value in headers.items() if name.lower() != "content-type"}
        elif "files" in sent:
            raise WorkFailed(f"{host_of(url)} sends a request with files on to {host_of(there)}", "ask that address")
        if _origin(there) != _origin(url):
            if request["redirects"] != "any":
                help = "ask that address, or allow it: `redirects: any`"
                raise WorkFailed(f"{host_of(url)} sends the request on to {host_of(there)}", help)
            if sent:
                raise WorkFailed(
                    f"{host_of(url)} sends what was meant for it on to {host_of(there)}", "ask that address"
                )
            headers, login = {}, None  # what was meant for the one is nothing for the other
        url = there
    raise WorkFailed(f"{host_of(request['url'])} sends the request on again and again", exit_code=_UNREACHED)


def check_address(url: str, link_local: bool) -> None:
    """Refuses what is no web address, and the addresses by which a machine is asked about itself."""
    parts = urlsplit(url)
    host = parts.hostname or ""
    if parts.scheme not in ("http", "https") or not host:
        raise WorkFailed(f"`{url[:100]}` is no web address", "an address begins with http:// or https://")
    if link_local:
        return
    import socket

    try:
        found = socket.getaddrinfo(host, parts.port or 80, type=socket.SOCK_STREAM)
        addresses = {str(each[4][0]).partition("%")[0] for each in found}
    except (OSError, UnicodeError):
        return  # the request itself says so better
    if host in _METADATA or any(_of_the_link(each) for each in addresses):
        help = "if that is meant, say so: `link_local: true`"
        raise WorkFailed(f"{host} is an address of the link, such as that of a cloud's metadata", help)


def _of_the_link(text: str) -> bool:
    address = ipaddress.ip_address(text)
    meant = getattr(address, "ipv4_mapped", None) or address  # `::ffff:169.254.0.1` is the same machine
    return bool(meant.is_link_local) or text in _METADATA


def _origin(url: str) -> tuple[str, str | None, int | None]:
    parts = urlsplit(url)
    return parts.scheme, parts.hostname, parts.port or {"http": 80, "https": 443}.get(parts.scheme)


def host_of(url: str) -> str:
    """The part of an address that can be told: what follows may hold more than it should."""
    parts = urlsplit(url)
    name = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or ""
    return f"{parts.scheme}://{name}" + (f":{parts.port}" if parts.port else "")


def _body(response: Any, request: Mapping[str, Any], began: float, wrong: str) -> bytes:
    """The body, unless it is saved; that of an answer that is wrong is kept to be shown, as far as it fits."""
    within = request["expect"].get("within")
    kept, total = [], 0
    file = NewFile(request["save"]) if "save" in request and not wrong else None
    try:
        for part in response.iter_bytes():
            total += len(part)
            if within and time.monotonic() - began > within:
                raise WorkFailed(f"the answer took longer than {within:g} s", exit_code=_TOO_LATE)
            if file:
                file.write(part)
            elif total > LONGEST and wrong:
                break
            elif total > LONGEST:
                raise WorkFailed(f"the body is longer than {LONGEST // 1024 // 1024} MiB", "write it to a file: `save`")
            else:
                kept.append(part)
        if file:
            file.keep()
    finally:
        response.close()
        if file:
            file.close()
    return b"".join(kept)


def _text(response: Any, body: bytes) -> str:
    """The body as text, in the encoding that the answer names, where that is one."""
    try:
        return body.decode(response.charset_encoding or "utf-8", "replace")
    except (LookupError, ValueError):
        return body.decode("utf-8", "replace")


def _no_number(word: str) -> Any:
    raise ValueError(word)


def _show(response: Any, body: bytes, request: Mapping[str, Any], seconds: float) -> None:
    text = _text(response, body)
    if request["gives"] == "body":
        sys.stdout.write(text)
        return
    whole: dict[str, Any] = {"status": response.status_code, "headers": dict(response.headers), "seconds": seconds}
    try:
        whole["json"] = json.loads(text, parse_constant=_no_number)  # `NaN` is none of JSON
    except (ValueError, RecursionError):
        whole["text"] = text
    print(json.dumps(whole))


def _wrong(response: Any, expect: Mapping[str, Any]) -> str:
    """What of the status and the headers is not as expected; empty when all is."""
    wanted = expect.get("status", "2xx")
    listed = wanted if isinstance(wanted, list) else [wanted]
    status = response.status_code
    if not any(status == each or f"{status // 100}xx" == each for each in listed):
        return f"the status is {status} {response.reason_phrase}".rstrip() + f", not {_either(listed)}"
    for name, pattern in expect.get("headers", {}).items():
        value = response.headers.get(name)
        if value is None:
            return f"the answer has no header `{name}`"
        try:
            fits = search(str(pattern), value[:65_536])
        except ExpressionError as error:
            return f"header `{name}`: {error}"
        if not fits:
            return f"the header `{name}` is `{value[:100]}`, which does not match `{pattern}`"
    return ""


def _either(listed: list[Any]) -> str:
    return " or ".join(map(str, listed))
