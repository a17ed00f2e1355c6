"""Forms, readings, files and evidence."""

from __future__ import annotations

from typing import Any

from tests.governance.case import HOME, ME, RUN, Case, answered

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
FILES = {"gauge.png": PNG, "note.png": b"no picture", "large.png": PNG + bytes(1000), "empty.png": b""}
MISSING = "`gauge` (Photo of the gauge) is missing"


def _gauge(by: str, says: str, *typed: tuple[str, str], shows: str, **fields: str) -> Case:
    words = [word for name, value in fields.items() for word in ("-f", f"{name}={value}")]
    return Case(
        by, says, "gauge", {"outcome": "done", "fields": fields}, answered("gauge", "done", *words),
        (("enter", ""), *typed), shows, "desk/gauge",
    )  # fmt: skip


def _meter(
    by: str, says: str, *typed: str, shows: str, deviation: str | None = None, unfit: str = "", on_paper: str = "",
    paper: tuple[()] | None = (), **fields: Any,
) -> Case:  # fmt: skip
    """A form of the new sort: its fields are right but for those that are given."""
    given = {"pressure": "3 bar", "photo": "gauge.png", "seen": ME, **fields}
    answer = {"outcome": "done", "fields": given, **({} if deviation is None else {"deviation": deviation})}
    paths = {**given, "photo": f"@{HOME}/{given['photo']}"} if isinstance(given["photo"], str) else given
    words = [word for name, value in paths.items() for word in ("-f", f"{name}={value}" if value else f"{name}=")]
    more = () if deviation is None else ("--deviation", deviation)
    questions = ("Pressure (", "Photo (", "Seen by (", "Why")
    return Case(
        by, says, "meter", answer, answered("meter", "done", *words, *more),
        (("enter", ""), *zip(questions, typed, strict=False)), shows, "desk/meter", unfit=unfit, files=FILES,
        on_paper=on_paper, paper=paper,
    )  # fmt: skip


def _attach(by: str, says: str, *words: str, step: str = "photo", **more: Any) -> Case:
    more.setdefault("process", "desk/photo")
    return Case(by, says, step, command=("attach", RUN, step, *words), files=FILES, **more)


CASES = {
    "a form with a field left empty": _gauge(
        "required", "`pressure` (Pressure) must be filled in", ("Pressure", ""), shows="must be filled in",
        pressure="", colour="green",
    ),
    "a form with a field left out": _gauge(
        "required", "`pressure` (Pressure) must be filled in", ("Pressure", "   "), shows="must be filled in",
        colour="green",
    ),
    "a number out of its limits": _gauge(
        "min, max", "outside its limits", ("Pressure", "7"), shows="outside its limits", pressure="7", colour="green"
    ),
    "a number that is none": _gauge(
        "type: number", "`pressure` can't be `much`", ("Pressure", "much"), shows="can't be `much`",
        pressure="much", colour="green",
    ),
    "a choice that is not offered": _gauge(
        "options", "`colour` can't be `blue`", ("Pressure", "2"), ("Colour", "blue"),
        shows="type one of 1 green, 2 red", pressure="2", colour="blue",
    ),
    "a text off its pattern": _gauge(
        "pattern", "`code` can't be `x`", ("Pressure", "2"), ("Colour", "red"), ("Code", "x"),
        shows="can't be `x`", pressure="2", colour="green", code="x",
    ),
    "a field that is not there": _gauge(
        "fields", "`size` is not a field", ("Pressure", ""), shows="must be filled in",
        pressure="2", colour="green", size="1",
    ),
    "a reading in another unit": _meter(
        "unit", "`psi` is another unit", "3 psi", shows="`psi` is another unit", pressure="3 psi"
    ),
    "a reading in another unit, as a deviation": _meter(
        "unit", "nothing at `meter` is out of its limits", "9 psi", shows="`psi` is another unit", pressure="9 psi",
        deviation="It was hot",
    ),
    "a reading beyond its tolerance": _meter(
        "nominal, tolerance", "outside its limits", "4.6", shows="outside its limits", pressure="4.6"
    ),
    "a deviation with a blank reason": _meter(
        "tolerance", "the deviation has no reason", "4.6", shows="outside its limits", pressure="4.6", deviation="  ",
        unfit="`deviation` of the answer of `meter` is blank",
    ),
    "a deviation that fills in nothing": _meter(
        "required", "nothing at `meter` is out of its limits", ":deviate", shows="no value was refused", pressure="",
        deviation="It was hot",
    ),
    "a deviation where nothing deviates": _meter(
        "tolerance", "nothing at `meter` is out of its limits", ":deviate", shows="no value was refused",
        deviation="It was hot",
    ),
    "a file that is not what its name says": _meter(
        "types", "`photo` is text/plain, as its content says", "3", f"{HOME}/note.png", ME,
        shows="`photo` is text/plain, as its content says", photo="note.png", on_paper="`photo` can't be",
    ),
    "a file that is too large": _meter(
        "max_size", "`photo` has more than 1 kB", "3", f"{HOME}/large.png", ME, shows="`photo` has more than 1 kB",
        photo="large.png", on_paper="`photo` can't be",
    ),
    "a file that is empty": _meter(
        "type: file", "`photo` is empty", "3", f"{HOME}/empty.png", ME, shows="`photo` is empty", photo="empty.png",
        on_paper="`photo` can't be",
    ),
    "a file that is not there": _meter(
        "type: file", "can't be read", "3", f"{HOME}/none.png", shows="is not a file", photo="none.png",
        on_paper="`photo` can't be",
    ),
    "a signature of somebody else": _meter(
        "type: signature", "`seen` is signed by `maria`", "3", f"{HOME}/gauge.png", "maria",
        shows="`seen` is signed by `maria`", seen="maria", paper=None,
    ),
    "a signature left empty": _meter(
        "type: signature", "`seen` (Seen by) must be filled in", "3", f"{HOME}/gauge.png", "", shows="must be signed",
        seen="", paper=None,
    ),
    "a step without its evidence": Case(
        "evidence", MISSING, "photo", "done", answered("photo", "done"), (("enter", ""),), process="desk/photo"
    ),
    "a deviation instead of evidence": Case(
        "evidence", "nothing at `photo` is out of its limits", "photo", {"deviation": "No camera"},
        answered("photo", "done", "--deviation", "No camera"), (("enter", ""),), MISSING, "desk/photo",
        unfit="states a deviation, and fills in no form",
    ),
    "evidence of another type": _attach(
        "evidence.*.types", "`gauge` is text/plain, as its content says", f"{HOME}/note.png", "--as", "gauge"
    ),
    "evidence that is too large": _attach(
        "evidence.*.max_size", "`gauge` has more than 1 kB", f"{HOME}/large.png", "--as", "gauge"
    ),
    "evidence that was not asked for": _attach(
        "evidence", "asks for no evidence `view`", f"{HOME}/gauge.png", "--as", "view"
    ),
    "evidence by somebody who may not act there": _attach(
        "role", "bo may not act as `doer`", f"{HOME}/gauge.png", step="work", people="team", process="",
        text="roles: {operator: {}, doer: {team: desk}}\nsteps: [{id: work, role: doer, manual: Do it}]",
    ),
}  # fmt: skip
