"""Webhooks of anybody: forged, sent again, too old, hidden in each other, too long, too slow, or full of nonsense."""

from __future__ import annotations

import gzip
import json
import time
from collections.abc import Callable, Mapping
from dataclasses import replace
from urllib.parse import quote

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground
from tests.security.hooked import (
    SECRETS,
    SIGNED_BY,
    SYSTEMS,
    Delivery,
    hub,
    kept,
    prepared,
    sent,
    signed,
    standard,
    told,
)
from tests.security.served import HEADS, status
from tests.security.sets.shown import HOSTILE, RAW

LONGEST = 40.0
"""Seconds after which a line is not waited for any more."""

Make = Callable[[], Delivery]


def forged(way: str, what: str, make: Make, **judged: bool) -> Attempt:
    """A delivery that nobody has signed so."""
    return Attempt(way, what, lambda ground: sent(ground, make().raw, **judged))


# -- signatures ---------------------------------------------------------------------------------------


def wrongly(system: str) -> dict[str, Make]:
    """Signatures that are none of this body by this secret."""
    name = SIGNED_BY[system]

    def of(value: str | None) -> Make:
        return lambda: signed(system, told(system)).but(**{name: value})

    def with_key(key: str, of: bytes | None = None) -> Make:
        def make() -> Delivery:
            body = told(system)
            return signed(system, body).but(**{name: hub(key, body if of is None else of)})

        return make

    forms: dict[str, str | None] = {
        "none": None, "empty": "", "blank": " ", "ours by name": "sha256=", "sixty-four zeros": "sha256=" + "0" * 64,
        "null": "null", "true": "true", "a star": "*", "not one letter of ours": "sha256=\u00e9" * 32,
        "ten thousand letters": "sha256=" + "a" * 10_000, "the word of the settings": f"HOOK_{system.upper()}",
        "a variable": f"${{HOOK_{system.upper()}}}", "a template": "{{ secrets.key }}",
    }  # fmt: skip
    keys = {
        "with an empty key": with_key(""),
        "with another key": with_key("secret-of-nobody"),
        "with the key of another system": with_key(SECRETS["webhook"]),
        "of an empty body": with_key(SECRETS[system], b""),
        "of another body": with_key(SECRETS[system], told(system, "Another")),
    }
    if system == "gitlab":
        keys = {
            "cut": of(SECRETS[system][:-1]), "longer": of(SECRETS[system] + " x"), "capitals": of("SECRET-OF-GITLAB"),
            "as a bearer": lambda: signed(system, told(system)).but(
                **{name: None, "Authorization": f"Bearer {SECRETS[system]}"}
            ),
            "in the address": lambda: replace(
                signed(system, told(system)).but(**{name: None}), path=f"/gitlab?token={SECRETS[system]}"
            ),
            "of another system": of(SECRETS["jira"]),
        }  # fmt: skip
    return {what: of(value) for what, value in forms.items()} | keys


def by_standard() -> dict[str, Make]:
    """What was signed by Standard Webhooks, and then changed, or was never signed."""
    now = lambda: str(int(time.time()))  # noqa: E731

    def changed(**headers: str | None) -> Make:
        return lambda: signed("webhook", told("webhook")).but(**headers)

    def by(key: bytes, version: str = "v1") -> Make:
        def make() -> Delivery:
            body = told("webhook")
            given = standard(key, "id-1", now(), body)
            given["webhook-signature"] = given["webhook-signature"].replace("v1,", f"{version},")
            return signed("webhook", body).but(**given)

        return make

    right = SECRETS["webhook"].encode()
    return {
        "without an id": changed(webhook_id=None),
        "with another id": changed(webhook_id="id-2"),
        "without a time": changed(webhook_timestamp=None),
        "with another time": lambda: signed("webhook", told("webhook"), at=str(int(time.time()) - 400)).but(
            webhook_timestamp=now()
        ),
        "without a signature": changed(webhook_signature=None),
        "an empty one": changed(webhook_signature="v1,"),
        "no base64": changed(webhook_signature="v1,%%%%"),
        "a thousand": changed(webhook_signature=" ".join(["v1,AAAA"] * 1_000)),
        "another version": by(right, "v2"),
        "the version of public keys": by(right, "v1a"),
        "an empty key": by(b""),
        "another key": by(b"secret-of-nobody"),
        "another body": lambda: replace(signed("webhook", told("webhook", "First")), body=told("webhook", "Another")),
        "a body that goes on": longer,
        "an id that takes the time": shifted,
    }


def longer() -> Delivery:
    """There is a blank more in it than was signed."""
    right = signed("webhook", told("webhook"))
    return replace(right, body=right.body + b" ")


def shifted() -> Delivery:
    """What is signed is the same text, read with its dots elsewhere."""
    at, body = str(int(time.time())), told("webhook")
    right = dict(signed("webhook", body, id=f"id.{at}", at=at).headers)
    return replace(
        Delivery((), f"{at}.".encode() + body, "/webhook"),
        headers=(("webhook-id", "id"), ("webhook-timestamp", at), ("webhook-signature", right["webhook-signature"])),
    )


SIGNATURES = (
    *(forged(f"signature, {system}", what, make, unknown=True)
      for system in SIGNED_BY for what, make in wrongly(system).items()),
    *(forged("signature, webhook", what, make, unknown=True) for what, make in by_standard().items()),
    forged("no secret", "a variable that is empty", lambda: replace(
        signed("jira", told("jira"), secret=""), path="/empty"), unknown=True, may_fail=True),
    forged("no secret", "a variable that is not there", lambda: replace(
        signed("jira", told("jira"), secret=""), path="/unset"), unknown=True, may_fail=True),
    forged("no secret", "nothing after its mark", lambda: replace(
        signed("webhook", told("webhook"), secret=""), path="/bare"), unknown=True),
)  # fmt: skip


# -- times and replays --------------------------------------------------------------------------------

TIMES: Mapping[str, str] = {
    "five minutes old": "{old}",
    "five minutes ahead": "{ahead}",
    "milliseconds": "{now}000",
    "with a fraction": "{now}.0",
    "with a sign": "+{now}",
    "negative": "-{now}",
    "in hex": "0x6553f100",
    "zero": "0",
    "ten digits of nine": "9" * 10,
    "a hundred digits": "9" * 100,
    "not a number": "NaN",
    "infinite": "inf",
    "exponent": "2e9",
    "a word": "now",
    "other digits": "\u0661\u0667\u0669\u0665",
    "two of them": "{now}, {now}",
    "ISO": "2026-11-26T09:00:00Z",
}


def timed(what: str) -> Make:
    """Rightly signed, with a time that is none, or not now."""

    def make() -> Delivery:
        now = int(time.time())
        at = TIMES[what].format(now=now, old=now - 302, ahead=now + 302)
        return signed("webhook", told("webhook"), at=at)

    return make


STAMPS: Mapping[str, object] = {
    "none": None, "text": "now", "true": True, "a list": [], "zero": 0, "negative": -1, "infinite": float("inf"),
    "a fraction": 1.5, "not a number": float("nan"), "too large": 10**400, "seconds": 1_795_684_470,
}  # fmt: skip
OLD = {
    **{f"jira, {what}": lambda stamp=stamp: signed("jira", told("jira", timestamp=stamp))
       for what, stamp in STAMPS.items()},
    **{f"{system}, an hour {word}": lambda system=system, by=by: signed(system, told(system, at=time.time() + by))
       for system in ("jira", "github", "gitlab") for word, by in (("old", -3_600), ("ahead", 3_600))},
}  # fmt: skip


def again(system: str, what: str) -> Attempt:
    """A delivery that was taken comes again, by somebody who has seen it and knows no secret."""

    def work(ground: Ground) -> Outcome:
        prepared(ground)
        key = f"first {system}"
        if key not in ground.kept:
            first = ground.kept[key] = signed(system, told(system, "First"), id=f"first-{system}")
            before = kept(ground)
            answer = prepared(ground).said(first.raw)
            assert kept(ground) == before + 1, answer
        return sent(ground, AGAIN[what](ground.kept[key]).raw)

    return Attempt(f"sent again, {system}", what, work)


_IDS = ("X-GitHub-Delivery", "X-Atlassian-Webhook-Identifier", "Idempotency-Key", "X-Gitlab-Event-UUID")
AGAIN: Mapping[str, Callable[[Delivery], Delivery]] = {
    "as it was": lambda each: each,
    "by another name": lambda each: each.but(**dict.fromkeys(_IDS, "another-1")),
    "without a name": lambda each: each.but(**dict.fromkeys(_IDS, None)),
    "with two names": lambda each: replace(each, headers=(*each.headers, *((name, "another-2") for name in _IDS))),
    "by a name in capitals": lambda each: each.but(**dict.fromkeys(_IDS, "FIRST")),
    "by a name that is very long": lambda each: each.but(**dict.fromkeys(_IDS, "f" * 5000)),
    "at an address with more in it": lambda each: replace(each, path=f"/{each.path}/?again=1"),
    "with a signature after its own": lambda each: each.but(webhook_signature="v1,AAAA"),
}

# -- how a request is framed --------------------------------------------------------------------------


def hidden(what: str) -> Attempt:
    """Behind a head that can be read in two ways comes a delivery that would be taken: it is never looked at."""

    def work(ground: Ground) -> Outcome:
        inside = signed("jira", told("jira", f"Hidden by {what}"), id=f"hidden {what}").raw
        return sent(ground, b"POST /jira HTTP/1.1\r\nHost: localhost\r\n" + HEADS[what] + b"\r\n" + inside)

    return Attempt("hidden in another", what, work)


def framed(what: str) -> Attempt:
    """A delivery in a form that no system sends: it is refused, however it is signed."""

    def work(ground: Ground) -> Outcome:
        return sent(ground, FRAMES[what](signed("jira", told("jira", f"Framed: {what}"))).raw)

    return Attempt("how long it is", what, work)


def _chunked(each: Delivery) -> Delivery:
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(each.body), each.body)
    return replace(each.but(transfer_encoding="chunked"), body=chunks)


def _with_length(each: Delivery) -> Delivery:
    return replace(each, headers=(*each.headers, ("Content-Length", str(len(each.body)))))


def _signed_as(each: Delivery, body: bytes, **headers: str) -> Delivery:
    return replace(each, body=body).but(x_hub_signature=hub(SECRETS["jira"], body), **headers)


FRAMES: Mapping[str, Callable[[Delivery], Delivery]] = {
    "in chunks": _chunked,
    "in chunks and with a length": lambda each: _with_length(_chunked(each)),
    "no length": lambda each: replace(each, headers=(*each.headers, ("Transfer-Encoding", "identity"))),
    "more than comes": lambda each: each.but(content_length=str(len(each.body) + 1)),
    "less than comes": lambda each: each.but(content_length=str(len(each.body) - 1)),
    "a length with a sign": lambda each: each.but(content_length=f"+{len(each.body)}"),
    "a length in hex": lambda each: each.but(content_length=hex(len(each.body))),
    "a list of lengths": lambda each: each.but(content_length=f"{len(each.body)}, {len(each.body)}"),
    "two lengths": lambda each: replace(each, headers=(*each.headers, *(
        ("Content-Length", str(len(each.body))),) * 2)),
    "a byte too many": lambda each: _signed_as(each, each.body[:-1] + b" " * (1024 * 1024 - len(each.body) + 1) + b"}"),
    "ten megabytes": lambda each: _signed_as(each, each.body[:-1] + b" " * 10_000_000 + b"}"),
    "ten gigabytes that never come": lambda each: each.but(content_length="10000000000"),
    "packed": lambda each: _signed_as(each, gzip.compress(each.body), content_encoding="gzip"),
    "packed, and signed unpacked": lambda each: replace(each, body=gzip.compress(each.body)).but(
        content_encoding="gzip"),
    "a bomb": lambda each: _signed_as(each, gzip.compress(b" " * 50_000_000), content_encoding="gzip"),
    "its signature twice": lambda each: replace(each, headers=(("X-Hub-Signature", "sha256="), *each.headers)),
    "its signature under a line": lambda each: each.but(x_hub_signature=None).but(
        **{"X.Hub.Signature": dict(each.headers)["X-Hub-Signature"]}),
    "its signature folded": lambda each: each.but(
        x_hub_signature="sha256=\r\n " + dict(each.headers)["X-Hub-Signature"][7:]),
}  # fmt: skip

METHODS = (
    "GET",
    "HEAD",
    "PUT",
    "DELETE",
    "PATCH",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "BREW",
    "post",
    "POST\t",
    "P" * 5_000,
)
PATHS: Mapping[str, str] = {
    "nobody": "/", "no such name": "/nobody", "capitals": "/JIRA", "a name with an end": "/jira.yaml",
    "up": "/../jira", "through another": "/nobody/../jira", "through itself": "/jira/../jira", "a dot": "/./jira",
    "encoded": "/%6a%69%72%61", "encoded twice": "/%256a", "a zero": "/jira%00", "a backslash": "/..\\jira",
    "a line end": "/jira%0d%0aX-Hub-Signature:x", "a semicolon": "/jira;/../nobody", "the settings": "/runbook.yaml",
    "a file of the project": "/operations/integrations/jira.yaml", "the machine": "/../../../../etc/passwd",
    "another host": "http://evil.example/jira", "a star": "*", "very long": "/" + "jira/" * 10_000,
    "other letters": "/j\u00edra", "one that asks itself": "/silent", "another one's address": "/github",
    "an attribute": "/__class__", "a template": "/{{ 7*7 }}", "a statement": "/'; DROP TABLE stream; --",
}  # fmt: skip

# -- what stands in it --------------------------------------------------------------------------------


def _as(media: str, body: Callable[[bytes], bytes]) -> Make:
    def make() -> Delivery:
        given = body(told("jira"))
        return signed("jira", given).but(content_type=media)

    return make


KINDS: Mapping[str, Make] = {
    "a form": _as("application/x-www-form-urlencoded", lambda body: b"payload=" + quote(body).encode()),
    "a form of parts": _as("multipart/form-data; boundary=x", lambda body: (
        b'--x\r\nContent-Disposition: form-data; name="payload"\r\n\r\n' + body + b"\r\n--x--\r\n")),
    "XML": _as("text/xml", lambda body: b'<!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/passwd">]><a>&b;</a>'),
    "YAML": _as("text/yaml", lambda body: b"!!python/object/apply:os.system [touch hit]"),
    "a pickle": _as("application/octet-stream", lambda body: b"cos\nsystem\n(S'touch hit'\ntR."),
    "a script": _as("text/javascript", lambda body: b")]}'\n" + body),
    "lines": _as("application/x-ndjson", lambda body: body + b"\n" + body),
    "text of a page of others": lambda: signed("jira", told("jira")).but(
        x_hub_signature=None, content_type="text/plain", origin="https://evil.example"),
    "with a mark of its order": _as("application/json", lambda body: b"\xef\xbb\xbf" + body),
    "UTF-7": _as("application/json; charset=utf-7", lambda body: body.replace(b'"', b"+ACI-")),
    "Latin-1": _as("application/json; charset=latin-1", lambda body: body.replace(b"Owned", b"\xe9\xff")),
    "no encoding": _as("application/json", lambda body: body.replace(b"Owned", b"\xc0\xaf\xed\xa0\x80")),
    "UTF-16": _as("application/json; charset=utf-16", lambda body: body.decode().encode("utf-16")),
    "UTF-32": _as("application/json; charset=utf-32", lambda body: body.decode().encode("utf-32-le")),
    "the half of UTF-16": _as("application/json; charset=utf-16", lambda body: body.decode().encode("utf-16")[:-1]),
}  # fmt: skip


def _webhook(**fields: object) -> bytes:
    given = {"key": "rb-webhook", "ref": "1", "version": "9", "fields": {"title": "x"}}
    return json.dumps({"type": "ticket.changed", "timestamp": "2026", "data": {**given, **fields}}).encode()


CONTENTS: Mapping[str, bytes] = {
    "half a character": _webhook(fields={"title": "\ud800", "description": "\udfff"}),
    "half a character in a key": _webhook(key="rb-\ud800", ref="\ud800"),
    "half a character in a version": _webhook(version="\ud800", by="\ud800"),
    "escapes of a terminal": _webhook(fields={"title": HOSTILE, "assignee": HOSTILE}, by=HOSTILE, version=HOSTILE),
    "a zero": _webhook(fields={"title": "a\0b", "status": "\0"}, version="\0"),
    "a title of 900,000 letters": _webhook(fields={"title": "x" * 900_000}),
    "no text": _webhook(fields={"title": {"a": []}, "status": 5, "priority": None}, version={"a": 1}, by=[1]),
    "fields that are none": _webhook(fields=[1, 2]),
    "ten thousand fields": _webhook(fields={f"f{at}": "x" for at in range(10_000)}),
    "a way out": _webhook(ref="../../hit", key="../../hit"),
    "a statement": _webhook(fields={"title": "'); DROP TABLE stream; --"}),
    "a template": _webhook(fields={"title": "{{ 7*7 }}$(touch hit)`touch hit`"}),
    "one name twice": _webhook()[:-1] + b', "data": null}',
    "a hundred thousand brackets": b'{"data": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "a hundred thousand braces": b'{"a":' * 100_000 + b"1" + b"}" * 100_000,
    "numbers past all limits": _webhook()[:-1] + b', "n": ' + b"9" * 100_000 + b"}",
    "an infinite number": _webhook()[:-1] + b', "n": [1e999, NaN, -Infinity]}',
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "a comment": b'{/*x*/"type": "ticket.changed"}',
    "a name of Python": b"{'type': None}",
}


def said(what: str) -> Attempt:
    """Rightly signed by somebody who has gone mad: it is refused or taken, the receiver and the journal stay whole."""

    def work(ground: Ground) -> Outcome:
        outcome = sent(ground, signed("webhook", CONTENTS[what], id=f"mad {what}").raw, most=1)
        ground.cli("ticket", "sync")
        shown = "".join(ground.cli("item", *words).said for words in (("log", "INC-4"), ("show", "INC-4"), ("list",)))
        succeeded(RAW.search(shown), f"{RAW.findall(shown)} stands there")
        succeeded(ground.cli("verify", "--all").code, "the journal is not whole")
        return outcome

    return Attempt("full of nonsense", what, work)


def patient(ground: Ground) -> Outcome:
    """Whoever sends a byte now and then, or nothing, is hung up; and somebody else is answered."""
    served = prepared(ground)
    outcome = served.ended(LONGEST)
    succeeded(status(served.said(b"GET / HTTP/1.1\r\n\r\n")) != 405, "nobody is answered any more")
    return outcome


def believed(ground: Ground) -> Outcome:
    """The control: rightly signed, and new."""
    return sent(ground, signed("github", told("github")).raw)


def hidden_and_believed(ground: Ground) -> Outcome:
    """The control: what is hidden in others, by itself."""
    return sent(ground, signed("jira", told("jira", "Hidden"), id="hidden").raw)


SET = AttackSet(
    name="webhooks",
    tries="what is not from a ticket system, or was told before, changes an item; or nobody is heard any more",
    answer="only bytes that are signed and new are read; a request has one form, one length and seconds",
    attempts=(
        *SIGNATURES,
        *(forged("time, webhook", what, timed(what), unknown=True) for what in TIMES),
        *(forged("time", what, make, unknown=True) for what, make in OLD.items()),
        *(again(system, what) for system in SYSTEMS for what in AGAIN),
        *map(hidden, HEADS),
        *map(framed, FRAMES),
        *(forged("method", each, lambda each=each: replace(signed("jira", told("jira")), method=each))
          for each in METHODS),
        *(forged("address", what, lambda path=path: replace(signed("jira", told("jira")), path=path))
          for what, path in PATHS.items()),
        *(forged("sort of content", what, make) for what, make in KINDS.items()),
        *map(said, CONTENTS),
        Attempt("slow", "a byte now and then, and lines that are only held", patient),
    ),
    controls=(
        Attempt("believed", "a delivery that is signed and new", believed),
        Attempt("believed", "what is hidden in others", hidden_and_believed),
    ),
)  # fmt: skip
