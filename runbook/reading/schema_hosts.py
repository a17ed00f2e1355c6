"""The shape of the file about hosts."""

from __future__ import annotations

from runbook.reading.schema_words import ID, Schema, closed, list_of, named, text
from runbook.remote.endpoint import HOST, USER

_NAME = f"^{HOST}$"


def hosts_schema() -> Schema:
    """The schema of `operations/hosts.yaml`."""
    name = {"type": "string", "pattern": _NAME, "maxLength": 253}
    reached = {
        "port": {"type": "integer", "minimum": 1, "maximum": 65_535, "description": "The port; 22 when left out."},
        "user": {"type": "string", "pattern": f"^{USER}$", "description": "Who logs in there."},
        "identity": text("The file with the private key; keys of the agent when left out."),
        "via": {**name, "description": "The host it is reached through."},
    }
    address = {"address": text("The address that is connected to; its name when left out.")}
    hosts = {
        "type": "object",
        "propertyNames": {"pattern": _NAME, "maxLength": 253},
        "additionalProperties": closed({**address, **reached}, "One host.", optional=True),
        "description": "The hosts, by name.",
    }
    members = list_of({**name, "description": "A host of this file."}, "Its hosts, in the order they are taken.")
    properties = {
        "known_hosts": text("The file of the project with the keys of known hosts; the user's own when left out."),
        "defaults": closed(reached, "What holds for every host that does not say otherwise."),
        "hosts": hosts,
        "groups": named(ID, members, "The groups, by name."),
    }
    described = closed(properties, "The hosts that steps reach.", ("hosts",))
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Hosts", **described}
