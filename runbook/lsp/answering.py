"""What the editor asks: about the place of the cursor, and about a file."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from lsprotocol import types  # the extra `lsp`: this door alone needs it
from pygls.exceptions import JsonRpcException

from runbook.editing.checking import found_in
from runbook.editing.completion import complete
from runbook.editing.finding import definitions, references
from runbook.editing.fixes import fixes
from runbook.editing.hovering import hover
from runbook.editing.outline import outline
from runbook.editing.renaming import renamable, rename
from runbook.errors import Refused, RunbookError
from runbook.lsp import translating
from runbook.lsp.projects import Project
from runbook.lsp.server import Server

_REFUSED = -32803
"""The protocol's code for a request that is understood and can't be done."""
_TRIGGERS = (" ", ".", "{", "|", "[", ",", "-", ":", "/")

Answer = TypeVar("Answer")


def answer_about_words(made: Server) -> None:
    """Have the server answer about the place of the cursor."""

    @made.feature(types.TEXT_DOCUMENT_COMPLETION, types.CompletionOptions(trigger_characters=list(_TRIGGERS)))
    def completed(server: Server, params: types.CompletionParams) -> types.CompletionList | None:
        def answer(project: Project, path: str, offset: int) -> types.CompletionList:
            lines = project.desk.index(path).lines
            items = [translating.item(lines, each, server.units) for each in complete(project.desk, path, offset)]
            return types.CompletionList(is_incomplete=False, items=items)

        return _asked(server, params.text_document.uri, params.position, answer)

    @made.feature(types.TEXT_DOCUMENT_HOVER)
    def hovered(server: Server, params: types.HoverParams) -> types.Hover | None:
        def answer(project: Project, path: str, offset: int) -> types.Hover | None:
            told = hover(project.desk, path, offset)
            if told is None:
                return None
            where = translating.stretch(project.desk.index(path).lines, told.span, server.units)
            return types.Hover(types.MarkupContent(types.MarkupKind.Markdown, told.text), where)

        return _asked(server, params.text_document.uri, params.position, answer)

    @made.feature(types.TEXT_DOCUMENT_DEFINITION)
    def defined(server: Server, params: types.DefinitionParams) -> Sequence[types.Location] | None:
        def answer(project: Project, path: str, offset: int) -> list[types.Location]:
            mention = project.desk.index(path).mention_at(offset)
            spots = definitions(project.desk, path, mention) if mention else []
            return [translating.location(project, spot, server.units) for spot in spots]

        return _asked(server, params.text_document.uri, params.position, answer)

    @made.feature(types.TEXT_DOCUMENT_REFERENCES)
    def referred(server: Server, params: types.ReferenceParams) -> Sequence[types.Location] | None:
        def answer(project: Project, path: str, offset: int) -> list[types.Location]:
            mention = project.desk.index(path).mention_at(offset)
            whole = params.context.include_declaration
            spots = references(project.desk, path, mention, whole) if mention else []
            return [translating.location(project, spot, server.units) for spot in spots]

        return _asked(server, params.text_document.uri, params.position, answer)

    @made.feature(types.TEXT_DOCUMENT_PREPARE_RENAME)
    def prepared(server: Server, params: types.PrepareRenameParams) -> types.PrepareRenamePlaceholder | None:
        def answer(project: Project, path: str, offset: int) -> types.PrepareRenamePlaceholder:
            mention = renamable(project.desk, path, offset)
            where = translating.stretch(project.desk.index(path).lines, mention.span, server.units)
            return types.PrepareRenamePlaceholder(where, mention.name)

        return _asked(server, params.text_document.uri, params.position, answer)

    @made.feature(types.TEXT_DOCUMENT_RENAME, types.RenameOptions(prepare_provider=True))
    def renamed(server: Server, params: types.RenameParams) -> types.WorkspaceEdit | None:
        def answer(project: Project, path: str, offset: int) -> types.WorkspaceEdit:
            project.refresh(server.screen())
            edits = rename(project.desk, path, offset, params.new_name)
            return translating.workspace_edit(project, edits, server.units)

        return _asked(server, params.text_document.uri, params.position, answer)


def answer_about_files(made: Server) -> None:
    """Have the server answer about a file, or a stretch of it."""

    @made.feature(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL)
    def outlined(server: Server, params: types.DocumentSymbolParams) -> Sequence[types.DocumentSymbol] | None:
        found = server.at(params.text_document.uri)
        if found is None:
            return None
        project, path = found
        lines = project.desk.index(path).lines
        return [translating.symbol(lines, each, server.units) for each in outline(project.desk, path)]

    @made.feature(types.TEXT_DOCUMENT_CODE_ACTION, types.CodeActionOptions([types.CodeActionKind.QuickFix]))
    def mended(server: Server, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        found = server.at(params.text_document.uri)
        if found is None:
            return None
        project, path = found
        lines = project.desk.index(path).lines
        first = translating.offset(lines, params.range.start, server.units)
        last = translating.offset(lines, params.range.end, server.units)
        return [
            translating.action(project, each, fix, server.units)
            for each in found_in(project.desk, path)
            if each.span.start <= last and first <= each.span.end
            for fix in fixes(project.desk, each)
        ]


def _asked(
    server: Server, uri: str, position: types.Position, answer: Callable[[Project, str, int], Answer]
) -> Answer | None:
    """The answer about a place in a file; None in a file of no project, a refusal in the protocol's words."""
    try:
        found = server.at(uri)
        if found is None:
            return None
        project, path = found
        lines = project.desk.index(path).lines
        return answer(project, path, translating.offset(lines, position, server.units))
    except Refused as error:
        raise JsonRpcException(f"{error}; {error.help}" if error.help else str(error), _REFUSED) from None
    except RunbookError as error:  # the disk, a project that has gone
        raise JsonRpcException(str(error), _REFUSED) from None
