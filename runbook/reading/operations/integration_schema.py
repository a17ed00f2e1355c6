"""The shape of `operations/integrations/ID.yaml`."""

from __future__ import annotations

from runbook.operations.integrations import OWNERS, RAISES, TOLD, TYPES
from runbook.reading.schema_words import (
    DURATION,
    ID,
    VARIABLE,
    Schema,
    choice,
    closed,
    list_of,
    one_or_list,
    text,
    text_like,
)


def schema() -> Schema:
    """The schema of one integration."""
    word = {"type": "string", "minLength": 1, "maxLength": 200}
    condition = {
        "event": choice(RAISES, "What has happened."),
        "rung": one_or_list(word, "The rung of a ladder, for `escalation`."),
        "percent": {"type": "number", "minimum": 0, "description": "How much of a clock is used, for `threshold`."},
        "severity": one_or_list(word, "Only items of that severity."),
        "priority": one_or_list(word, "Only items of that priority."),
        "kind": one_or_list(word, "Only items of that kind."),
        "process": one_or_list(word, "Only items of that process."),
        "service": one_or_list(word, "Only items of that service."),
        "team": one_or_list(word, "Only items of that team."),
        "scope": choice(("in", "out"), "Only what is in the scope of the department, or outside of it."),
    }
    owner = choice(
        OWNERS, "Who is right: the `ticket`, `runbook`, whoever changed it last (`newest`), or `raise_only`."
    )
    properties = {
        "id": text_like(ID, "The name of the file, if it is to stand here as well.", longest=63),
        "type": choice((*TYPES, "notify"), "What it is; `notify` is a channel that people are told of escalations by."),
        "url": text(
            "Its address: of the server in Jira and GitLab, of the interface in GitHub, of the webhook itself; for "
            "`notify` that of a channel, in which `{email}`, `{phone}`, `{contact}`, `{name}`, `{person}` and "
            "`{secret}` are filled in."
        ),
        "project": text("Where in it tickets are kept: the key of a project, `owner/name`, or `group/name`."),
        "auth": _secret("Where the secret is from that we log in with, or sign with.", user=True),
        "account": text("What we are called there, so that what we did ourselves is known as ours."),
        "raise_when": list_of(
            closed(condition, "One condition: all that it says has to hold.", ("event",)),
            "What raises a ticket: any of these. Without one, only a person does.",
        ),
        "map": closed(_map(), "What our words are called there."),
        "own": closed(
            dict.fromkeys(("title", "description", "status", "priority", "assignee"), owner),
            "Who is right about a field when the two sides differ.",
        ),
        "reopen_within": text_like(
            DURATION,
            "How long after it was closed a ticket is opened again; later there is another one. 24h by default.",
        ),
        "comments": list_of(choice(TOLD, "One sort of event."), "What is said in the ticket when it happens."),
        "fields": {
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": 200},
            "description": "What else a new ticket is filled in with, as the other side calls and writes it.",
        },
        "inbound": closed(_inbound(), "How we get to know what changes there."),
        "ca": text("File of the project with the certificates to trust instead of those of the machine."),
        "proxy": text("The proxy it is asked through, such as `http://proxy:3128`; none when left out."),
        "link_local": {"type": "boolean", "description": "`true`: its address may be one of the link."},
    }
    described = closed(
        properties,
        "One system that tickets of work items are kept in, or one channel by which people are told.",
        ("type", "url"),
    )
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "An integration", **described}


def _map() -> Schema:
    def words(description: str) -> Schema:
        return {
            "type": "object",
            "propertyNames": {"minLength": 1, "maxLength": 63},
            "additionalProperties": {"type": "string", "minLength": 1, "maxLength": 200},
            "description": description,
        }

    return {
        "priority": words("Priorities (`P1`): a priority in Jira, a label in GitHub and GitLab."),
        "status": words(
            "States (`new`, `committed`, `active`, `finished`, `blocked`, `waiting`, `cancelled`, `default`): a state "
            "in Jira; `open`, `closed` or a label in GitHub and GitLab."
        ),
        "type": words("Kinds of work items, and `default`: an issue type in Jira, a label in GitHub and GitLab."),
        "assignee": words("People by id: an account id or a name in Jira, a login in GitHub, a number in GitLab."),
    }


def _inbound() -> Schema:
    return {
        "mode": one_or_list(
            {"type": "string", "enum": ["webhook", "poll"]},
            "`webhook`: it tells us, see `runbook integration serve`; `poll`: we ask.",
        ),
        "poll_every": text_like(DURATION, "How often we ask; 5m when left out."),
        "secret_env": text_like(
            VARIABLE, "The variable of the environment with the secret that webhooks are signed with."
        ),
        "secret": _secret("Where the secret is from that webhooks are signed with."),
    }


def _secret(description: str, user: bool = False) -> Schema:
    properties: Schema = {
        "env": text_like(VARIABLE, "The variable of the environment that holds it: short for `from: env`."),
        "from": text("The source of secrets it is from; what it needs stands beside it."),
    }
    if user:
        properties["user"] = text("The name to log in with, where the secret is a password or a token of Jira Cloud.")
    return {
        "type": "object",
        "properties": properties,
        "additionalProperties": {"type": ["string", "number", "boolean", "array"]},
        "description": description,
    }
