"""Keep a register of accounts: who has one, in which role, with which rights, and until when.

The register is a folder with `accounts.csv` (account, name, role, rights, status), `roles.csv` (role, rights),
`conflicts.csv` (two rights that nobody may hold together) and `grants.csv` (account, right, until, run), which
grants.py keeps. Where a directory service keeps the accounts, its own command takes the place of this one.

Usage: register.py COMMAND FOLDER [ARGUMENT ...]; `register.py --help` lists the commands.
"""

from __future__ import annotations

import argparse
import contextlib
import datetime
import json
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import table

MARK = ".made-as-a-sample"
FIELDS = {
    "accounts": ("account", "name", "role", "rights", "status"),
    "roles": ("role", "rights"),
    "conflicts": ("one", "other"),
    "grants": ("account", "right", "until", "run"),
}
SAMPLE = {
    "accounts": [
        ("anna", "Anna Berg", "administrator", "mail vpn servers", "active"),
        ("bruno", "Bruno Costa", "buyer", "mail orders", "active"),
        ("carla", "Carla Diaz", "accountant", "mail payments", "active"),
    ],
    "roles": [
        ("administrator", "mail vpn servers"),
        ("buyer", "mail orders"),
        ("accountant", "mail payments"),
        ("purchase-lead", "mail orders payments"),
    ],
    "conflicts": [("orders", "payments")],
    "grants": [],
}
COMMANDS = {
    "sample": (),
    "free": ("account",),
    "show": ("account",),
    "compare": ("account", "role"),
    "add": ("account", "name", "role"),
    "move": ("account", "role"),
    "put-back": ("account", "role", "rights"),
    "lock": ("account",),
    "unlock": ("account",),
    "remove": ("account",),
    "matches-role": ("account", "role"),
}
CHANGES = ("sample", "add", "move", "put-back", "lock", "unlock", "remove")
"""The commands that write."""
Row = dict


def read(folder: Path, name: str) -> list[Row]:
    """The rows of one file of the register."""
    return table.read(folder / f"{name}.csv", FIELDS[name])


def write(folder: Path, name: str, rows: list[Row]) -> None:
    """One file of the register anew."""
    table.write(folder / f"{name}.csv", FIELDS[name], rows)


def sample(folder: Path) -> Row:
    """The register anew, with three people; a folder with other content is left alone."""
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    (folder / MARK).touch()
    for name, rows in SAMPLE.items():
        write(folder, name, [dict(zip(FIELDS[name], row)) for row in rows])
    return {"register": str(folder), "accounts": len(SAMPLE["accounts"])}


def account_of(folder: Path, account: str) -> tuple[list[Row], Row]:
    """All accounts, and the one that is asked for."""
    accounts = read(folder, "accounts")
    for row in accounts:
        if row["account"] == account:
            return accounts, row
    sys.exit(f"the register has no account {account}")


def rights_of(folder: Path, role: str) -> list[str]:
    """The rights that go with a role."""
    roles = {row["role"]: row["rights"].split() for row in read(folder, "roles")}
    if role not in roles:
        sys.exit(f"the register has no role {role}; it has {', '.join(sorted(roles))}")
    return roles[role]


def conflicts_in(folder: Path, rights: list[str]) -> list[str]:
    """The pairs of rights that nobody may hold together."""
    pairs = [(row["one"], row["other"]) for row in read(folder, "conflicts")]
    return [f"{one} with {other}" for one, other in pairs if one in rights and other in rights]


def compare(folder: Path, account: str, role: str) -> Row:
    """What a role would give to an account, and take from it."""
    wanted = rights_of(folder, role)
    row = next((each for each in read(folder, "accounts") if each["account"] == account), None)
    now = row["rights"].split() if row else []
    return {
        "rights": wanted,
        "gains": [right for right in wanted if right not in now],
        "losses": [right for right in now if right not in wanted],
        "conflicts": conflicts_in(folder, wanted),
    }


def add(folder: Path, account: str, name: str, role: str) -> Row:
    """A new account with the rights of its role, locked until it is handed over; the same again changes nothing."""
    accounts, rights = read(folder, "accounts"), " ".join(rights_of(folder, role))
    new = {"account": account, "name": name, "role": role, "rights": rights, "status": "locked"}
    for row in accounts:
        if row["account"] == account and row != new:
            sys.exit(f"{account} is taken by {row['name']}")
    write(folder, "accounts", [*(row for row in accounts if row != new), new])
    return new


def move(folder: Path, account: str, role: str) -> Row:
    """The account with the rights of another role, and no right of the old one; what was before is given back."""
    return put_back(folder, account, role, " ".join(rights_of(folder, role)))


def put_back(folder: Path, account: str, role: str, rights: str) -> Row:
    """The account with the role and the rights that it had."""
    accounts, row = account_of(folder, account)
    before = {"before": row["role"], "before_rights": row["rights"]}
    row["role"], row["rights"] = role, rights
    write(folder, "accounts", accounts)
    return {**row, **before}


def set_status(folder: Path, account: str, status: str) -> Row:
    """The account locked or active."""
    accounts, row = account_of(folder, account)
    row["status"] = status
    write(folder, "accounts", accounts)
    return row


def remove(folder: Path, account: str) -> Row:
    """The register without the account and its grants; its last state is given back."""
    accounts = read(folder, "accounts")
    gone = [row for row in accounts if row["account"] == account]
    write(folder, "accounts", [row for row in accounts if row["account"] != account])
    write(folder, "grants", [row for row in read(folder, "grants") if row["account"] != account])
    return {"account": account, "removed": len(gone), "last": gone[0] if gone else None}


def has_ended(grant: Row) -> bool:
    """Whether the end of a grant has passed; it counts as none from then on."""
    try:
        until = datetime.datetime.fromisoformat(grant["until"])
        return until <= datetime.datetime.now(until.tzinfo)
    except ValueError:
        sys.exit(f"the grant of {grant['right']} to {grant['account']} has no end such as 2026-11-25T08:15:00+00:00")


def show(folder: Path, account: str) -> Row:
    """One account with its rights, its grants, and those that have ended and were not taken back."""
    _, row = account_of(folder, account)
    own = [each for each in read(folder, "grants") if each["account"] == account]
    grants = [f"{each['right']} until {each['until']}" for each in own if not has_ended(each)]
    ended = [f"{each['right']} until {each['until']}" for each in own if has_ended(each)]
    return {**row, "rights": row["rights"].split(), "grants": grants, "granted": len(grants), "ended": ended}


def matches_role(folder: Path, account: str, role: str) -> Row:
    """Whether the account holds the rights of the role, no more and no less, and whether it is active."""
    row, wanted = show(folder, account), rights_of(folder, role)
    same = sorted(row["rights"]) == sorted(wanted)
    return {"account": account, "matches": same, "status": row["status"], "holds": row["rights"], "wanted": wanted}


def carry_out(command: str, folder: Path, given: Row) -> Row:
    """What the command gives back."""
    if command == "free":
        taken = any(row["account"] == given["account"] for row in read(folder, "accounts"))
        return sys.exit(f"{given['account']} is taken") if taken else {"account": given["account"], "free": True}
    if command in ("lock", "unlock"):
        return set_status(folder, given["account"], "locked" if command == "lock" else "active")
    verbs = {
        "sample": sample, "show": show, "compare": compare, "add": add, "move": move, "put-back": put_back,
        "remove": remove, "matches-role": matches_role,
    }  # fmt: skip
    return verbs[command](folder, **given)


def parsed(usage: str | None, commands: Mapping[str, Sequence[str]]) -> dict[str, Any]:
    """What the command line says: the command, the folder of the register, and what else that command takes."""
    parser = argparse.ArgumentParser(description=usage, formatter_class=argparse.RawDescriptionHelpFormatter)
    choices = parser.add_subparsers(dest="command", required=True)
    for name, arguments in commands.items():
        command = choices.add_parser(name)
        command.add_argument("folder", type=Path)
        for argument in arguments:
            command.add_argument(argument, type=float if argument == "minutes" else str)
    return vars(parser.parse_args())


def main() -> None:
    """Print the answer of one command as JSON."""
    given = parsed(__doc__, COMMANDS)
    name, folder = given.pop("command"), given.pop("folder")
    with table.locked(folder, make=name == "sample") if name in CHANGES else contextlib.nullcontext():
        print(json.dumps(carry_out(name, folder, given)))


if __name__ == "__main__":
    main()
