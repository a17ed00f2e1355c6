"""The verbs are loaded one by one, and what the program knows of them is what type checkers know."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

from runbook import app


def test_the_program_and_the_type_checker_know_the_same_verbs() -> None:
    tree = ast.parse(Path(app.__file__).read_text("utf-8"))
    told = {
        each.name: node.module.rpartition(".")[2]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("runbook.app.") and node.module
        for each in node.names
    }

    assert told == app._HOMES
    assert not {path.stem for path in Path(app.__file__).parent.glob("*.py")} & set(told)
    for name in told:
        assert getattr(app, name).__name__


def test_no_verb_is_loaded_before_it_is_asked_for() -> None:
    looks = "import sys, runbook.app; print([name for name in sys.modules if name.startswith('runbook.app.')])"

    assert subprocess.run([sys.executable, "-c", looks], capture_output=True, text=True, check=True).stdout == "[]\n"
