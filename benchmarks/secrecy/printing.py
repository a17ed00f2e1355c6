"""Prints secrets in every usual way; needs nothing but Python, because it is copied into the project that is proved.

Usage: printing.py DIGEST SEED: the secrets at its input, parted by `\\x1e`, onto both streams in chunks of every size.
"""

from __future__ import annotations

import base64
import hashlib
import html
import json
import os
import random
import shlex
import sys
import urllib.parse
from collections.abc import Iterator, Sequence

PART = "\x1e"


def shown(secret: str) -> Iterator[str]:
    """The secret in every encoding that is promised to be masked."""
    raw = secret.encode()
    yield secret
    yield from (urllib.parse.quote(raw, safe) for safe in ("", "/", "!~*'()"))
    yield urllib.parse.quote_plus(raw)
    yield urllib.parse.quote(raw, "").lower() if not any(map(str.isupper, secret)) else ""
    for before in (b"", b"k", b"ki", b"kim:"):
        for encode in (base64.b64encode, base64.urlsafe_b64encode):
            coded = encode(before + raw + (b": it" if before else b"")).decode()
            yield coded
            yield coded.rstrip("=")
        yield base64.encodebytes(before + raw + b"!").decode()
    for only in (True, False):
        yield json.dumps(secret, ensure_ascii=only)
        yield json.dumps({"in": json.dumps({"in": secret}, ensure_ascii=only)}, ensure_ascii=only)
    yield raw.hex()
    yield raw.hex().upper()
    yield repr(secret)
    yield ascii(secret)
    yield repr(raw)
    yield html.escape(secret)
    yield shlex.quote(secret)


def returns(secrets: Sequence[str], digest: str) -> dict[str, object]:
    """Print all of it, and give it back."""
    check(secrets, digest)
    for secret in secrets:
        for text in shown(secret):
            print(f"<{text}>")
    return {"given": list(secrets), "within": {"a": [f"before {secret} after" for secret in secrets]}}


def fails(secret: str, how: str) -> None:
    """Fail with the secret in the error, its arguments, its notes, or the error before it."""
    known = {"secret": secret}
    match how:
        case "value":
            raise ValueError(f"not accepted: {secret}")
        case "key":
            raise KeyError(secret)
        case "chain":
            try:
                {}[secret]
            except KeyError as error:
                raise RuntimeError(f"refused {known}") from error
        case "bytes":
            raise OSError(5, "denied", secret.encode())
    json.loads(f'{{"a": {secret!r}')
    raise LookupError(secret)


def check(secrets: Sequence[str], digest: str) -> None:
    """Stop when these are not the secrets that were meant."""
    found = hashlib.sha256(PART.join(secrets).encode()).hexdigest()
    if found != digest:
        sys.exit("these are other secrets")


def main() -> None:
    """Print what comes in, in chunks of every size."""
    secrets = sys.stdin.buffer.read().decode().split(PART)
    check(secrets, sys.argv[1])
    choice = random.Random(int(sys.argv[2]))
    for secret in secrets:
        text = "\n".join(f"<{each}>" for each in shown(secret)).encode() + b"\n"
        stream = choice.choice((1, 2))
        single = len(text) < 6000
        while text:
            size = 1 if single else choice.choice((1, 7, 100, 4095, 4096, 4097, 65535, 65536))
            text = text[os.write(stream, text[:size]) :]


if __name__ == "__main__":
    main()
