"""Integrations and channels as they are read: what is wrong with their files, and where."""

from __future__ import annotations

import json
from typing import Any

import pytest

from runbook.kinds import builtin
from runbook.organisation import NOBODY
from runbook.reading.library import read_library
from runbook.reading.operations.integration import DOCUMENT
from runbook.reading.tree import read_tree

JIRA: dict[str, Any] = {
    "id": "desk",
    "type": "jira",
    "url": "https://jira.example.org",
    "project": "OPS",
    "auth": {"env": "JIRA_TOKEN"},
    "raise_when": [
        {"event": "escalation", "rung": "late"},
        {"event": "run.failed", "severity": ["critical", "major"]},
    ],
    "map": {
        "priority": {"P1": "Highest"},
        "status": {"active": "In Progress", "finished": "Done"},
        "type": {"incident": "Bug", "default": "Task"},
        "assignee": {"ana": "5b10a2844c20165700ede21g"},
    },
    "own": {
        "title": "ticket",
        "description": "runbook",
        "status": "runbook",
        "priority": "raise_only",
        "assignee": "newest",
    },
    "reopen_within": "24h",
    "inbound": {"mode": ["webhook", "poll"], "poll_every": "5m", "secret_env": "JIRA_HOOK"},
}
MAIL: dict[str, Any] = {
    "type": "notify",
    "url": "mailtos://desk:{secret}@mail.example.org?to={email}",
    "auth": {"from": "file", "path": "/etc/mail"},
}
LADDERS: dict[str, Any] = {
    "ladders": {
        "incident": {
            "match": {"kind": "incident"},
            "rungs": [{"id": "manager", "at": "100% resolve", "notify": ["role:it_manager"], "type": "hierarchical"}],
        }
    }
}


def found(given: dict[str, Any], **files: Any) -> list[str]:
    """What validate says of a project with that integration."""
    written = {"people/ana": {}, "integrations/desk": given, **files}
    contents = {f"operations/{name}.yaml": json.dumps(data) for name, data in written.items()}
    contents |= {"runbook.yaml": "runbook: 1\ntitle: T"}
    library = read_library({path: text.encode() for path, text in contents.items()}, builtin())
    told = [each for each in library.diagnostics if each.place.file == "operations/integrations/desk.yaml"]
    return [f"{each.rule}: {each.message}" for each in told]


def jira(**more: Any) -> dict[str, Any]:
    return {name: value for name, value in {**JIRA, **more}.items() if value is not None}


def test_what_is_right_is_fine_whether_its_secrets_are_there_or_not() -> None:
    assert found(JIRA) == []
    assert found({**jira(project="a/b"), "type": "github"}) == []
    assert found({**jira(project="a/b/c"), "type": "gitlab"}) == []
    assert found({**jira(project=None), "type": "webhook"}) == []
    assert found(MAIL) == []
    assert found({"type": "notify", "url": "{secret}", "auth": {"env": "CHAT"}}) == []


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (jira(type="bugzilla"), "`type` is one of"),
        (jira(project=None), "incomplete-integration: it is not said where in `jira` tickets are kept"),
        (jira(project='A" OR 1=1'), 'incomplete-integration: `A" OR 1=1` is no key of a project in Jira'),
        (jira(type="github"), "incomplete-integration: `OPS` is no place in `github`"),
        (jira(type="gitlab"), "incomplete-integration: `OPS` is no place in `gitlab`"),
        (jira(type="webhook"), "incomplete-integration: a webhook has no project"),
        (jira(id="jira"), "incomplete-integration: the file is called `desk`, and says it is `jira`"),
        (jira(url="jira.example.org"), "incomplete-integration: `jira.example.org` is no address of a system"),
        (jira(url="https://[x"), "incomplete-integration: `https://[x` is no address of a system"),
        (jira(url="https://me:secret@jira.example.org"), "bad-login: a password stands in the address"),
        (jira(url="http://jira.example.org"), "secret-in-the-clear: what is sent to jira.example.org"),
        (jira(map={"priority": {"P7": "x"}}), "word-without-counterpart: there is no priority `P7`"),
        (jira(map={"status": {"done": "x"}}), "word-without-counterpart: there is no state `done`"),
        (jira(map={"type": {"bug": "x"}}), "word-without-counterpart: there is no kind of work item `bug`"),
        (jira(map={"assignee": {"bo": "x"}}), "word-without-counterpart: there is no person `bo`"),
        (jira(map={"colour": {}}), "colour"),
        (jira(own={"title": "everybody"}), "unknown-word: `title` is one of"),
        (jira(raise_when=[{"event": "full moon"}]), "event"),
        (jira(raise_when=[{"event": "item.opened", "severity": ["bad"]}]), "never-raised: there is no severity `bad`"),
        (jira(raise_when=[{"event": "item.opened", "kind": "bug"}]), "never-raised: there is no kind `bug`"),
        (jira(raise_when=[{"event": "item.opened", "rung": "manager"}]), "never-raised: `rung` says something of"),
        (jira(auth={"user": "ana"}), "bad-login: it is not said where the secret is from"),
        (jira(auth={"from": "env"}), "bad-login: a secret from `env` needs `name`"),
        (jira(auth={"path": "x"}), "bad-login: it is not said where the secret is from"),
        (jira(auth={"env": "A", "from": "env"}), "bad-login: `env` is short for"),
        (jira(auth={"from": "env", "name": "A", "colour": 1}), "bad-login: a secret from `env` has no `colour`"),
        (jira(inbound={"mode": ["webhook", "poll"]}), "bad-login: nothing says how we know who sends a webhook"),
        (jira(inbound={"mode": "webhook", "secret_env": "A"}), "no-safety-net: a webhook that is lost"),
        (jira(reopen_within="soon"), "reopen_within"),
        ({**MAIL, "url": "mail"}, "incomplete-integration: `mail` is no address of a channel"),
        ({**MAIL, "url": "mailtos://{secret}?to={mail}"}, "incomplete-integration: nothing is filled in for `{mail}`"),
        ({**MAIL, "url": "mailtos://x?to={email}"}, "bad-login: `auth` and `{secret}` belong together"),
        ({**MAIL, "own": {}}, "incomplete-integration: a channel has no `own`"),
        ({**MAIL, "url": "mailtos://me:pw@x?to={email}{secret}"}, "bad-login: a password stands in the address"),
    ],
)
def test_what_is_wrong_is_told(given: dict[str, Any], says: str) -> None:
    told = found(given)

    assert any(says in each for each in told), told


@pytest.mark.parametrize(("rung", "says"), [("manager", []), ("boss", ["there is no rung `boss`"])])
def test_a_rung_that_raises_a_ticket_stands_in_a_ladder(rung: str, says: list[str]) -> None:
    written = jira(raise_when=[{"event": "escalation", "rung": rung}])
    tree, _ = read_tree("operations/integrations/desk.yaml", json.dumps(written).encode())
    assert tree is not None

    told = DOCUMENT.check(tree, {"operations/policies/escalation.yaml": LADDERS}, NOBODY)

    assert [each.message for each in told if each.rule == "never-raised"] == says
