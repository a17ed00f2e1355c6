"""The time zone that a calendar names, read out of its file without a look at the rest of it: for quick commands.

Rule 1: what it tells is what a whole reading tells; where there is any doubt it tells nothing.
Rule 2: nothing of the file is built: neither anchors nor depth can make it long.
"""

from __future__ import annotations

from collections.abc import Iterator


def zone_in(content: bytes) -> str:
    """The zone that a calendar's file names; empty where only a whole reading can tell, or tell what is wrong."""
    from runbook.operations.zones import is_zone

    named = [value for name, value in _texts(content) if name == "timezone"]
    return named[0] if len(named) == 1 and is_zone(named[0]) else ""


def _texts(content: bytes) -> Iterator[tuple[str, str]]:
    """The fields at the top of a file that hold a text, in their order; none of what can't be read to its end."""
    import yaml  # where a zone is asked for, and nowhere else

    found: list[tuple[str, str]] = []
    depth, key = 0, None
    try:
        for event in yaml.parse(content, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.CollectionStartEvent):
                if depth == 0 and not isinstance(event, yaml.MappingStartEvent):
                    return
                key = None if depth == 1 else key
                depth += 1
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
            elif depth == 1 and key is None:
                key = event.value if isinstance(event, yaml.ScalarEvent) else ""
            elif depth == 1:
                found += [(str(key), event.value)] if isinstance(event, yaml.ScalarEvent) else []
                key = None
    except (yaml.YAMLError, ValueError):
        return
    yield from found
