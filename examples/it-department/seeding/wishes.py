"""What people want of the department, and what breaks: titles, services, causes, how bad, how much work."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Wish:
    """One sort of thing that comes in again and again."""

    kind: str
    title: str
    weight: float
    """How often it comes, beside the others."""
    hours: float
    team: str = "support"
    process: str = ""
    service: str = ""
    severity: str = "moderate"
    cause: str = ""
    planned: bool = False
    outside: bool = False
    """True for what the department does not do, and is asked for all the same."""


REQUEST, INCIDENT = "desk/handle-request", "incidents/handle-incident"
MAJOR = "incidents/major-incident"

WISHES = (
    Wish("request", "Password forgotten", 9, 0.4, process="desk/password-reset", severity="moderate"),
    Wish("request", "Access to the Atlas wiki", 6, 0.6, process=REQUEST, service="accounts", severity="minor"),
    Wish("request", "Calendar of a meeting room", 4, 0.8, process=REQUEST, service="mail", severity="minor"),
    Wish("request", "Screen for a desk", 4, 1.0, process=REQUEST, service="workplaces", severity="minor"),
    Wish("request", "Rights on the finance folder", 4, 0.7, process=REQUEST, service="accounts"),
    Wish("request", "Printer is out of toner", 4, 0.4, process=REQUEST, service="workplaces", severity="minor"),
    Wish("request", "Restore a file of last week", 2.5, 1.2, "infra", "backup/restore-file"),
    Wish("request", "More memory for atlas-3", 2, 2.0, "infra", process=REQUEST, service="servers"),
    Wish("request", "Rule for the new scanner", 1.5, 1.5, "infra", process=REQUEST, service="network"),
    Wish("incident", "Computer does not start", 4, 1.5, process=INCIDENT, service="workplaces", cause="worn-out disk"),
    Wish(
        "incident",
        "No mail since this morning",
        2,
        1.4,
        process=INCIDENT,
        service="mail",
        severity="major",
        cause="full mailbox store",
    ),
    Wish(
        "incident", "Login takes minutes", 2.5, 1.8, process=INCIDENT, service="accounts", cause="overloaded directory"
    ),
    Wish("incident", "Video calls break off", 2.5, 1.6, process=INCIDENT, service="network", cause="old access point"),
    Wish("incident", "Laptop lost in the train", 0.6, 1.5, process="desk/lost-laptop", severity="major", cause="theft"),
    Wish("incident", "Atlas is slow", 3, 2.4, "infra", process=INCIDENT, service="servers", cause="no memory left"),
    Wish(
        "incident",
        "Disk of atlas-2 is full",
        2.2,
        1.6,
        "infra",
        process=INCIDENT,
        service="storage",
        severity="major",
        cause="log files are not rotated",
    ),
    Wish(
        "incident",
        "Backup of the night failed",
        1.2,
        1.4,
        "infra",
        process=INCIDENT,
        service="backup",
        severity="major",
        cause="tape library jams",
    ),
    Wish(
        "incident",
        "No network on the second floor",
        0.7,
        2.5,
        "infra",
        process=INCIDENT,
        service="network",
        severity="major",
        cause="broken switch",
    ),
    Wish("question", "How do I share a folder?", 3, 0.3, service="desk"),
    Wish("request", "Wrong total in the Atlas report", 1.0, 1.1, outside=True, cause="defect of Atlas"),
    Wish("request", "Set up a private phone", 0.8, 0.6, outside=True),
)
"""What comes on any day."""

STARTERS = ("Lena Vogt", "Marek Nowak", "Sofia Ruiz", "Jonas Beck", "Aylin Demir", "Piet Janssen", "Nora Lund",
            "Tim Falk", "Zoe Adler", "Omar Haddad", "Ida Holm", "Ravi Mehta", "Clara Roth", "Hugo Blanc")  # fmt: skip
"""Who begins in Atlas and finance in these months."""

NIGHTS = (
    ("Atlas is down", "servers", "no memory left"),
    ("Nobody can log in", "accounts", "overloaded directory"),
    ("The storage does not answer", "storage", "log files are not rotated"),
    ("The line of the carrier is down", "network", "the carrier's line"),
)
"""What burns: title, service, cause."""


@dataclass(frozen=True, slots=True)
class Project:
    """A small project beside the daily work."""

    title: str
    team: str
    service: str
    days: float
    tasks: tuple[str, ...]


PROJECTS = (
    Project("Move Atlas to the new storage", "infra", "storage", 15.0, (
        "Measure how much there is", "Order the disks", "Build the shelf into the rack", "Copy the first half",
        "Copy the second half", "Switch over at the weekend", "Take the old shelf away")),
    Project("New laptops for finance", "support", "workplaces", 12.0, (
        "Ask what they need", "Choose two models", "Make the image", "Hand out the first ten", "Hand out the rest",
        "Take the old ones back")),
    Project("Second line to the internet", "infra", "network", 12.0, (
        "Ask three carriers", "Choose one with finance", "Lay the fibre", "Set up the router",
        "Test the switch-over")),
    Project("Passwords in one safe", "support", "accounts", 10.0, (
        "Choose the safe", "Set it up", "Move the first team", "Move all others")),
    Project("Meeting rooms that work", "support", "workplaces", 9.0, (
        "Look at all rooms", "Buy what is missing", "Set up the first floor", "Set up the second floor")),
    Project("Monitoring that calls the right one", "infra", "servers", 14.0, (
        "List what is watched", "Say who is called", "Set the limits", "Try it for a week", "Switch the old one off")),
    Project("Directory without the old server", "infra", "accounts", 16.0, (
        "Find out who asks it", "Build the new one", "Move the first half", "Move the rest", "Switch it off")),
)  # fmt: skip

RULES = ("the build servers", "a supplier", "the scanners", "the guest network")
"""Whom firewall rules are for."""
LEADS = {"infra": "ana", "support": "dora"}
CONCERNS = (
    "the same fault was here last month",
    "nobody but Bo knows this machine",
    "Atlas plans a release on that day",
    "the supplier has not answered for a week",
)
ASKED = ("finance", "atlas")
ANSWERS = ("phone", "mail", "at the desk")
