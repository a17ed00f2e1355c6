"""Checked data to what must hold of a step's result, and to the values that it hands on."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from runbook.clauses import Expect, Limits, Output, Table
from runbook.reading.build_people import listed
from runbook.sizes import LARGEST, size_or_largest

if TYPE_CHECKING:
    from runbook.reading.build import Texts

RESULT_NAMES = ("outputs", "exit_code", "stdout", "stderr")
"""What `expect: that:` sees besides the usual names."""

_SHORT = {
    "lines": Output(type="lines"),
    "json": Output(type="json"),
    "exit_code": Output("exit_code", type="integer"),
}


def build_expect(given: Mapping[str, Any], texts: Texts) -> Expect:
    """What `expect` of a step says."""
    codes = given.get("exit_code", 0)
    that = listed(given.get("that"))
    several = isinstance(given.get("that"), list)
    return Expect(
        exit_codes=tuple(codes) if isinstance(codes, list) else (codes,),
        contains=listed(given.get("contains")),
        matches=listed(given.get("matches")),
        json=given.get("json", {}),
        limits={name: Limits(each.get("min"), each.get("max")) for name, each in given.get("limits", {}).items()},
        that=tuple(
            texts.condition(text, "that", *((number,) if several else ()), extra=RESULT_NAMES)
            for number, text in enumerate(that)
        ),
    )


def build_outputs(given: Mapping[str, Any], texts: Texts) -> dict[str, Output]:
    """What `outputs` of a step says, in the order of the text."""
    return {name: _output(each, texts.below(name)) for name, each in given.items()}


def _output(given: str | Mapping[str, Any], texts: Texts) -> Output:
    if isinstance(given, str):
        return _SHORT.get(given, Output(given))
    table = build_table(given["table"], texts.below("table")) if "table" in given else None
    kept = given.get("keep") == "evidence"
    whole = "json" in given or "field" in given or (table is not None and not table.column)
    plain = "integer" if given.get("from") == "exit_code" else "json" if whole else "text"
    usual = LARGEST if kept else Output().max_size
    return Output(
        source="form" if "field" in given else given.get("from", "stdout"),
        json=given.get("json"),
        regex=given.get("regex"),
        type=given.get("type", plain),
        group=str(given.get("group", "")),
        all=given.get("all", False),
        table=table,
        path=texts.template(given["path"], "path") if "path" in given else None,
        field=given.get("field", ""),
        kept=kept,
        max_size=size_or_largest(given["max_size"]) if "max_size" in given else usual,
    )


def build_table(given: str | Mapping[str, Any], texts: Texts) -> Table:
    """How an output reads a table; a text alone says what parts its columns."""
    if isinstance(given, str):
        return Table(given)
    return Table(
        split=given.get("split", "blanks"),
        column=given.get("column", ""),
        where={name: texts.template(str(each), "where", name) for name, each in given.get("where", {}).items()},
        row=given.get("row", ""),
        columns=tuple(given.get("columns", ())),
        header=given.get("header", True),
        skip=given.get("skip", 0),
    )
