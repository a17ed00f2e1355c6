"""Our answers in the words of the Language Server Protocol."""

from __future__ import annotations

from collections.abc import Iterable

from lsprotocol import types  # the extra `lsp`: this door alone needs it

from runbook.diagnostics import Severity
from runbook.editing.checking import Found
from runbook.editing.finding import Spot
from runbook.editing.fixes import Edit, Fix
from runbook.editing.items import Item, What
from runbook.editing.outline import Sign, Symbol
from runbook.editing.positions import Lines, Position, Span, Units
from runbook.lsp.projects import Project

_SEVERITIES = {
    Severity.ERROR: types.DiagnosticSeverity.Error,
    Severity.WARNING: types.DiagnosticSeverity.Warning,
}
_IDLE = frozenset({"unused-input", "unused-role", "unreachable-step"})
"""Rules that find what does nothing: editors show it faded."""
_ITEMS = {
    What.FIELD: types.CompletionItemKind.Property,
    What.KIND: types.CompletionItemKind.Class,
    What.WORD: types.CompletionItemKind.EnumMember,
    What.STEP: types.CompletionItemKind.Reference,
    What.ROLE: types.CompletionItemKind.Interface,
    What.INPUT: types.CompletionItemKind.Variable,
    What.OUTPUT: types.CompletionItemKind.Field,
    What.PROCESS: types.CompletionItemKind.Module,
    What.TEAM: types.CompletionItemKind.Constant,
    What.PERSON: types.CompletionItemKind.Constant,
    What.NAME: types.CompletionItemKind.Variable,
    What.FILTER: types.CompletionItemKind.Function,
    What.TEST: types.CompletionItemKind.Operator,
}
_SIGNS = {
    Sign.INPUT: types.SymbolKind.Variable,
    Sign.ROLE: types.SymbolKind.Interface,
    Sign.TEAM: types.SymbolKind.Constant,
    Sign.STEP: types.SymbolKind.Method,
    Sign.BLOCK: types.SymbolKind.Module,
}


def stretch(lines: Lines, span: Span, units: Units) -> types.Range:
    """A span as a range."""
    start, end = lines.position(span.start, units), lines.position(span.end, units)
    return types.Range(types.Position(start.line, start.column), types.Position(end.line, end.column))


def offset(lines: Lines, position: types.Position, units: Units) -> int:
    """The offset of a position."""
    return lines.offset(Position(position.line, position.character), units)


def diagnostic(project: Project, found: Found, units: Units) -> types.Diagnostic:
    """A finding."""
    each = found.diagnostic
    lines = project.desk.index(each.place.file).lines
    uri = project.uri(each.place.file)
    return types.Diagnostic(
        range=stretch(lines, found.span, units),
        message=found.message,
        severity=_SEVERITIES[each.severity],
        code=each.code,
        source=f"runbook {each.rule}",
        tags=[types.DiagnosticTag.Unnecessary] if each.rule in _IDLE else None,
        related_information=[
            types.DiagnosticRelatedInformation(types.Location(uri, stretch(lines, other.span, units)), other.message)
            for other in found.related
        ]
        or None,
    )


def item(lines: Lines, each: Item, units: Units) -> types.CompletionItem:
    """One thing that may be written at the cursor."""
    return types.CompletionItem(
        label=each.name,
        kind=_ITEMS[each.what],
        detail=each.detail or None,
        documentation=types.MarkupContent(types.MarkupKind.Markdown, each.meaning) if each.meaning else None,
        sort_text=f"{each.place:04}{each.name}",
        filter_text=each.name,
        text_edit=types.TextEdit(stretch(lines, each.span, units), each.text),
    )


def location(project: Project, spot: Spot, units: Units) -> types.Location:
    """A stretch of a file."""
    return types.Location(project.uri(spot.path), stretch(project.desk.index(spot.path).lines, spot.span, units))


def workspace_edit(project: Project, edits: Iterable[Edit], units: Units) -> types.WorkspaceEdit:
    """Changes of the files of a project."""
    changes: dict[str, list[types.TextEdit]] = {}
    for edit in edits:
        lines = project.desk.index(edit.path).lines
        change = types.TextEdit(stretch(lines, edit.span, units), edit.text)
        changes.setdefault(project.uri(edit.path), []).append(change)
    return types.WorkspaceEdit(changes=changes)


def action(project: Project, found: Found, fix: Fix, units: Units) -> types.CodeAction:
    """What can be done about a finding."""
    return types.CodeAction(
        title=fix.title,
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic(project, found, units)],
        is_preferred=fix.preferred or None,
        edit=workspace_edit(project, fix.edits, units),
    )


def symbol(lines: Lines, each: Symbol, units: Units) -> types.DocumentSymbol:
    """An entry of the outline, with those inside of it."""
    return types.DocumentSymbol(
        name=each.name,
        detail=each.detail or None,
        kind=_SIGNS[each.sign],
        range=stretch(lines, Span(min(each.whole.start, each.name_span.start), each.whole.end), units),
        selection_range=stretch(lines, each.name_span, units),
        children=[symbol(lines, inner, units) for inner in each.inside] or None,
    )
