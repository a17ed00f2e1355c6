"""Time zones as the IANA database has them, in the version that is installed with the program.

Rule 1: the machine's own files are not asked: two machines with one version of this program agree to the second.
"""

from __future__ import annotations

import functools
import re
from zoneinfo import ZoneInfo

from runbook.errors import Misuse

_NAME = re.compile(r"[A-Za-z][A-Za-z0-9_+-]{0,30}(/[A-Za-z0-9_+-]{1,40}){0,2}", re.ASCII)


@functools.cache
def zone(name: str) -> ZoneInfo:
    """The zone of that name, such as `Europe/Berlin`."""
    from importlib import resources

    if _NAME.fullmatch(name):
        *folders, file = name.split("/")
        place = resources.files("tzdata").joinpath("zoneinfo", *folders, file)
        if place.is_file():
            with place.open("rb") as content:
                return ZoneInfo.from_file(content, key=name)
    raise Misuse(f"there is no time zone `{name[:60]}`", "name one of the IANA database, such as `Europe/Berlin`")


def is_zone(name: str) -> bool:
    """True when there is a zone of that name."""
    try:
        zone(name)
    except (Misuse, ValueError):  # the last: a file that is no zone, such as `zone.tab`
        return False
    return True


@functools.cache
def database_version() -> str:
    """The version of the IANA database that the zones are taken from, such as `2026f`."""
    import tzdata

    return str(tzdata.IANA_VERSION)
