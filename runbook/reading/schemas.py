"""Which schema the files of each sort have."""

from __future__ import annotations

from runbook.kind import Kinds
from runbook.reading.layout import Role
from runbook.reading.schema import group_schema, process_schema, project_schema
from runbook.reading.schema_hosts import hosts_schema
from runbook.reading.schema_people import person_schema, teams_schema
from runbook.reading.schema_tests import schema_of_tests
from runbook.reading.schema_words import Schema

_OTHERS = {
    Role.GROUP: group_schema,
    Role.PROJECT: project_schema,
    Role.PERSON: person_schema,
    Role.TEAMS: teams_schema,
    Role.HOSTS: hosts_schema,
    Role.TEST: schema_of_tests,
}
SORTS = (Role.PROCESS, *_OTHERS)
"""The sorts of files that have a schema."""


def schema_of(role: Role, kinds: Kinds) -> Schema:
    """The schema of the files of that sort, one of `SORTS`."""
    return process_schema(kinds) if role is Role.PROCESS else _OTHERS[role]()
