"""The forms in which a secret may be met in output: what the supervisor masks."""

from __future__ import annotations

import base64
import html
import json
import shlex
import urllib.parse
from collections.abc import Iterable, Iterator

SHORTEST = 4
"""Characters: a shorter text is too common to be masked, and is refused as a secret."""
_LINE = 8
"""Characters of a line of a secret that is masked when it stands alone."""


def forms(secrets: Iterable[str]) -> tuple[bytes, ...]:
    """Every form of the secrets, none twice: as it is, by lines, and in the usual encodings."""
    found: dict[bytes, None] = {}
    for secret in secrets:
        for text in _texts(secret):
            found.update(dict.fromkeys(_encoded(text)))
    return tuple(each for each in found if len(each) >= SHORTEST)


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
    raw = text.encode("utf-8", "surrogateescape")
    yield raw
    words = (
        *(json.dumps(text, ensure_ascii=ascii)[1:-1] for ascii in (True, False)),
        json.dumps(text)[1:-1].replace("/", "\\/"),
        json.dumps(json.dumps(text)[1:-1])[1:-1],
        repr(text)[1:-1],
        ascii(text)[1:-1],
        text.encode("unicode_escape").decode(),
        html.escape(text),
        html.escape(text, quote=False),
        html.escape(text).replace("&#x27;", "&#39;"),
        shlex.quote(text),
        text.replace("'", "'\\''"),
        *(urllib.parse.quote(raw, safe) for safe in ("", "/", "!~*'()", "-._~!$&'()*+,;=:@/")),
        urllib.parse.quote_plus(raw),
    )
    for word in words:
        yield word.encode("utf-8", "surrogateescape")
        if "%" in word:
            yield _lower_percent(word).encode("utf-8", "surrogateescape")
    yield raw.hex().encode()
    yield raw.hex().upper().encode()
    yield from _base64(raw)


def _lower_percent(text: str) -> str:
    """The same with `%2f` for `%2F`."""
    first, *rest = text.split("%")
    return "%".join([first, *(each[:2].lower() + each[2:] for each in rest)])


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
    yield base64.b64encode(raw)
    yield base64.urlsafe_b64encode(raw)
    for whole in (base64.b64encode(raw), base64.b64encode(raw + b"\n")):
        for width in (76, 64) if len(whole) > 64 else ():  # as programs break it into lines
            yield from (line for at in range(0, len(whole), width) if len(line := whole[at : at + width]) >= _LINE)
