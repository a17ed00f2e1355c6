"""`runbook lsp` without its extra says which one to install; what it prints stays between the messages."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

_WITHOUT = """\
import sys
sys.modules[{module!r}] = None
from runbook.cli.main import run
sys.exit(run(["lsp"]))
"""


@pytest.mark.parametrize("module", ["pygls", "lsprotocol"])
def test_without_the_extra_it_is_named(module: str, tmp_path: Path) -> None:
    program = [sys.executable, "-c", _WITHOUT.format(module=module)]

    done = subprocess.run(
        program, cwd=tmp_path, input="", capture_output=True, text=True, timeout=PATIENCE, check=False
    )  # fmt: skip

    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr == (
        "runbook: the language server needs pygls, which is not installed\n  pip install 'runbook-toolkit[lsp]'\n"
    )


def test_the_other_commands_do_without_the_extra(tmp_path: Path) -> None:
    program = "import sys; from runbook.cli.main import run; run(['list']); print('pygls' in sys.modules)"
    (tmp_path / "runbook.yaml").write_text("runbook: 1\ntitle: P\n", "utf-8")

    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=PATIENCE, check=False
    )

    assert done.stdout.endswith("False\n")


def test_a_project_that_is_none_is_refused(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runbook", "lsp", "--project", str(tmp_path)],
        input="", capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert (done.returncode, "there is no project in" in done.stderr) == (2, True)


def test_it_ends_when_the_editor_is_gone(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "runbook", "lsp"],
        cwd=tmp_path, input="", capture_output=True, text=True, timeout=PATIENCE, check=False,
    )  # fmt: skip

    assert (done.returncode, done.stdout) == (0, "")
