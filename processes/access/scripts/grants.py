"""Give one more right for a while, and take it back: the grants of the register that register.py keeps.

A grant belongs to the run that gave it. No other run takes it back or puts another end in its place. When its end has
passed, it counts as none, also when nobody has taken it back.

Usage: grants.py give FOLDER ACCOUNT RIGHT MINUTES RUN
       grants.py revoke FOLDER ACCOUNT RIGHT RUN
       grants.py holds FOLDER ACCOUNT RIGHT
"""

from __future__ import annotations

import datetime
import json
import sys
from pathlib import Path

import register
import table

COMMANDS = {
    "give": ("account", "right", "minutes", "run"),
    "revoke": ("account", "right", "run"),
    "holds": ("account", "right"),
}
LONGEST = 1440
"""Minutes of the longest grant."""
Row = dict


def give(folder: Path, account: str, right: str, minutes: float, run: str) -> Row:
    """One more right for a while; only for an active account that does not hold it yet."""
    if not 0 < minutes <= LONGEST:
        sys.exit(f"a right is given for more than 0 and at most {LONGEST} minutes")
    _, row = register.account_of(folder, account)
    if row["status"] != "active":
        sys.exit(f"{account} is {row['status']} and is given nothing")
    if right in row["rights"].split():
        sys.exit(f"{account} holds {right} through its role already")
    others = []
    for each in register.read(folder, "grants"):
        same = (each["account"], each["right"]) == (account, right)
        if same and each["run"] != run and not register.has_ended(each):
            sys.exit(f"{account} holds {right} until {each['until']} already, from run {each['run']}")
        others += [] if same else [each]
    until = datetime.datetime.now(datetime.timezone.utc) + datetime.timedelta(minutes=minutes)
    new = {"account": account, "right": right, "until": until.isoformat(timespec="seconds"), "run": run}
    register.write(folder, "grants", [*others, new])
    return new


def revoke(folder: Path, account: str, right: str, run: str) -> Row:
    """The grant of this run taken back; when it is gone already, or was never given, that is well too."""
    grants = register.read(folder, "grants")
    left = [row for row in grants if (row["account"], row["right"], row["run"]) != (account, right, run)]
    register.write(folder, "grants", left)
    return {"account": account, "right": right, "revoked": len(grants) - len(left)}


def holds(folder: Path, account: str, right: str) -> Row:
    """Whether the account holds the right now, and how many grants of it are listed, those that have ended too."""
    _, row = register.account_of(folder, account)
    listed = [each for each in register.read(folder, "grants") if (each["account"], each["right"]) == (account, right)]
    valid = right in row["rights"].split() or not all(register.has_ended(each) for each in listed)
    return {"account": account, "right": right, "holds": valid, "listed": len(listed)}


def main() -> None:
    """Print the answer of one command as JSON."""
    given = register.parsed(__doc__, COMMANDS)
    verb = {"give": give, "revoke": revoke, "holds": holds}[given.pop("command")]
    with table.locked(given["folder"]):
        print(json.dumps(verb(**given)))


if __name__ == "__main__":
    main()
