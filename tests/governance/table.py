"""The table of refusals: what is forbidden, by which field, how each way in went, and what was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from tests.governance.case import WAYS, Case


def lines(cases: Mapping[str, Case], tried: Mapping[tuple[str, str], tuple[bool, str]]) -> Iterator[str]:
    """The table of what was tried, by case and way: whether it was refused, and with which words; last the count."""
    rows = [name for name in cases if any((name, way) in tried for way in WAYS)]
    widest = max((len(name) for name in rows), default=0)
    broad = max((len(cases[name].field) for name in rows), default=0)
    yield f"{'forbidden':{widest}}  {'by':{broad}}  {'  '.join(f'{way:7}' for way in WAYS)}  says"
    for name in rows:
        cells = "  ".join(f"{_cell(tried, name, way):7}" for way in WAYS)
        said = next((text for way in WAYS if (text := tried.get((name, way), (False, ""))[1])), cases[name].says)
        yield f"{name:{widest}}  {cases[name].field:{broad}}  {cells}  {said}"
    through = sum(1 for refused, _ in tried.values() if not refused)
    end = f"{through} let through" if through else "none let through"
    yield f"{len(rows)} refusals, tried {len(tried)} times through {len(WAYS)} ways in: {end}"


def _cell(tried: Mapping[tuple[str, str], tuple[bool, str]], name: str, way: str) -> str:
    if (name, way) not in tried:
        return "-"
    return "ok" if tried[name, way][0] else "FAILED"
