"""Filters that write text in another form, or read it: JSON, base64, SHA-256, quotes, sizes in bytes."""

from __future__ import annotations

import binascii
import json
import math
import re
from collections.abc import Mapping

from runbook.errors import ExpressionError
from runbook.expressions.signatures import ANY, LIST, NUMBER, TEXT, TRUTH, Signature
from runbook.expressions.values import MAX_TEXT, Budget, brief, capped, number, text
from runbook.outcome import Json

_DEEPEST = 64
_SIZE = re.compile(r"(\d{1,20})(?:\.(\d{1,6}))?\s*([kKMGTP]?)(i?)B?", re.ASCII)
_POWERS = {"": 0, "k": 1, "K": 1, "M": 2, "G": 3, "T": 4, "P": 5}
_TRUE = {"yes": True, "true": True, "on": True, "1": True, "no": False, "false": False, "off": False, "0": False}


def _fromjson(budget: Budget, value: Json) -> Json:
    whole = text(value, "fromjson", budget)
    try:
        found = json.loads(whole, parse_constant=_finite, parse_float=_finite)
    except (ValueError, RecursionError):
        raise ExpressionError(f"`{brief(whole)}` is not JSON", "check what wrote it") from None
    _counted(budget, found)
    if "\\ud" in whole.lower():  # half a character can't be written anywhere: it is replaced
        found = json.loads(json.dumps(found, ensure_ascii=False).encode("utf-8", "replace"))
    return found


def _finite(word: str) -> float:
    found = float(word)
    if not math.isfinite(found):
        raise ValueError(word)
    return found


def _counted(budget: Budget, found: Json) -> None:
    """Refuses what is nested too deeply, has numbers past all limits, or too many values; level by level."""
    level = [found]
    for _ in range(_DEEPEST):
        budget.items(len(level))
        for each in level:
            if isinstance(each, int) and not isinstance(each, bool):
                capped(each)
        inner = (each.values() if isinstance(each, dict) else each for each in level if isinstance(each, dict | list))
        level = [each for several in inner for each in several]
        if not level:
            return
    raise ExpressionError(f"the JSON has more than {_DEEPEST} levels", "work on a part of it")


def _b64encode(budget: Budget, value: Json) -> str:
    whole = text(value, "b64encode", budget).encode("utf-8", "replace")
    budget.text(len(whole) * 4 // 3 + 4)
    return binascii.b2a_base64(whole, newline=False).decode()


def _b64decode(budget: Budget, value: Json) -> str:
    try:
        return binascii.a2b_base64("".join(text(value, "b64decode", budget).split()), strict_mode=True).decode()
    except (binascii.Error, ValueError):
        raise ExpressionError("that is not base64 of text", "decode it in a step of its own") from None


def _sha256(budget: Budget, value: Json) -> str:
    from hashlib import sha256  # here, as others below: start-up is quick

    return sha256(text(value, "sha256", budget).encode("utf-8", "replace")).hexdigest()


def _quote(budget: Budget, value: Json) -> str:
    from shlex import quote

    whole = text(value, "quote", budget)
    budget.text(len(whole) + 4 * whole.count("'") + 2)
    return quote(whole)


def _urlencode(budget: Budget, value: Json) -> str:
    from urllib.parse import quote

    whole = text(value, "urlencode", budget)
    budget.text(12 * len(whole) if not whole.isascii() else 3 * len(whole))
    return quote(whole, safe="", errors="replace")


def _lines(budget: Budget, value: Json) -> list[str]:
    whole = text(value, "lines", budget)
    budget.items(whole.count("\n") + 1)
    return whole.removesuffix("\n").split("\n") if whole else []


def _capitalize(budget: Budget, value: Json) -> str:
    whole = text(value, "capitalize", budget)
    return whole[:1].upper() + whole[1:]


def _truncate(budget: Budget, value: Json, most: Json) -> str:
    whole = text(value, "truncate", budget)
    if isinstance(most, bool) or not isinstance(most, int) or not 4 <= most <= MAX_TEXT:
        raise ExpressionError("`truncate` takes a number of characters from 4 on", "write `| truncate(80)`")
    return whole if len(whole) <= most else whole[: most - 3] + "..."


def _bool(budget: Budget, value: Json) -> bool:
    if isinstance(value, bool):
        return value
    word = text(value, "bool", budget).strip().lower()
    if word not in _TRUE:
        raise ExpressionError(f"`{brief(word)}` is neither true nor false", "write yes or no, true or false")
    return _TRUE[word]


def _bytes(budget: Budget, value: Json) -> int:
    whole = text(value, "bytes", budget).strip()
    match = _SIZE.fullmatch(whole)
    if match is None or (match[4] and not match[3]):
        raise ExpressionError(f"`{brief(whole)}` is not a size", "write it as `10GiB`, `500MB` or `12G`")
    short = not whole.endswith("B")
    base = 1024 if match[4] or (short and match[3]) else 1000
    rest = match[2] or ""
    return int(capped(int(match[1] + rest) * base ** _POWERS[match[3]] // 10 ** len(rest)))


def _human_bytes(budget: Budget, value: Json) -> str:
    count = float(number(value, "human_bytes"))
    units = ["PiB", "TiB", "GiB", "MiB", "KiB", "B"]
    while abs(count) >= 1024 and len(units) > 1:
        count /= 1024
        units.pop()
    return f"{count:.1f}".removesuffix(".0") + f" {units[-1]}"


CODED: Mapping[str, Signature] = {
    "fromjson": Signature(_fromjson, gives=ANY),
    "b64encode": Signature(_b64encode),
    "b64decode": Signature(_b64decode),
    "sha256": Signature(_sha256),
    "quote": Signature(_quote),
    "urlencode": Signature(_urlencode),
    "lines": Signature(_lines, gives=LIST),
    "capitalize": Signature(_capitalize),
    "truncate": Signature(_truncate, arguments=(NUMBER,), least=1),
    "bool": Signature(_bool, (TEXT, TRUTH), TRUTH),
    "bytes": Signature(_bytes, gives=NUMBER),
    "human_bytes": Signature(_human_bytes, (NUMBER,)),
}
"""Filters from one form of writing to another."""
