"""The tests of the language, `x is empty`: questions about one value that are answered with true or false."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from itertools import zip_longest
from typing import TYPE_CHECKING, Any

from runbook.errors import ExpressionError
from runbook.expressions.matched import MATCHING
from runbook.expressions.signatures import LIST, MAPPING, TEXT, TRUTH, Flaw, Signature
from runbook.expressions.timed import TIMING
from runbook.expressions.values import Budget, brief, is_number, kind_of, text
from runbook.outcome import Json

if TYPE_CHECKING:  # imported where it is used: start-up is quick
    from ipaddress import IPv4Network, IPv6Network

_LONGEST_ADDRESS = 64
_VERSION = re.compile(r"v?(\d{1,9}(?:[.-]\d{1,9}){0,9})(?:[.+~_-]?([0-9A-Za-z][\w.+~-]{0,99})?)", re.ASCII)
_WANTED = re.compile(r"\s*(==|!=|<=|>=|<|>)?\s*(.+?)\s*", re.DOTALL)
_SIGNS: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq, "!=": operator.ne, "<": operator.lt, "<=": operator.le, ">": operator.gt, ">=": operator.ge,
}  # fmt: skip


def _none(budget: Budget, value: Json) -> bool:
    return value is None


def _empty(budget: Budget, value: Json) -> bool:
    if value is None:
        return True
    if not isinstance(value, str | list | Mapping):
        raise ExpressionError(
            f"`empty` needs text, a list or a mapping, got {kind_of(value)}", "compare a number with `==`"
        )
    return not (value.strip() if isinstance(value, str) else value)


def _kind(name: str) -> Callable[[Budget, Json], bool]:
    return lambda budget, value: kind_of(value) == name


def _integer(budget: Budget, value: Json) -> bool:
    return is_number(value) and (isinstance(value, int) or bool(value == value // 1))


def _startswith(budget: Budget, value: Json, start: Json) -> bool:
    return text(value, "startswith", budget).startswith(text(start, "startswith", budget))


def _endswith(budget: Budget, value: Json, end: Json) -> bool:
    return text(value, "endswith", budget).endswith(text(end, "endswith", budget))


def _address(value: Json, version: int = 0) -> bool:
    if not isinstance(value, str) or len(value) > _LONGEST_ADDRESS or "%" in value:
        return False
    from ipaddress import ip_address

    try:
        found = ip_address(value)
    except ValueError:
        return False
    return version in (0, found.version)


def _network(budget: Budget, value: Json) -> bool:
    return isinstance(value, str) and len(value) <= _LONGEST_ADDRESS and "/" in value and _network_of(value) is not None


def _network_of(value: str) -> IPv4Network | IPv6Network | None:
    from ipaddress import ip_network

    try:
        return ip_network(value, strict=False)
    except ValueError:
        return None


def _in_network(budget: Budget, value: Json, network: Json) -> bool:
    from ipaddress import ip_address

    inside, around = text(value, "in_network", budget), text(network, "in_network", budget)
    found = _network_of(around) if len(around) <= _LONGEST_ADDRESS else None
    if not _address(inside):
        raise ExpressionError(f"`{brief(inside)}` is not an address", "ask before with `is ipaddress`")
    if found is None:
        raise ExpressionError(f"`{brief(around)}` is not a network", "write it as `10.0.0.0/8`")
    return ip_address(inside) in found


def _version(budget: Budget, value: Json, wanted: str) -> bool:
    match = _WANTED.fullmatch(wanted)
    assert match is not None, "what is wrong with it was said when it was read"
    return bool(_SIGNS[match[1] or "=="](*_padded(_version_of(text(value, "version", budget)), _version_of(match[2]))))


def _version_of(word: str) -> tuple[tuple[int, ...], bool]:
    """The numbers of a version, and whether it is released: `1.2-rc1` comes before `1.2`."""
    found = _VERSION.fullmatch(word.strip())
    if found is None:
        raise ExpressionError(f"`{brief(word)}` is not a version", "cut it out first with `| regex_search`")
    early = re.match(r"(?i)(rc|alpha|beta|dev|pre|a|b)\d*([^a-z]|$)", found[2] or "")
    return tuple(int(each) for each in re.split("[.-]", found[1])), not early


def _padded(left: tuple[tuple[int, ...], bool], right: tuple[tuple[int, ...], bool]) -> tuple[object, object]:
    pairs = [*zip_longest(left[0], right[0], fillvalue=0)]
    return ([each for each, _ in pairs], left[1]), ([each for _, each in pairs], right[1])


def _bad_version(wanted: str) -> Flaw | None:
    match = _WANTED.fullmatch(wanted)
    if match is None or not _VERSION.fullmatch(match[2]):
        return f"`{brief(wanted)}` is not a version to compare with", "write it as `is version('>= 1.2')`"
    return None


PREDICATES: Mapping[str, Signature] = {
    "defined": Signature(_none, (), TRUTH),
    "none": Signature(_none, (), TRUTH),
    "empty": Signature(_empty, (TEXT, LIST, MAPPING), TRUTH),
    "text": Signature(_kind("text"), (), TRUTH),
    "number": Signature(_kind("a number"), (), TRUTH),
    "integer": Signature(_integer, (), TRUTH),
    "boolean": Signature(_kind("true or false"), (), TRUTH),
    "list": Signature(_kind("a list"), (), TRUTH),
    "mapping": Signature(_kind("a mapping"), (), TRUTH),
    "startswith": Signature(_startswith, gives=TRUTH, arguments=(TEXT,), least=1),
    "endswith": Signature(_endswith, gives=TRUTH, arguments=(TEXT,), least=1),
    **MATCHING,
    "version": Signature(_version, gives=TRUTH, arguments=(TEXT,), least=1, written={0: _bad_version}),
    "ipaddress": Signature(lambda budget, value: _address(value), (), TRUTH),
    "ipv4": Signature(lambda budget, value: _address(value, 4), (), TRUTH),
    "ipv6": Signature(lambda budget, value: _address(value, 6), (), TRUTH),
    "network": Signature(_network, (), TRUTH),
    "in_network": Signature(_in_network, gives=TRUTH, arguments=(TEXT,), least=1),
    **TIMING,
}
"""Every test by name; `defined` is answered before there is a value."""
