"""Builds the site of a project from another process: `python -m tests.site.building PROJECT STORE FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path

from runbook import app
from runbook.app.site import build_site
from runbook.app.workspace import Workspace

if __name__ == "__main__":
    project, store, folder = map(Path, sys.argv[1:])
    workspace = Workspace(project, home_folder=store)
    build_site(workspace, app.read_all(workspace), folder, lambda _: None)
