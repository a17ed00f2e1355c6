"""The language server of one editor: its projects, its screen laid over the files, and what it was told of them.

Rule 1: no logic about texts here: `runbook.editing` answers, this door translates.
Rule 2: nothing of a project is carried out, and nothing is written to the disk.
"""

from __future__ import annotations

import asyncio

from lsprotocol import types  # the extra `lsp`: this door alone needs it
from pygls.lsp.server import LanguageServer

from runbook import __version__
from runbook.editing.checking import found_in
from runbook.editing.positions import Units
from runbook.lsp import translating
from runbook.lsp.projects import Project, Projects


class Server(LanguageServer):
    """One editor's server: its projects, and what it was told of their files."""

    def __init__(self, projects: Projects, quiet: float) -> None:
        whole = types.TextDocumentSyncKind.Full  # a file is small, and parts would be counted in lines of another make
        super().__init__("runbook", __version__, text_document_sync_kind=whole, max_workers=2)
        self.projects = projects
        self.quiet = quiet
        self.told: dict[str, list[types.Diagnostic]] = {}
        """By address, the findings that the editor shows."""
        self._due: asyncio.TimerHandle | None = None

    @property
    def units(self) -> Units:
        """What the columns of this editor count."""
        return Units(
            str(getattr(self.workspace.position_encoding, "value", self.workspace.position_encoding) or "utf-16")
        )

    def screen(self) -> dict[str, str]:
        """The texts of the open files, by address."""
        return {document.uri: document.source for document in self.workspace.text_documents.values()}

    def at(self, uri: str) -> tuple[Project, str] | None:
        """The project and the path of a file, with the screen laid over the files; None for one of no project."""
        found = self.projects.find(uri)
        if found is not None:
            found[0].lay(self.screen())
        return found

    def check_soon(self) -> None:
        """Check when nothing has been typed for a moment."""
        if self._due is not None:
            self._due.cancel()
        self._due = asyncio.get_running_loop().call_later(self.quiet, self.check)

    def check(self) -> None:
        """Check every project that is open, and tell the editor what has changed."""
        screen = self.screen()
        for project in self.projects:
            project.refresh(screen)
            self._tell(project)

    def _tell(self, project: Project) -> None:
        files = {*(each.place.file for each in project.desk.findings()), *project.open}
        found = {
            project.uri(path): [
                translating.diagnostic(project, each, self.units) for each in found_in(project.desk, path)
            ]
            for path in files
        }
        root = project.workspace.root.as_uri()
        gone = [uri for uri in self.told if uri not in found and (uri.startswith(root) or uri in project.open.values())]
        versions = {document.uri: document.version for document in self.workspace.text_documents.values()}
        for uri in (*found, *gone):
            now = found.get(uri, [])
            if self.told.get(uri, []) == now and uri in self.told:
                continue
            self.told[uri] = now
            self.text_document_publish_diagnostics(types.PublishDiagnosticsParams(uri, now, versions.get(uri)))
        for uri in gone:
            if not self.told[uri]:
                del self.told[uri]
