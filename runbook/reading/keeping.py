"""What is kept between two readings of a project: the verdict on each file that has no errors, by its content."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import runbook
from runbook.diagnostics import Diagnostic, Severity
from runbook.kind import Kinds
from runbook.outcome import Json
from runbook.reading.digest import digest_of
from runbook.reading.interface import Interface
from runbook.reading.schema import group_schema, process_schema, project_schema
from runbook.reading.schema_people import person_schema, teams_schema
from runbook.reading.schema_tests import schema_of_tests
from runbook.source import Place


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found out about one process: its interface and its warnings, and what they hang on."""

    digest: str
    """The hash of the file."""
    owner: str
    """The owner of its group."""
    around: str
    """The hash of all processes it uses, however far down."""
    interface: Interface
    warnings: tuple[Diagnostic, ...] = ()


@dataclass(slots=True)
class Kept:
    """What earlier readings found out, and what this one adds."""

    version: str
    _before: Mapping[str, Any] = field(default_factory=dict)
    _after: dict[str, Json] = field(default_factory=dict)

    def data(self, path: str, digest: str) -> Json:
        """The data of a file that has not changed; None when it has."""
        entry = self._entry(path, digest)
        return entry.get("data") if entry else None

    def _entry(self, path: str, digest: str) -> Mapping[str, Any] | None:
        entry = self._before.get(path)
        return entry if isinstance(entry, dict) and entry.get("digest") == digest else None

    def keep_data(self, path: str, digest: str, data: Json) -> None:
        """Keep the data of a file without findings."""
        self._after[path] = {"digest": digest, "data": data}

    def verdict(self, path: str, digest: str, owner: str) -> Verdict | None:
        """The verdict on a process that has not changed; None when it has, or when nothing is known."""
        entry = self._entry(path, digest)
        if not entry or entry.get("owner") != owner:
            return None
        try:
            interface = Interface.from_json(entry["interface"])
            warnings = tuple(_warning(path, each) for each in entry["warnings"])
            return Verdict(digest, owner, entry["around"], interface, warnings)
        except (KeyError, TypeError, ValueError):  # somebody changed it by hand: it is only a cache
            return None

    def keep(self, path: str, verdict: Verdict) -> None:
        """Keep a verdict for the next reading."""
        self._after[path] = {
            "digest": verdict.digest,
            "owner": verdict.owner,
            "around": verdict.around,
            "interface": verdict.interface.to_json(),
            "warnings": [_as_json(each) for each in verdict.warnings],
        }

    def to_json(self) -> dict[str, Json]:
        """What the next reading is given."""
        return {"version": self.version, "files": self._after}


def kept(cache: Mapping[str, Any] | None, kinds: Kinds) -> Kept:
    """What a cache holds for this version of the tool and these kinds; nothing of any other."""
    schemas = [process_schema(kinds), group_schema(), project_schema(), person_schema(), teams_schema()]
    schemas.append(schema_of_tests())
    version = f"{runbook.__version__}:{digest_of(json.dumps(schemas).encode())}"
    files = cache.get("files") if cache and cache.get("version") == version else None
    return Kept(version, files if isinstance(files, dict) else {})


def _as_json(each: Diagnostic) -> Json:
    place = each.place
    lines = [place.line, place.column, place.end_line, place.end_column]
    return [each.code, each.rule, each.severity.value, each.message, each.help, *lines]


def _warning(path: str, value: Json) -> Diagnostic:
    code, rule, severity, message, help, *lines = value
    return Diagnostic(code, rule, Severity(severity), message, help, Place(path, *lines))
