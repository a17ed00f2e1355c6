"""A request to a web service.

When to use: an interface that speaks HTTP: a health check, a ticket, a deployment. What it answers is the output
of the step, so `expect` and `outputs` look into its JSON. It needs the extra `http`.
"""

from __future__ import annotations

import json
import re
import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Template, as_written
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.outcome import Act, Json, Outcome
from runbook.phrases import Phrase
from runbook.work.http import address, ask

_LOOKS = ("GET", "HEAD", "OPTIONS")
_NAME = "^[A-Za-z0-9!#$%&'*+.^_`|~-]+$"

_TEXTS = {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean"]}}
_STATUS = {
    "anyOf": [
        {"type": "integer", "minimum": 100, "maximum": 599, "description": "One status."},
        {"type": "string", "pattern": "^[1-5]xx$", "description": "Those that begin like that, such as `2xx`."},
    ],
    "description": "A status, or `2xx`.",
}

SCHEMA = {
    "description": "The address to get; or a mapping with the request.",
    "anyOf": [
        {"type": "string", "minLength": 1},
        {
            "type": "object",
            "properties": {
                "url": {"type": "string", "minLength": 1, "description": "The address, `http://` or `https://`."},
                "method": {
                    "enum": ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"],
                    "description": "The method; `GET`, or `POST` when something is sent.",
                },
                "headers": {**_TEXTS, "propertyNames": {"pattern": _NAME}, "description": "Headers by name."},
                "query": {**_TEXTS, "description": "What is added to the address, by name; encoded as needed."},
                "json": {"description": "What is sent, as JSON; texts may hold `{{ }}`."},
                "body": {"type": "string", "description": "What is sent, as text."},
                "form": {**_TEXTS, "description": "What is sent, as the fields of a form."},
                "files": {**_TEXTS, "description": "Files of the project that are sent with the form, by field."},
                "auth": {
                    "type": "object",
                    "properties": {
                        "user": {"type": "string", "description": "The name to log in with."},
                        "password": {"type": "string", "description": "Its password: `{{ secrets.NAME }}`."},
                        "bearer": {"type": "string", "description": "A token: `{{ secrets.NAME }}`."},
                    },
                    "additionalProperties": False,
                    "description": "How to log in: `user` and `password`, or `bearer`.",
                },
                "expect": {
                    "type": "object",
                    "properties": {
                        "status": {
                            "anyOf": [_STATUS, {"type": "array", "items": _STATUS, "minItems": 1}],
                            "description": "A status, `2xx`, or a list of those that are fine; `2xx` when left out.",
                        },
                        "headers": {**_TEXTS, "description": "Regular expressions that headers must match, by name."},
                        "within": {"$ref": "#/$defs/duration", "description": "How long the whole answer may take."},
                    },
                    "additionalProperties": False,
                    "description": "What must hold of the answer; its JSON is looked at by the `expect` of the step.",
                },
                "redirects": {
                    "enum": ["none", "same-host", "any"],
                    "description": "Which redirects are followed; `same-host` when left out.",
                },
                "gives": {
                    "enum": ["body", "response"],
                    "description": "The output: the body; or `status`, `headers`, `seconds`, `json` or `text` as JSON.",
                },
                "save": {
                    "type": "string",
                    "minLength": 1,
                    "description": "File of the project the body is written to.",
                },
                "ca": {"type": "string", "minLength": 1, "description": "File with the certificates to trust instead."},
                "proxy": {
                    "type": "string",
                    "minLength": 1,
                    "description": "The proxy it is asked through, such as `http://proxy:3128`; none when left out.",
                },
                "link_local": {
                    "type": "boolean",
                    "description": "`true`: it may ask an address of the link, such as that of a cloud's metadata.",
                },
            },
            "required": ["url"],
            "additionalProperties": False,
        },
    ],
}


@dataclass(frozen=True, slots=True)
class Spec:
    """One request: everything that may hold values, by the field it stands in, and what must hold of the answer."""

    method: str
    url: Template
    sent: Mapping[str, Json]
    """`headers`, `query`, `json`, `body`, `form`, `files`, `auth`, `save`, `ca`, `proxy`: those that were written."""
    expect: Mapping[str, Json]
    redirects: str
    gives: str
    link_local: bool


def read(value: Any, reader: Reader) -> Spec:
    given: dict[str, Any] = {"url": value} if isinstance(value, str) else value
    at = () if isinstance(value, str) else ("url",)
    sends = any(each in given for each in ("json", "body", "form", "files"))
    if len([each for each in ("json", "body", "form") if each in given]) > 1:
        reader.mind(ExpressionError("more than one of `json`, `body`, `form` is to be sent", "keep one of them"))
    if both := next((each for each in ("json", "body") if each in given and "files" in given), ""):
        what = f"`{both}` can't be sent with `files`"
        reader.mind(ExpressionError(what, "send it as a field of the `form`, or in a step of its own"), both)
    auth = given.get("auth")
    if auth is not None and ("bearer" in auth) == bool("user" in auth or "password" in auth):
        reader.mind(ExpressionError("`auth` is `user` and `password`, or `bearer`", "write one of the two"), "auth")
    if sends and given.get("method") in _LOOKS:
        what = f"nothing can be sent with `{given['method']}`"
        reader.mind(ExpressionError(what, "leave `method` out, or choose another"), "method")
    constant = re.match(r"[^{]*", given["url"])
    if not given["url"].startswith("{{") and constant and not re.match(r"https?://", constant[0]):
        reader.mind(ExpressionError("an address begins with `http://` or `https://`", "write it in full"), *at)
    sent: dict[str, Json] = {}
    for name in ("headers", "query", "json", "body", "form", "auth", "proxy"):
        if name in given:
            sent[name] = reader.values(_words(given[name]) if name != "json" else given[name], name, sealed=True)
    for name in ("files", "save", "ca"):
        if name in given:
            sent[name] = reader.values(given[name], name)
    expect: dict[str, Json] = dict(given.get("expect", {}))
    if "within" in expect:
        expect["within"] = reader.duration(expect["within"], "expect", "within")
    for name, pattern in expect.get("headers", {}).items():
        from runbook.patterns import wrong_with  # here: start-up is quick

        if flaw := wrong_with(str(pattern)):
            reader.mind(ExpressionError(*flaw), "expect", "headers", name)
    return Spec(
        method=given.get("method", "POST" if sends else "GET"),
        url=reader.template(given["url"], *at, sealed=True),
        sent=sent,
        expect=expect,
        redirects=given.get("redirects", "same-host"),
        gives=given.get("gives", "body"),
        link_local=given.get("link_local", False),
    )


def _words(value: Any) -> Any:
    """The same with numbers, `true` and `false` as text."""
    if isinstance(value, dict):
        return {name: _words(each) for name, each in value.items()}
    if isinstance(value, bool):
        return "true" if value else "false"
    return value if isinstance(value, str) else str(value)


def perform(spec: Spec, values: Values) -> Outcome:
    sent = {name: values.value(each) for name, each in spec.sent.items()}
    for name in ("headers", "query", "form", "auth"):
        if name in sent:
            sent[name] = {key: each if isinstance(each, str) else json.dumps(each) for key, each in sent[name].items()}
    request = {
        "method": spec.method,
        "url": values.text(spec.url),
        **sent,
        "expect": dict(spec.expect),
        "redirects": spec.redirects,
        "gives": spec.gives,
        "link_local": spec.link_local,
    }
    return Act(work="http", request=request, shown=_as_curl(request))


def _as_curl(request: Mapping[str, Any]) -> str:
    """The same request for a person to copy; secrets stand in it by name."""
    words = ["curl", "--fail-with-body", "--silent", "--show-error"]
    if request["method"] not in ("GET", "POST") or (request["method"] == "POST" and not _sends(request)):
        words += ["--head"] if request["method"] == "HEAD" else ["--request", request["method"]]
    auth = request.get("auth", {})
    if "bearer" in auth:
        words += ["--header", f"Authorization: Bearer {auth['bearer']}"]
    elif auth:
        words += ["--user", f"{auth.get('user', '')}:{auth.get('password', '')}"]
    for name, value in request.get("headers", {}).items():
        words += ["--header", f"{name}: {value}"]
    if "json" in request:
        words += ["--json", json.dumps(request["json"], ensure_ascii=False)]
    if "body" in request:
        words += ["--data-raw", request["body"]]
    for name, value in request.get("form", {}).items():
        words += ["--form-string" if "files" in request else "--data-urlencode", f"{name}={value}"]
    for name, path in request.get("files", {}).items():
        words += ["--form", f"{name}=@{path}"]
    for option, name in (("--output", "save"), ("--cacert", "ca"), ("--proxy", "proxy")):
        if name in request:
            words += [option, request[name]]
    return " ".join([*map(shlex.quote, words), "--url", shlex.quote(address(request))])


def _sends(request: Mapping[str, Any]) -> bool:
    return any(each in request for each in ("json", "body", "form", "files"))


_PARTS = {
    "headers": Phrase("With header {name}"),
    "query": Phrase("With query {name}"),
    "form": Phrase("With form {name}"),
    "files": Phrase("With file {name}"),
}


def describe(spec: Spec) -> Iterator[Block]:
    yield Code(f"{spec.method} {spec.url.source}", "http")
    for part, text in _PARTS.items():
        for key, value in spec.sent.get(part, {}).items():
            yield Fact(Phrase(text, name=key), as_written(value))
    if "json" in spec.sent:
        yield Code(as_written(spec.sent["json"]), "json")
    if "body" in spec.sent:
        yield Fact(Phrase("With body"), as_written(spec.sent["body"]))
    if auth := spec.sent.get("auth"):
        user = Phrase("as {user}", user=as_written(auth.get("user", "")))
        yield Fact(Phrase("Logs in"), Phrase("with a token") if "bearer" in auth else user)
    if "proxy" in spec.sent:
        yield Fact(Phrase("Through the proxy"), as_written(spec.sent["proxy"]))
    if "save" in spec.sent:
        yield Fact(Phrase("Saves"), as_written(spec.sent["save"]))
    if "status" in spec.expect:
        listed = spec.expect["status"]
        yield Fact(Phrase("Expects"), ", ".join(map(str, listed)) if isinstance(listed, list) else str(listed))


def only_looks(spec: Spec) -> bool:
    """True when the request changes nothing, so that a crash may repeat it."""
    return spec.method in _LOOKS


KIND = StepKind(
    key="http",
    summary="sends a request to a web service",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=ask,
    only_looks=only_looks,
    example="""\
id: health
title: Ask the service how it is
http:
  url: https://{{ inputs.host }}/health
  expect: {status: 200, within: 5s}
expect:
  json: {status: up}
outputs:
  version: {json: version}
""",
)
