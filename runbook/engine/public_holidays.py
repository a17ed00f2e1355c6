"""Public holidays as the library `holidays` knows them: asked when a calendar is written, never when time is counted.

Rule 1: its answers change from release to release, so they are frozen into the calendar's file, where git shows how.
"""

from __future__ import annotations

from importlib import metadata

from runbook.errors import Misuse


def public_holidays(country: str, part: str, years: range, language: str = "") -> tuple[dict[str, str], str]:
    """The days off of a country, or a part of it, with their names; and the version of the library.

    The names are in that language, in the country's own when it is empty: never in that of whoever asks.
    """
    try:
        import holidays
    except ImportError:
        raise Misuse(
            "holidays can't be fetched: the library `holidays` is not installed",
            "pip install 'runbook-toolkit[holidays]'",
        ) from None

    def found(language: str | None = None) -> holidays.HolidayBase:
        return holidays.country_holidays(country, subdiv=part or None, years=years, language=language)

    try:
        first = found()
    except (NotImplementedError, KeyError):
        known = holidays.list_supported_countries().get(country, ())
        help = f"its parts are {', '.join(known)}" if known else "write the country as in ISO 3166, such as `DE`"
        name = f"{country}-{part}" if part else country
        raise Misuse(f"the holidays of `{name}` are not known", help) from None
    spoken = first.supported_languages
    if language and language not in spoken:
        help = f"use one of {', '.join(spoken)}" if spoken else "leave --language out"
        raise Misuse(f"the holidays of {country} have no names in `{language[:20]}`", help)
    named = found(language or first.default_language)
    return {day.isoformat(): str(name) for day, name in sorted(named.items())}, metadata.version("holidays")
