"""What others send us: is it from them, is it new, and what does it say.

Rule 1: what is not signed with our secret, or is older than five minutes, is read by nobody.
Rule 2: GitHub and Jira sign no time of sending: the time that counts is the one in what they have signed.
Rule 3: what a delivery is called is signed by Standard Webhooks alone; of all others the content is told once, too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runbook.work.tickets import github, gitlab, jira, webhook
from runbook.work.tickets.port import Access, Change, Denied
from runbook.work.tickets.signing import NotVerified, check_age, check_hub, check_standard, check_token
from runbook.work.tickets.times import seconds_since

LARGEST = 1024 * 1024
"""Bytes of one delivery."""
_LONGEST_ID = 200


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery that is from them and new."""

    id: str
    """What it is called."""
    once: tuple[str, ...]
    """What there is only one of: told before when any of it was there."""


def delivery_of(type: str, access: Access, secret: str, headers: Mapping[str, str], body: bytes, now: int) -> Delivery:
    """A delivery that is from them and new; `NotVerified` for any other. Names of headers are lower case."""
    if not secret:
        raise NotVerified("there is no secret to check it with")
    if len(body) > LARGEST:
        raise NotVerified("it is longer than a delivery may be")
    if type == "webhook" or (type == "gitlab" and "webhook-signature" in headers):
        id = check_standard(secret, headers, body, now)[:_LONGEST_ID]
        return Delivery(id, (id,))
    match type:
        case "jira":
            check_hub(secret, headers.get("x-hub-signature", ""), body)
            id = headers.get("x-atlassian-webhook-identifier", "")
        case "github":
            check_hub(secret, headers.get("x-hub-signature-256", ""), body)
            id = headers.get("x-github-delivery", "")
        case "gitlab":
            check_token(secret, headers.get("x-gitlab-token", ""))
            id = headers.get("idempotency-key", "") or headers.get("x-gitlab-event-uuid", "")
        case _:
            raise NotVerified(f"nothing comes from a system of the type `{type}`")
    check_age(_told_at(type, _parsed(body)), now)
    content = f"sha256:{hashlib.sha256(body).hexdigest()}"
    id = (id or content)[:_LONGEST_ID]
    return Delivery(id, tuple(dict.fromkeys((id, content))))


def change_in(type: str, access: Access, body: bytes) -> Change | None:
    """What a delivery says of a ticket; None when it is about something else, `Denied` when it can't be read."""
    given = _parsed(body)
    try:
        match type:
            case "jira":
                return jira.hook(given, access.url)
            case "github":
                return github.hook(given, access)
            case "gitlab":
                return gitlab.hook(given, access)
            case _:
                return webhook.hook(given)
    except (AttributeError, TypeError, ValueError, KeyError, IndexError, OverflowError):
        raise Denied("it has not the form of a delivery") from None


def _parsed(body: bytes) -> Mapping[str, Any]:
    try:
        given = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError):
        raise NotVerified("it is no JSON") from None
    if not isinstance(given, Mapping):
        raise NotVerified("it is no mapping")
    return given


def _told_at(type: str, body: Mapping[str, Any]) -> int:
    """When it was told, by what was signed; 0 where it says no time."""
    match type:
        case "jira":
            stamp = body.get("timestamp")
            return stamp // 1000 if isinstance(stamp, int) else 0
        case "github":
            comment, issue = body.get("comment"), body.get("issue")
            times = [each.get("updated_at") for each in (comment, issue) if isinstance(each, Mapping)]
        case _:
            issue = body.get("object_attributes")
            times = [issue.get("updated_at")] if isinstance(issue, Mapping) else []
    return max((seconds_since(str(each)) for each in times if each), default=0)
