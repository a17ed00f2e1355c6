"""What a step that reaches hosts may say: its fields, with what each means."""

from __future__ import annotations

from typing import Any

from runbook.inventory import MOST_HOPS

_TEXT = {"type": "string", "minLength": 1}
_COPY = {
    "type": "object",
    "properties": {
        "from": {**_TEXT, "description": "The file that is copied."},
        "to": {**_TEXT, "description": "What it is called at the other side; in a folder, when it ends with `/`."},
    },
    "required": ["from", "to"],
    "additionalProperties": False,
    "description": "One file.",
}
_HOSTS = {
    "anyOf": [
        {"type": "array", "items": {**_TEXT, "description": "One host."}, "minItems": 1, "maxItems": 10_000},
        _TEXT,
        {
            "type": "object",
            "properties": {
                "group": {
                    "description": "A group of `operations/hosts.yaml`, or several.",
                    "anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1}],
                }
            },
            "required": ["group"],
            "additionalProperties": False,
        },
    ],
    "description": "Many hosts: a list, a value that is one, or `{group: NAME}`; the step is done once for each.",
}


def fields(longest_script: int) -> dict[str, Any]:
    """The schema of what stands under `ssh`."""
    return {
        "description": "What is done, on which host or hosts, and how they are reached.",
        "type": "object",
        "properties": {
            "host": {**_TEXT, "description": "One host: its name in `operations/hosts.yaml`, or `[USER@]HOST[:PORT]`."},
            "hosts": _HOSTS,
            "run": {**_TEXT, "maxLength": longest_script, "description": "The script."},
            "command": {
                "type": "array",
                "items": {"type": ["string", "number", "boolean"], "description": "One argument."},
                "minItems": 1,
                "description": "A program and its arguments, in place of a script.",
            },
            "interpreter": {
                "enum": ["sh", "bash"],
                "description": "Which shell there runs the script; `sh` when left out.",
            },
            "cwd": {**_TEXT, "description": "The folder there; the home of the user when left out."},
            "env": {"$ref": "#/$defs/env", "description": "Variables for its environment."},
            "stdin": {"type": "string", "description": "What it reads from its input."},
            "upload": {
                "type": "array",
                "items": _COPY,
                "description": "Files of the project that go there, before it runs.",
            },
            "download": {
                "type": "array",
                "items": _COPY,
                "description": "Files that come into the project, when it has run.",
            },
            "user": {**_TEXT, "description": "Who logs in there; whoever runs this when nothing says otherwise."},
            "port": {
                "description": "The port; 22 when nothing says otherwise.",
                "anyOf": [{"type": "integer", "minimum": 1, "maximum": 65_535}, _TEXT],
            },
            "via": {
                "description": "The host it is reached through, or several, the first of them first.",
                "anyOf": [_TEXT, {"type": "array", "items": _TEXT, "minItems": 1, "maxItems": MOST_HOPS}],
            },
            "identity": {**_TEXT, "description": "The file with the private key; the agent's keys when left out."},
            "passphrase": {**_TEXT, "description": "What opens that key; a secret."},
            "password": {**_TEXT, "description": "The password of the user there; a secret."},
            "known_hosts": {
                **_TEXT,
                "description": "The file of the project with the keys of known hosts, instead of the usual one.",
            },
            "connect_timeout": {
                "$ref": "#/$defs/duration",
                "description": "How long a host may take to let us in; 15s.",
            },
            "max_parallel": {
                "type": "integer",
                "minimum": 1,
                "description": "How many hosts at the same time; a `batch`, or one.",
            },
            "batch": {
                "type": "integer",
                "minimum": 1,
                "description": "How many hosts are begun before all of them have to be over.",
            },
            "pause": {"$ref": "#/$defs/duration", "description": "Pause between two batches."},
            "max_failures": {"type": "integer", "minimum": 0, "description": "How many hosts may fail; none."},
        },
        "additionalProperties": False,
    }
