"""Signatures of webhooks: Standard Webhooks both ways, and what Jira, GitHub and GitLab send.

Rule 1: secrets are compared in constant time, and no message says what would have been right.
Rule 2: only the bytes that came are signed; nothing is parsed before its signature is good.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Mapping

OLDEST = 300
"""Seconds that a delivery may be old, or ahead of our clock."""
_PREFIX = "whsec_"


class NotVerified(Exception):
    """A delivery that nobody vouches for."""


def key_of(secret: str) -> bytes:
    """The bytes that are signed with: what stands after `whsec_` is base64, any other secret is as it is."""
    if not secret.startswith(_PREFIX):
        return secret.encode("utf-8", "surrogateescape")
    try:
        key = base64.b64decode(secret.removeprefix(_PREFIX), validate=True)
    except (binascii.Error, ValueError):
        raise NotVerified("what stands after `whsec_` in the secret is no base64") from None
    if not key:  # with which everybody could sign
        raise NotVerified("nothing stands after `whsec_` in the secret")
    return key


def signed(secret: str, id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """The headers of Standard Webhooks for a message."""
    return {
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{_standard(secret, id, str(timestamp), body)}",
    }


def _standard(secret: str, id: str, timestamp: str, body: bytes) -> str:
    whole = f"{id}.{timestamp}.".encode("utf-8", "surrogateescape") + body
    return base64.b64encode(hmac.new(key_of(secret), whole, hashlib.sha256).digest()).decode()


def check_standard(secret: str, headers: Mapping[str, str], body: bytes, now: int) -> str:
    """The id of a delivery that is signed by Standard Webhooks and new; `NotVerified` for any other."""
    id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    given = headers.get("webhook-signature", "")
    if not id or not timestamp or not given:
        raise NotVerified("it is not signed")
    if len(timestamp) > 12 or not (timestamp.isascii() and timestamp.isdecimal()):
        raise NotVerified("its time is no time")
    wanted = _standard(secret, id, timestamp, body).encode()
    good = False
    for each in given.split(" ")[:10]:
        version, _, value = each.partition(",")
        good |= version == "v1" and hmac.compare_digest(value.encode("utf-8", "replace"), wanted)
    if not good:
        raise NotVerified("its signature is wrong")
    check_age(int(timestamp), now)
    return id


def check_hub(secret: str, given: str, body: bytes) -> None:
    """`NotVerified` unless `sha256=...` is the signature of the body, as GitHub and Jira send it."""
    wanted = "sha256=" + hmac.new(key_of(secret), body, hashlib.sha256).hexdigest()
    if not given:
        raise NotVerified("it is not signed")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        raise NotVerified("its signature is wrong")


def check_token(secret: str, given: str) -> None:
    """`NotVerified` unless that is the secret itself, as older GitLab sends it."""
    if not given:
        raise NotVerified("it is not signed")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), secret.encode("utf-8", "surrogateescape")):
        raise NotVerified("its token is wrong")


def check_age(second: int, now: int) -> None:
    """`NotVerified` for what is older than five minutes, or from a time to come."""
    if abs(now - second) > OLDEST:
        raise NotVerified("it is older than five minutes, or from a time to come")
