"""The files `operations/integrations/ID.yaml`: their shape, and words, places and secrets that can't be."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from runbook.diagnostics import Diagnostic, Problem, Severity, found, suggestion
from runbook.operations.facts import USUAL_SEVERITIES
from runbook.operations.integrations import source_of
from runbook.operations.item import PREFIXES, STATES
from runbook.reading.operations.document import Document
from runbook.reading.operations.integration_schema import schema

if TYPE_CHECKING:
    from runbook.organisation import Organisation
    from runbook.outcome import Json
    from runbook.reading.tree import Tree
    from runbook.source import Path

INCOMPLETE = Problem(
    "RB360",
    "incomplete-integration",
    """\
A system that tickets are kept in can't be spoken to: its address is none, or it is not said where in it they are kept.

    type: jira
    url: https://jira.example.org

Write the `project`: the key of a project in Jira, `owner/name` in GitHub, `group/name` in GitLab. A webhook has none.
""",
)
UNKNOWN_WORD = Problem(
    "RB361",
    "word-without-counterpart",
    """\
A word of ours that is to be said otherwise in another system is none of ours, so it would never be said.

    map: {priority: {urgent: Highest}}

Write a priority (`P1` to `P4`), a kind of work item, a state (`new`, `committed`, `active`, `finished`, `blocked`,
`waiting`, `cancelled`), or a person, on the left, and what it is called there on the right.
""",
)
NEVER_RAISED = Problem(
    "RB362",
    "never-raised",
    """\
A condition names something that does not exist, so it never raises a ticket.

    raise_when: [{event: escalation, rung: boss}]

Name a rung of a ladder in `operations/policies/escalation.yaml`, and a severity, a priority and a kind that there are.
""",
)
BAD_LOGIN = Problem(
    "RB363",
    "bad-login",
    """\
Where a secret comes from is not said so that it could be had; or others are to tell us news, and nothing says how we
know that it is them.

    inbound: {mode: webhook}

Write `auth: {env: JIRA_TOKEN}`, or one of the sources of secrets with its options; and `secret_env` for a webhook.
""",
)
IN_THE_CLEAR = Problem(
    "RB364",
    "secret-in-the-clear",
    """\
A secret would be sent to another machine without encryption, and everybody on the way could read it.

    url: http://jira.example.org

Write an address that begins with `https://`.
""",
    Severity.WARNING,
)
NO_NET = Problem(
    "RB365",
    "no-safety-net",
    """\
Changes come by webhook alone. A webhook that is lost is lost for ever: no system sends it again when nobody was there.

    inbound: {mode: webhook, secret_env: JIRA_HOOK}

Ask for changes as well: `mode: [webhook, poll]`.
""",
    Severity.ADVICE,
)
_PLACES = {"jira": "the key of a project", "github": "`owner/name`", "gitlab": "`group/name`"}
_FILLED = ("person", "name", "email", "phone", "contact", "secret")
_PASSWORD = re.compile(r"://[^/{}@]*:[^/{}@]+@")
_STATES = (*STATES, "blocked", "waiting", "cancelled", "default")


def check(tree: Tree, data: Mapping[str, Json], organisation: Organisation) -> Iterator[Diagnostic]:
    """What is wrong with an integration of the right shape."""
    given = tree.data
    yield from _own_name(tree)
    if given["type"] == "notify":
        yield from _channel(tree)
        yield from _secrets(tree)
        return
    yield from _place(tree)
    words = given.get("map", {})
    for name, known in _known(data, organisation).items():
        for word in words.get(name, {}):
            if known and word not in known:
                help = suggestion(word, known, f"use one of {', '.join(f'`{each}`' for each in known)}")
                place = tree.place(("map", name, word), key=True)
                yield found(UNKNOWN_WORD, f"there is no {_CALLED[name]} `{word}`", help, place)
    for at, condition in enumerate(given.get("raise_when", ())):
        yield from _condition(tree, ("raise_when", at), condition, data)
    yield from _secrets(tree)


_CALLED = {"priority": "priority", "status": "state", "type": "kind of work item", "assignee": "person"}


def _severities(data: Mapping[str, Json]) -> Mapping[str, Any]:
    given: Mapping[str, Any] = (data.get("operations/policies/sla.yaml") or {}).get("severities") or {}
    return given or {name: {"priority": priority} for name, priority in USUAL_SEVERITIES.items()}


def _known(data: Mapping[str, Json], organisation: Organisation) -> dict[str, tuple[str, ...]]:
    severities = _severities(data).values()
    used = [each["priority"] for each in severities if isinstance(each, Mapping) and "priority" in each]
    return {
        "priority": tuple(dict.fromkeys(["P1", "P2", "P3", "P4", *used])),
        "status": _STATES,
        "type": (*PREFIXES, "default"),
        "assignee": tuple(organisation.people),
    }


def _own_name(tree: Tree) -> Iterator[Diagnostic]:
    given = tree.data
    own = tree.source.path.rpartition("/")[2].removesuffix(".yaml")
    if given.get("id", own) != own:
        yield found(INCOMPLETE, f"the file is called `{own}`, and says it is `{given['id']}`",
                    "leave `id` out, or call it as the file is called", tree.place(("id",)))  # fmt: skip
    if _PASSWORD.search(given["url"]):
        help = "write `auth`, which says where it is from"
        yield found(BAD_LOGIN, "a password stands in the address", help, tree.place(("url",)))


def _channel(tree: Tree) -> Iterator[Diagnostic]:
    """What is wrong with a channel by which people are told."""
    given = tree.data
    url = given["url"]
    if not url.startswith("{secret}") and not re.match(r"[a-z][a-z0-9+]*://", url, re.IGNORECASE):
        help = "it begins with the sort of channel, such as `mailtos://`, or is `{secret}`"
        yield found(INCOMPLETE, f"`{url[:80]}` is no address of a channel", help, tree.place(("url",)))
    for name in re.findall(r"\{([^{}]*)\}", url):
        if name not in _FILLED:
            help = suggestion(name, _FILLED, f"use one of {', '.join(f'`{{{each}}}`' for each in _FILLED)}")
            yield found(INCOMPLETE, f"nothing is filled in for `{{{name}}}`", help, tree.place(("url",)))
    if ("{secret}" in url) != ("auth" in given):
        help = "write `{secret}` where it stands in the address, and `auth` for where it is from"
        yield found(BAD_LOGIN, "`auth` and `{secret}` belong together", help, tree.place(("url",)))
    for name in given:
        if name not in ("id", "type", "url", "auth"):
            yield found(INCOMPLETE, f"a channel has no `{name}`", "leave it out", tree.place((name,), key=True))


def _place(tree: Tree) -> Iterator[Diagnostic]:
    given = tree.data
    try:
        parts = urlsplit(given["url"])
        good = parts.scheme in ("http", "https") and bool(parts.hostname) and "@" not in parts.netloc
        host = parts.hostname or ""
    except ValueError:
        good, host = False, ""
    if not good:
        help = "an address begins with `https://`, and holds no name and no password"
        yield found(INCOMPLETE, f"`{given['url'][:80]}` is no address of a system", help, tree.place(("url",)))
    elif parts.scheme == "http" and host not in ("localhost", "127.0.0.1", "::1"):
        yield found(IN_THE_CLEAR, f"what is sent to {host} could be read on the way",
                    "write `https://`", tree.place(("url",)))  # fmt: skip
    type, project = given["type"], given.get("project", "")
    if type in _PLACES and not project:
        help = f"write `project`: {_PLACES[type]}"
        yield found(INCOMPLETE, f"it is not said where in `{type}` tickets are kept", help, tree.place(("type",)))
    elif (type == "github" and project.count("/") != 1) or (type == "gitlab" and "/" not in project):
        help = f"write {_PLACES[type]}"
        yield found(INCOMPLETE, f"`{project}` is no place in `{type}`", help, tree.place(("project",)))
    elif type == "jira" and not re.fullmatch(r"[A-Za-z][A-Za-z0-9_]*", project):
        help = "write the key that its tickets begin with"
        yield found(INCOMPLETE, f"`{project[:80]}` is no key of a project in Jira", help, tree.place(("project",)))
    elif type == "webhook" and project:
        yield found(INCOMPLETE, "a webhook has no project", "leave `project` out", tree.place(("project",), key=True))


def _condition(tree: Tree, at: Path, condition: Mapping[str, Any], data: Mapping[str, Json]) -> Iterator[Diagnostic]:
    from runbook.operations.ladder import ladders_of

    known: dict[str, Iterable[str]] = {
        "severity": _severities(data),
        "priority": ("P1", "P2", "P3", "P4"),
        "kind": PREFIXES,
    }
    known["rung"] = [rung.id for ladder in ladders_of(data) for rung in ladder.rungs]
    for name, words in known.items():
        given = condition.get(name, ())
        for word in [given] if isinstance(given, str) else given:
            if word not in words:
                listed = tuple(words)
                help = suggestion(word, listed, f"use one of {', '.join(f'`{each}`' for each in listed)}")
                yield found(NEVER_RAISED, f"there is no {name} `{word}`", help, tree.place((*at, name)))
    for name, event in (("rung", "escalation"), ("percent", "threshold")):
        if name in condition and condition["event"] != event:
            message = f"`{name}` says something of `{event}` alone"
            yield found(NEVER_RAISED, message, f"leave it out, or write `event: {event}`", tree.place((*at, name)))


def _secrets(tree: Tree) -> Iterator[Diagnostic]:
    from runbook.secret_sources import builtin

    given = tree.data
    inbound = given.get("inbound", {})
    modes = inbound.get("mode", ())
    modes = [modes] if isinstance(modes, str) else modes
    if "webhook" in modes and "secret_env" not in inbound and "secret" not in inbound:
        help = "write `secret_env`: the variable that holds the secret the webhook is signed with"
        yield found(BAD_LOGIN, "nothing says how we know who sends a webhook", help, tree.place(("inbound", "mode")))
    if "webhook" in modes and "poll" not in modes and given["type"] != "webhook":
        help = "write `mode: [webhook, poll]`"
        yield found(NO_NET, "a webhook that is lost is lost for ever", help, tree.place(("inbound", "mode")))
    for at, source in ((("auth",), given.get("auth", {})), (("inbound", "secret"), inbound.get("secret", {}))):
        options = {name: value for name, value in source_of(source).items() if name != "user"}
        if not source:
            continue
        if "env" in source and "from" in source:
            yield found(BAD_LOGIN, "`env` is short for `from: env`", "leave one of them out", tree.place((*at, "env")))
            continue
        kind = builtin().get(str(options.get("from", "")))
        if "from" not in options:
            known = ", ".join(f"`{each}`" for each in builtin())
            yield found(BAD_LOGIN, "it is not said where the secret is from",
                        f"write `env`, or `from` with one of {known}", tree.place(at))  # fmt: skip
        elif kind is not None:  # one of another package says itself what it needs
            yield from _options(tree, at, kind, options)


def _options(tree: Tree, at: Path, source: Any, options: Mapping[str, Any]) -> Iterator[Diagnostic]:
    from runbook.inputs import flaw

    for name in source.required:
        if name not in options:
            message = f"a secret from `{source.key}` needs `{name}`"
            yield found(BAD_LOGIN, message, f"for example {source.example.partition(': ')[2]}", tree.place(at))
    for name, value in options.items():
        if name == "from":
            continue
        if name not in source.properties:
            help = suggestion(name, tuple(source.properties), "leave it out")
            yield found(BAD_LOGIN, f"a secret from `{source.key}` has no `{name}`", help, tree.place((*at, name)))
        elif why := flaw(source.properties[name], value):
            yield found(BAD_LOGIN, why, f"for example {source.example.partition(': ')[2]}", tree.place((*at, name)))


DOCUMENT = Document(
    name="integration",
    pattern=r"operations/integrations/[a-z0-9][a-z0-9-]{0,62}\.yaml",
    schema=schema,
    check=check,
    problems=(INCOMPLETE, UNKNOWN_WORD, NEVER_RAISED, BAD_LOGIN, IN_THE_CLEAR, NO_NET),
)
