"""Tables that programs print, as rows: `df -P`, `ps`, CSV.

Rule 1: a cell is never taken for one of another column. Where that can't be told, the last columns become one, which
has another name.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Sequence

from runbook.clauses import Table
from runbook.errors import ExpressionError

MOST_ROWS = 10_000
"""Rows of one table."""
_MOST_COLUMNS = 200

Row = dict[str, str]


def rows_of(table: Table, text: str) -> list[Row]:
    """The rows of a table, each as a mapping of column to cell; blank lines count for nothing."""
    lines = [line for line in text.splitlines() if line.strip()][table.skip :]
    if len(lines) > MOST_ROWS + 1:
        raise ExpressionError(f"the table has more than {MOST_ROWS} rows")
    if not lines and table.header:
        raise ExpressionError("there is no line that could be the header of a table")
    if table.split == "aligned":
        names, cells = _aligned(lines, table)
    elif table.split == "blanks":
        names, cells = _parted(lines, table)
    else:
        names, cells = _separated(lines, table)
    if len(names) > _MOST_COLUMNS:
        raise ExpressionError(f"the table has more than {_MOST_COLUMNS} columns")
    return [dict(zip(names, row, strict=False)) for row in cells]


def picked(table: Table, text: str, where: dict[str, str], every: bool) -> tuple[list[Row], bool]:
    """The rows that are asked for, and whether that is one alone; an `ExpressionError` says what is there instead."""
    rows = rows_of(table, text)
    for name in (*where, *((table.column,) if table.column else ())):
        _check_column(name, rows, table, text)
    fitting = [row for row in rows if all(row[name] == value for name, value in where.items())]
    if table.row:
        if not fitting:
            raise ExpressionError(_no_row(where, rows))
        return [fitting[0 if table.row == "first" else -1]], True
    if not where or every:
        return fitting, False
    if len(fitting) != 1:
        several = f"{len(fitting)} rows of the table have {_told(where)}, not one; `all: true` takes them all"
        raise ExpressionError(several if fitting else _no_row(where, rows))
    return fitting, True


def _no_row(where: dict[str, str], rows: list[Row]) -> str:
    if not where:
        return "the table has no row"
    name = next(iter(where))
    there = ", ".join(f"`{row[name][:40]}`" for row in rows[:5]) + (", ..." if len(rows) > 5 else "")
    return f"no row of the table has {_told(where)}; `{name}` is {there}" if rows else "the table has no row"


def _told(where: dict[str, str]) -> str:
    return " and ".join(f"`{value}` as its `{name}`" for name, value in where.items())


def _check_column(name: str, rows: list[Row], table: Table, text: str) -> None:
    known = list(rows[0]) if rows else _names_of_nothing(table, text)
    if name not in known:
        listed = ", ".join(f"`{each[:40]}`" for each in known[:12]) or "none"
        raise ExpressionError(f"the table has no column `{name}`; its columns are {listed}")


def _names_of_nothing(table: Table, text: str) -> list[str]:
    """The columns of a table that has no row: as many as its header has words."""
    if table.columns:
        return list(table.columns)
    header = next((line for line in [each for each in text.splitlines() if each.strip()][table.skip :]), "")
    if table.split == "blanks":
        words = header.split()
        return [*words, *(" ".join(words[place:]) for place in range(1, len(words) - 1))]
    return list(dict(zip(_headed(header, table), "", strict=False)) or _headed(header, table))


def _headed(header: str, table: Table) -> list[str]:
    if table.split == "aligned":
        return [each.strip() for each in re.split(r"\s{2,}", header.strip())]
    return [each.strip() for each in next(_reader([header], table), [])]


def _unique(names: Sequence[str]) -> list[str]:
    """The same names, those that stand there before with a number."""
    found: dict[str, int] = {}
    unique: list[str] = []
    for name in names:
        found[name] = found.get(name, 0) + 1
        unique.append(name if found[name] == 1 else f"{name} {found[name]}")
    return unique


def _parted(lines: list[str], table: Table) -> tuple[list[str], list[list[str]]]:
    """Cells between blanks. The last column takes the rest of its line, and what of the header nothing stands below."""
    header = lines[0].split() if table.header else []
    below = lines[1:] if table.header else lines
    least = min((len(line.split()) for line in below), default=len(header))
    names = list(table.columns) or header
    if not names:
        raise ExpressionError("the columns of the table have no names")
    count = max(1, min(len(names), least))
    if table.columns and least < len(names):
        raise ExpressionError(f"a row of the table has {least} cells, and {len(names)} columns are named")
    names = [*names[: count - 1], " ".join(names[count - 1 :])]
    return _unique(names), [line.split(None, count - 1) for line in map(str.strip, below)]


def _aligned(lines: list[str], table: Table) -> tuple[list[str], list[list[str]]]:
    """Columns that begin where their title does; titles stand two blanks apart, and a cell may be empty."""
    header = lines[0].expandtabs()
    starts = [found.start() for found in re.finditer(r"(?:(?<=\s\s)|^)\S", header)]
    ends = [*starts[1:], None]
    if starts:
        starts[0] = 0
    names = [header[start:end].strip() for start, end in zip(starts, ends, strict=True)]
    if table.columns and len(table.columns) != len(names):
        raise ExpressionError(f"the table has {len(names)} columns, and {len(table.columns)} are named")
    cells = []
    for line in map(str.expandtabs, lines[1:]):
        for start in starts[1:]:
            if start <= len(line) and line[start - 1 : start].strip() and line[start : start + 1].strip():
                raise ExpressionError(f"the columns of the table are not aligned: `{line[:80]}`")
        cells.append([line[start:end].strip() for start, end in zip(starts, ends, strict=True)])
    return _unique(table.columns or names), cells


def _separated(lines: list[str], table: Table) -> tuple[list[str], list[list[str]]]:
    """Cells with one sign between them, in quotes where they hold it themselves."""
    try:
        found = [[cell.strip() for cell in row] for row in _reader(lines, table)]
    except csv.Error as error:
        raise ExpressionError(f"the table can't be read: {error}") from None
    header = found[0] if table.header else []
    names = list(table.columns) or header
    if not names:
        raise ExpressionError("the columns of the table have no names")
    below = found[1:] if table.header else found
    for number, row in enumerate(below, 1):
        if len(row) != len(names):
            raise ExpressionError(f"row {number} of the table has {len(row)} cells, and there are {len(names)} columns")
    return _unique(names), below


def _reader(lines: list[str], table: Table) -> Iterator[list[str]]:
    split = "\t" if table.split == "tab" else table.split
    return csv.reader((f"{line}\n" for line in lines), delimiter=split, strict=True)
