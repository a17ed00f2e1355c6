"""The forms in which a secret may be met in output: what the supervisor masks.

One encoding at a time, and JSON inside of JSON. Line breaks are no part of a form: see the supervisor's mask.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
import urllib.parse
from collections.abc import Iterable, Iterator

from runbook.engine.supervisor.mask import SHORTEST

_LINE = 8
"""Characters of a line of a secret that is masked when it stands alone."""
_URL = (
    "",
    "/",
    "!~*'()",  # encodeURIComponent
    ";,/?:@&=+$-_.!~*'()#",  # encodeURI
    "-._~!$&'()*+,;=:@/",  # a path
    "$&+=:@",
    "!#$%&'()*+,/:;=?@[]~",  # what clients mend
)
"""What is left as it is in URLs, besides letters and digits, by whoever writes them."""


def forms(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Every form of the secrets, none twice: as it is, by lines, and in the usual encodings."""
    found: dict[bytes, None] = {}
    for secret in secrets:
        for text in _texts(secret):
            found.update(dict.fromkeys(_encoded(text)))
    return tuple(each for each in found if len(each.translate(None, b"\r\n")) >= SHORTEST)


def visible(secret: str) -> int:
    """How many characters of the secret can be told from the space around it and from line breaks."""
    return len(secret.strip().replace("\r", "").replace("\n", ""))


def _texts(secret: str) -> Iterator[str]:
    """The secret, without the space around it, its lines, and the values in it when it is JSON."""
    yield secret
    if (stripped := secret.strip()) and stripped != secret:
        yield stripped
    lines = secret.splitlines()
    if len(lines) > 1:
        yield from (line.strip() for line in lines if len(line.strip()) >= _LINE)
        yield "\r\n".join(lines)
    if secret.lstrip()[:1] in ("{", "["):
        try:
            yield from (leaf for leaf in _leaves(json.loads(secret)) if len(leaf) >= SHORTEST)
        except (ValueError, RecursionError):
            return


def _leaves(value: object) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for each in value.values():
                yield from _leaves(each)
        case list():
            for each in value:
                yield from _leaves(each)


def _encoded(text: str) -> Iterator[bytes]:
    raw = _bytes(text)
    yield raw
    for word in (*_in_json(text), *_in_python(text, raw), *_in_html(text), *_in_a_shell(text), *_in_a_url(raw)):
        yield _bytes(word)
    for word in (raw.hex(), raw.hex(" ")):
        yield word.encode()
        yield word.upper().encode()
    yield from _base64(raw)


def _in_json(text: str) -> Iterator[str]:
    for only in (True, False):
        once = json.dumps(text, ensure_ascii=only)[1:-1]
        yield once
        yield once.replace("/", "\\/")
        yield once.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        yield once.replace("\x7f", "\\u007f")
        yield json.dumps(once)[1:-1]
        yield json.dumps(once, ensure_ascii=False)[1:-1]


def _in_python(text: str, raw: bytes) -> Iterator[str]:
    """As its errors show it: of text and of bytes, whichever quotes there are around it."""
    for shown in (repr(text)[1:-1], ascii(text)[1:-1], repr(raw)[2:-1], text.encode("unicode_escape").decode()):
        yield shown
        plain = shown.replace("\\'", "'")
        yield plain
        yield plain.replace("'", "\\'")


def _in_html(text: str) -> Iterator[str]:
    quoted = html.escape(text)
    yield quoted
    yield html.escape(text, quote=False)
    for quote in ("&#39;", "&apos;"):
        yield quoted.replace("&#x27;", quote)
        yield quoted.replace("&#x27;", quote).replace("&quot;", "&#34;")


def _in_a_shell(text: str) -> Iterator[str]:
    yield shlex.quote(text)
    yield text.replace("'", "'\\''")
    yield re.sub(r'([\\"$`])', r"\\\1", text)
    yield re.sub(r"([^\w@%+=:./-])", r"\\\1", text)


def _in_a_url(raw: bytes) -> Iterator[str]:
    words = [urllib.parse.quote(raw, safe) for safe in _URL]
    words += [urllib.parse.quote_plus(raw, safe) for safe in ("", "*")]
    words += [word.replace("~", "%7E") for word in words[-2:]]
    words.append("".join(f"%{byte:02X}" for byte in raw))
    for word in words:
        yield word
        yield re.sub("%[0-9A-F]{2}", lambda found: found[0].lower(), word)


def _base64(raw: bytes) -> Iterator[bytes]:
    """The characters of base64 that hang on the secret alone, for each of the three places it can begin at."""
    for shift in range(3):
        coded = base64.b64encode(bytes(shift) + raw + bytes(-(shift + len(raw)) % 3))
        begin = (shift * 8 + 5) // 6
        end = (shift + len(raw)) * 8 // 6
        sure = coded[begin:end]
        if len(sure) >= max(SHORTEST, 5):
            yield sure
            yield sure.replace(b"+", b"-").replace(b"/", b"_")
            yield sure.replace(b"/", b"\\/")
    yield base64.b64encode(raw)
    yield base64.urlsafe_b64encode(raw)


def _bytes(text: str) -> bytes:
    """The text as programs write it; what the environment had that is no text stays as it was there."""
    try:
        return text.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return text.encode("utf-8", "surrogatepass")
