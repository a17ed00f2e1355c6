"""Kinds of steps and sources of secrets of other packages, as far as a project names those packages.

Rule 1: nothing of a package is loaded that `runbook.yaml` does not name under `plugins`: to be installed is not enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from runbook.errors import Misuse
from runbook.kind import Kinds, StepKind
from runbook.secret_source import SecretSource

KINDS = "runbook.kinds"
"""The group of entry points for kinds of steps; each names a `StepKind`."""
SECRET_SOURCES = "runbook.secret_sources"
"""The group of entry points for sources of secrets; each names a `SecretSource`."""


def kinds_in(root: Path) -> Kinds:
    """The kinds and sources that a project has: those that come with runbook, and those of the packages it names."""
    from runbook.kinds import builtin

    return with_plugins(builtin(), named_plugins(root))


def named_plugins(root: Path) -> tuple[str, ...]:
    """The packages that the project names; what is wrong with the file is for its readers to say."""
    from runbook.engine.files import read_file
    from runbook.errors import MachineRefuses

    try:
        content = read_file(root, "runbook.yaml")
    except MachineRefuses:
        return ()
    if content is None or b"plugins" not in content:
        return ()
    from runbook.reading.tree import read_tree

    tree, _ = read_tree("runbook.yaml", content)
    plugins = tree.data.get("plugins") if tree and isinstance(tree.data, dict) else None
    return tuple(each for each in plugins if isinstance(each, str)) if isinstance(plugins, list) else ()


def with_plugins(kinds: Kinds, plugins: Sequence[str]) -> Kinds:
    """The kinds and sources there are, and those of the packages; `Misuse` when one is not to be had, or not new."""
    if not plugins:
        return kinds
    by_key, sources = dict(kinds.by_key), dict(kinds.secret_sources)
    for plugin in plugins:
        for name, found in _parts(plugin):
            taken = by_key if isinstance(found, StepKind) else sources
            if found.key in taken:
                raise Misuse(f"`{name}` of the plugin `{plugin}`: there is a `{found.key}` already", "leave one out")
            if isinstance(found, StepKind):
                by_key[found.key] = found
            else:
                sources[found.key] = found
    return replace(kinds, by_key=by_key, secret_sources=sources)


def _parts(plugin: str) -> Iterator[tuple[str, Any]]:
    from importlib.metadata import PackageNotFoundError, distribution

    try:
        points = distribution(plugin).entry_points
    except (PackageNotFoundError, ValueError):
        help = f"install it beside runbook, or take it out of `plugins` in runbook.yaml: pip install {plugin}"
        raise Misuse(f"the plugin `{plugin}` is not installed", help) from None
    count = 0
    for group, wanted in ((KINDS, StepKind), (SECRET_SOURCES, SecretSource)):
        for point in points.select(group=group):
            try:
                found = point.load()
            except Exception as error:
                why = f"{type(error).__name__}: {error}".splitlines()[0]
                raise Misuse(f"the plugin `{plugin}` can't be loaded: {why}", "update it, or take it out") from None
            if not isinstance(found, wanted):
                raise Misuse(f"`{point.name}` of the plugin `{plugin}` is no {wanted.__name__}", "update it")
            yield point.name, found
            count += 1
    if not count:
        help = f"it has to have entry points in the group `{KINDS}` or `{SECRET_SOURCES}`"
        raise Misuse(f"the plugin `{plugin}` brings nothing for runbook", help)
