"""What the editor tells: which files are open, and what is typed in them."""

from __future__ import annotations

from lsprotocol import types  # the extra `lsp`: this door alone needs it

from runbook.lsp.server import Server


def follow(made: Server) -> None:
    """Have the server take what the editor tells."""

    @made.feature(types.INITIALIZED)
    def started(server: Server, _: types.InitializedParams) -> None:
        watched = server.client_capabilities.workspace and server.client_capabilities.workspace.did_change_watched_files
        if watched and watched.dynamic_registration:
            watcher = types.FileSystemWatcher("**/*.{yaml,yml}")
            options = types.DidChangeWatchedFilesRegistrationOptions([watcher])
            registration = types.Registration("runbook-files", types.WORKSPACE_DID_CHANGE_WATCHED_FILES, options)
            server.client_register_capability(types.RegistrationParams([registration]))

    @made.feature(types.TEXT_DOCUMENT_DID_OPEN)
    def opened(server: Server, params: types.DidOpenTextDocumentParams) -> None:
        found = server.projects.find(params.text_document.uri)
        if found is not None:
            project, path = found
            project.open[path] = params.text_document.uri
            server.check()

    @made.feature(types.TEXT_DOCUMENT_DID_CHANGE)
    def changed(server: Server, _: types.DidChangeTextDocumentParams) -> None:
        server.check_soon()

    @made.feature(types.TEXT_DOCUMENT_DID_SAVE)
    def saved(server: Server, _: types.DidSaveTextDocumentParams) -> None:
        server.check()

    @made.feature(types.TEXT_DOCUMENT_DID_CLOSE)
    def closed(server: Server, params: types.DidCloseTextDocumentParams) -> None:
        found = server.projects.find(params.text_document.uri)
        if found is not None:
            project, path = found
            project.open.pop(path, None)
            server.check()

    @made.feature(types.WORKSPACE_DID_CHANGE_WATCHED_FILES)
    def watched(server: Server, _: types.DidChangeWatchedFilesParams) -> None:
        server.check_soon()
