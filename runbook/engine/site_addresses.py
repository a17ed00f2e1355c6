"""What a request to the preview may be: which host it can mean, and which file of the site it asks for.

Rule 1: a page of somebody else, whose name leads to this machine, is told nothing: a request names a host of ours.
Rule 2: a path is a key among the files of the site and nothing else; it never meets a disk.
"""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import unquote_to_bytes

EVERYWHERE = ("0.0.0.0", "::", "")
"""What stands for every address of the machine."""


def is_loopback(host: str) -> bool:
    """True when a host is this machine, and nobody else can ask it."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def may_be_asked(header: str, host: str) -> bool:
    """True when the `Host` of a request is one that a server at `host` has: no name that others could lead here.

    An address can't be led anywhere, so that each is taken where the server listens at every one.
    """
    named = _name(header)
    if named is None:
        return False
    if is_loopback(named) or named.endswith(".localhost") or named == host.lower():
        return True
    if host not in EVERYWHERE:
        return False
    return _is_address(named) or named == socket.gethostname().lower()


def _name(header: str) -> str | None:
    """The host in a header, without its port; None when it is none."""
    name, bracket, port = header.strip().lower().partition("]")
    if name.startswith("["):
        return name[1:] if bracket and _is_port(port) and _is_address(name[1:]) else None
    name, colon, port = header.strip().lower().partition(":")
    return name.rstrip(".") if name and _is_port(colon + port) else None


def _is_port(text: str) -> bool:
    return text == "" or (text.startswith(":") and text[1:].isascii() and text[1:].isdigit())


def _is_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def path_of(target: str) -> str | None:
    """The path below the site that a request asks for; None for what no file of a site can be called."""
    raw = target.partition("#")[0].partition("?")[0]
    if not raw.startswith("/"):
        return None
    try:
        path = unquote_to_bytes(raw).decode("utf-8")
    except UnicodeDecodeError:
        return None
    if "\\" in path or not path.isprintable():
        return None
    parts = path[1:].split("/")
    if any(part in (".", "..") for part in parts) or "" in parts[:-1]:
        return None
    return path[1:] if parts[-1] else f"{path[1:]}index.html"


MEDIA = {
    "html": "text/html; charset=utf-8",
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "json": "application/json",
    "svg": "image/svg+xml",
    "xml": "application/xml",
    "txt": "text/plain; charset=utf-8",
    "md": "text/markdown; charset=utf-8",
    "csv": "text/csv; charset=utf-8",
    "png": "image/png",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "gif": "image/gif",
    "webp": "image/webp",
    "avif": "image/avif",
    "ico": "image/x-icon",
    "pdf": "application/pdf",
    "woff2": "font/woff2",
}
"""What a file is, by the end of its name."""


def media_of(path: str) -> str:
    """What a file of the site is; a browser takes nothing else for it."""
    return MEDIA.get(path.rpartition(".")[2].lower(), "application/octet-stream")


def address(host: str, port: int) -> str:
    """The address to open."""
    shown = "localhost" if host in EVERYWHERE else host
    return f"http://{f'[{shown}]' if ':' in shown else shown}:{port}/"
