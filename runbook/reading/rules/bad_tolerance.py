"""What a reading should be is said by halves, or twice.

Why: a tolerance is a distance from the nominal value, and a nominal value without one refuses nothing. Beside `min`
and `max` the two would be limits that contradict these.

Example:

    fields:
      pressure: {type: reading, unit: bar, tolerance: 10%}

Instead: write `nominal` and `tolerance`, such as `nominal: 5` beside this one; or `min` and `max`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject, fields_of

CODE = "RB270"
NAME = "bad-tolerance"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds a tolerance without a nominal value, the other way round, and limits beside both."""
    for at, field, given in fields_of(subject):
        if given.get("type") != "reading":
            continue
        if "tolerance" in given and "nominal" not in given:
            message = f"the tolerance of `{field.name}` is around nothing"
            yield Finding((*at, "tolerance"), message, "write the `nominal` value beside it", key=True)
        elif "nominal" in given and "tolerance" not in given:
            message = f"the nominal value of `{field.name}` refuses nothing"
            yield Finding((*at, "nominal"), message, "write the `tolerance` beside it", key=True)
        elif "nominal" in given:
            for word in ("min", "max"):
                if word in given:
                    message = f"`{word}` of `{field.name}` stands beside a tolerance, which is the limit already"
                    yield Finding((*at, word), message, "leave one of them out", key=True)
