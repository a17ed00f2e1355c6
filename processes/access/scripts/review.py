"""Look for accounts in a server's export that should not be there, or not be so.

The export is a folder with copies of `passwd`, `shadow` and `group`, the list `approved` (one account a line, behind it
the powerful groups that it may be in, `#` for comments) and `last-logins` (account and date of its last login; an
account that never logged in is left out). An export that can't be whole is refused: nothing would be found in it.

Usage: review.py FINDING FOLDER [DAYS]
       review.py report FOLDER DAYS TARGET
"""

from __future__ import annotations

import datetime
import json
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

NO_LOGIN = {"nologin", "false", "sync", "halt", "shutdown", "true"}
PRIVILEGED = {"root", "sudo", "wheel", "admin", "adm", "docker", "shadow", "disk"}
FIRST_PERSON = 1000
NOBODY = 65534


@dataclass(frozen=True)
class Account:
    """One line of passwd, with what the other files say about it."""

    name: str
    uid: int
    gid: int
    shell: str
    password: str
    approved: bool
    may_be_in: frozenset[str]
    last_login: datetime.date | None

    @property
    def can_log_in(self) -> bool:
        """True when its shell is a real one; an empty field means /bin/sh."""
        return Path(self.shell or "/bin/sh").name not in NO_LOGIN


@dataclass(frozen=True)
class Export:
    """The accounts and groups of one server."""

    accounts: tuple[Account, ...]
    members: tuple[tuple[str, str], ...]
    """Group and account; the group that passwd names for an account counts too."""
    days: int


def text_of(path: Path) -> str:
    """The text of one file of the export."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        sys.exit(f"{path} can't be read: {error.strerror}")


def number(path: Path, text: str) -> int:
    """The number of an account or a group."""
    return int(text) if text.isdecimal() else sys.exit(f"{path}: {text} is no number of an account or a group")


def day(path: Path, parts: list[str]) -> datetime.date:
    """The date of a last login."""
    try:
        return datetime.date.fromisoformat(parts[1])
    except (IndexError, ValueError):
        sys.exit(f"{path}: an account and a date such as 2026-11-25 are expected, not {' '.join(parts)}")


def rows(path: Path, fields: int) -> Iterator[list[str]]:
    """The lines of a colon-separated file; a line with too few fields ends the review."""
    for number, line in enumerate(text_of(path).splitlines(), 1):
        if not line or line.startswith("#"):
            continue
        row = line.split(":")
        if len(row) < fields:
            sys.exit(f"{path}, line {number}: {fields} fields are expected")
        yield row


def words(path: Path) -> Iterator[list[str]]:
    """The lines of a list, without comments."""
    for line in text_of(path).splitlines():
        if parts := line.partition("#")[0].split():
            yield parts


def read(folder: Path, days: int) -> Export:
    """The export as one value."""
    passwd, group = folder / "passwd", folder / "group"
    secret = {row[0]: row[1] for row in rows(folder / "shadow", 2)}
    approved = {parts[0]: frozenset(parts[1:]) for parts in words(folder / "approved")}
    logins = {parts[0]: day(folder / "last-logins", parts) for parts in words(folder / "last-logins")}
    found = list(rows(passwd, 7))
    if "root" not in [row[0] for row in found]:
        sys.exit(f"{passwd} has no root: it is no whole copy")
    if hidden := [row[0] for row in found if row[1] == "x" and row[0] not in secret]:
        sys.exit(f"{folder / 'shadow'} has no line for {', '.join(hidden)}: it is no whole copy")
    accounts = tuple(
        Account(
            name=row[0],
            uid=number(passwd, row[2]),
            gid=number(passwd, row[3]),
            shell=row[6].strip(),
            password=secret[row[0]] if row[1] == "x" else row[1],
            approved=row[0] in approved,
            may_be_in=approved.get(row[0], frozenset()),
            last_login=logins.get(row[0]),
        )
        for row in found
    )
    members = []
    for name, _, gid, names in (row[:4] for row in rows(group, 4)):
        first = [each.name for each in accounts if each.gid == number(group, gid)]
        members += [(name, each) for each in dict.fromkeys([*names.strip().split(","), *first]) if each]
    if not members:
        sys.exit(f"{group} names no group of any account: it is no whole copy")
    return Export(accounts, tuple(members), days)


Found = list[tuple[str, str]]


def system_shells(export: Export) -> Found:
    """System accounts that can log in."""
    return [
        (each.name, f"uid {each.uid} with shell {each.shell or '/bin/sh'}")
        for each in export.accounts
        if (0 < each.uid < FIRST_PERSON or each.uid == NOBODY) and each.can_log_in
    ]


def second_roots(export: Export) -> Found:
    """Accounts besides root that have its number."""
    return [(each.name, "has uid 0") for each in export.accounts if each.uid == 0 and each.name != "root"]


def not_approved(export: Export) -> Found:
    """Accounts of people that can log in and stand on no list."""
    return [
        (each.name, f"uid {each.uid} is not on the list of approved accounts")
        for each in export.accounts
        if each.can_log_in and not each.approved and FIRST_PERSON <= each.uid != NOBODY
    ]


def empty_passwords(export: Export) -> Found:
    """Accounts that need no password."""
    return [(each.name, "has an empty password") for each in export.accounts if each.password == ""]


def stale(export: Export) -> Found:
    """Accounts of people that have not been used for longer than allowed."""
    limit = datetime.date.today() - datetime.timedelta(days=export.days)
    return [
        (each.name, f"last login {each.last_login or 'never'}")
        for each in export.accounts
        if each.can_log_in and FIRST_PERSON <= each.uid != NOBODY
        if each.last_login is None or each.last_login < limit
    ]


def privileged(export: Export) -> Found:
    """Members of powerful groups that are not approved for the group or do not exist; uid 0 needs no group."""
    approved = {each.name: each.may_be_in for each in export.accounts}
    roots = {each.name for each in export.accounts if each.uid == 0}
    return [
        (name, f"is in group {group} without approval")
        for group, name in export.members
        if group in PRIVILEGED and name not in roots and group not in approved.get(name, ())
    ]


FINDINGS: dict[str, Callable[[Export], Found]] = {
    "system-shells": system_shells,
    "second-roots": second_roots,
    "not-approved": not_approved,
    "empty-passwords": empty_passwords,
    "stale": stale,
    "privileged": privileged,
}


def report(export: Export, target: Path) -> int:
    """Write all findings as Markdown and give their number."""
    lines = ["# Access review", "", "| account | finding |", "| --- | --- |"]
    found = [line for look in FINDINGS.values() for line in look(export)]
    lines += [f"| {name} | {detail} |" for name, detail in found] or ["| none | nothing was found |"]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text("\n".join(lines) + "\n")
    return len(found)


def main() -> None:
    """Print one sort of finding, or write the report, as JSON."""
    what, *given = sys.argv[1:] or [""]
    numbers = {"report": (3,)} | dict.fromkeys(FINDINGS, (1, 2))
    if len(given) not in numbers.get(what, ()) or not all(days.isdecimal() for days in given[1:2]):
        sys.exit(f"usage: review.py {'|'.join(FINDINGS)} FOLDER [DAYS] | report FOLDER DAYS TARGET")
    export = read(Path(given[0]), int(given[1]) if len(given) > 1 else 90)
    if what == "report":
        target = Path(given[2])
        print(json.dumps({"total": report(export, target), "accounts": len(export.accounts), "report": str(target)}))
        return
    found = FINDINGS[what](export)
    names = [f"{name} ({detail})" for name, detail in found]
    print(json.dumps({"count": len(found), "accounts": [name for name, _ in found], "details": names}))


if __name__ == "__main__":
    main()
