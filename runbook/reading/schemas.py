"""Which schema the files of each sort have; it is loaded when a file of that sort is read."""

from __future__ import annotations

from runbook.kind import Kinds
from runbook.reading.layout import Role
from runbook.reading.schema_words import Schema

SORTS = (Role.PROCESS, Role.GROUP, Role.PROJECT, Role.PERSON, Role.TEAMS, Role.HOSTS, Role.TEST)
"""The sorts of files that have a schema."""


def schema_of(role: Role, kinds: Kinds) -> Schema:
    """The schema of the files of that sort, one of `SORTS`."""
    match role:
        case Role.PROCESS | Role.GROUP | Role.PROJECT:
            from runbook.reading.schema import group_schema, process_schema, project_schema

            if role is Role.PROCESS:
                return process_schema(kinds)
            return group_schema() if role is Role.GROUP else project_schema()
        case Role.HOSTS:
            from runbook.reading.schema_hosts import hosts_schema

            return hosts_schema()
        case Role.TEST:
            from runbook.reading.schema_tests import schema_of_tests

            return schema_of_tests()
    from runbook.reading.schema_people import person_schema, teams_schema

    return {Role.PERSON: person_schema, Role.TEAMS: teams_schema}[role]()
