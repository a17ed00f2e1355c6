"""What sort of value an output is, as far as its author says it: one or several, known before anything has run."""

from __future__ import annotations

from runbook.clauses import Output
from runbook.errors import ExpressionError
from runbook.json_path import is_several


def gives_several(output: Output) -> bool:
    """True for an output that is a list, of which each one has its type."""
    if output.table is not None:
        return not output.table.row and (output.all or not output.table.where)
    if output.all or output.json is None:
        return output.all
    try:
        return is_several(output.json)
    except ExpressionError:  # a path that can't be read, which another rule says
        return False


def kind_of(output: Output) -> str:
    """The type of its value as authors write it: `list` where there are several, `mapping` for what is kept."""
    if output.kept:
        return "mapping"
    if output.source == "exit_code":
        return "integer"
    if gives_several(output):
        return "list"
    if output.table is not None and not output.table.column:
        return "mapping"
    return "list" if output.type == "lines" else output.type
