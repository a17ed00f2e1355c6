"""Asks a PostgreSQL database, for `sql` steps; it needs the extra `postgresql`."""

from __future__ import annotations

import ipaddress
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from runbook.kind import WorkFailed
from runbook.work.files import inside
from runbook.work.statement import placed

Keep = Callable[..., list[Mapping[str, Any]]]
_UNREACHED, _TOO_LATE = 2, 3


def ask(request: Mapping[str, Any], keep: Keep) -> tuple[list[Mapping[str, Any]], int]:
    """The rows that the statement gives, as `keep` makes them, and how many were changed."""
    try:
        import psycopg  # an extra: only those who have such steps need it
    except ImportError:
        help = "pip install 'runbook-toolkit[postgresql]'"
        raise WorkFailed("`sql` steps with `postgresql` need the package psycopg", help) from None

    writes, within = request["writes"], request["within"]
    params = {name: _bound(each, psycopg) for name, each in request["params"].items()}
    try:
        connection = psycopg.connect(**_reached(request["database"], within))
    except (psycopg.Error, UnicodeError) as error:
        raise WorkFailed(_first(error), "see `postgresql` of the step", _UNREACHED) from None
    try:
        with connection:
            connection.read_only = not writes
            cursor = connection.cursor()
            # Both ways of asking take one statement alone: what could end the transaction can't stand before another.
            text = placed(request["query"]).encode()
            if writes:
                cursor.execute(text, params, prepare=True)
                found = _found(keep, cursor, cursor if cursor.description else (), request["max_rows"])
            else:
                with _closing(cursor.stream(text, params)) as rows:  # left open, it would keep the connection to itself
                    found = _found(keep, cursor, rows, request["max_rows"])
            return found, max(cursor.rowcount, 0) if writes else 0
    except psycopg.errors.ReadOnlySqlTransaction:
        help = "if that is meant, say so: `writes: true`"
        raise WorkFailed("the statement would change something", help) from None
    except psycopg.errors.QueryCanceled:
        help = "ask for less, or see `within`"
        raise WorkFailed(f"the statement took longer than {within:g} s", help, _TOO_LATE) from None
    except psycopg.ProgrammingError as error:
        if "stream()" in str(error):
            what = "the statement gives no rows"
            raise WorkFailed(what, "if it changes something, say so: `writes: true`") from None
        print(str(error), file=sys.stderr)
        raise WorkFailed(_first(error)) from None
    except psycopg.Error as error:
        print(str(error), file=sys.stderr)
        raise WorkFailed(_first(error)) from None


@contextmanager
def _closing(rows: Any) -> Iterator[Any]:
    try:
        yield rows
    finally:
        rows.close()


def _found(keep: Keep, cursor: Any, rows: Iterable[Any], most: int) -> list[Mapping[str, Any]]:
    return keep(lambda: [each.name for each in cursor.description], rows, most)


def _bound(value: Any, psycopg: Any) -> Any:
    """A list of single values as an array, so that `= ANY(:names)` works; anything deeper as JSON."""
    deep = isinstance(value, dict) or (
        isinstance(value, list) and any(isinstance(each, (list, dict)) for each in value)
    )
    return json.dumps(value) if deep else value


def _reached(database: Any, within: float) -> dict[str, Any]:
    """What the library is told to reach the database: how, and when to give up."""
    limits = {
        "connect_timeout": max(2, min(30, int(within))),
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        "options": f"-c statement_timeout={max(1, int(within * 1000))}",
        "application_name": "runbook",
    }
    if isinstance(database, str):
        return {"conninfo": database, **limits}
    given = {name: str(each) for name, each in database.items() if name in ("host", "port", "user", "password")}
    if "database" in database:
        given["dbname"] = str(database["database"])
    if "," in given.get("host", ""):
        raise WorkFailed("`host` names more than one", "name one")
    local = _is_here(given.get("host", "")) and "ca" not in database
    tls = database.get("tls", "any" if local else "verify")
    given["sslmode"] = {"verify": "verify-full", "encrypt": "require", "any": "prefer", "none": "disable"}[tls]
    if tls == "verify":
        given["sslrootcert"] = inside(database["ca"]) if "ca" in database else _trusted()
    return {**given, **limits}


def _is_here(host: str) -> bool:
    """True for this machine: a socket, or the loopback."""
    if not host or host.startswith(("/", "@")) or host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def _trusted() -> str:
    """The certificates that the system trusts, as a file where there is one."""
    import ssl

    usual = "/etc/ssl/certs/ca-certificates.crt"
    found = ssl.get_default_verify_paths().cafile or ""
    return found if os.path.isfile(found) else usual if os.path.isfile(usual) else "system"


def _first(error: Exception) -> str:
    """What went wrong in one line: without where, which stands above it."""
    said = getattr(getattr(error, "diag", None), "message_primary", None) or str(error)
    return next((line for line in said.splitlines() if line.strip()), type(error).__name__)
