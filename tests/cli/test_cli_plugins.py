"""Packages that bring a kind of step or a source of secrets: built, installed, named by a project, and used."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.waiting import PATIENCE

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"
Called = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment in which runbook and both packages are installed, those as wheels."""
    folder = tmp_path_factory.mktemp("plugins")
    made(sys.executable, "-m", "venv", "--without-pip", folder / "venv")
    found = folder / "venv" / "bin" / "python"
    site = made(found, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))").stdout.strip()
    Path(site, "runbook.pth").write_text(f"import site; site.addsitedir({sysconfig.get_path('purelib')!r})\n")
    for name in ("runbook-port", "runbook-netrc"):
        ignored = shutil.ignore_patterns("__pycache__", ".runbook", "*.egg-info", "build")
        shutil.copytree(EXAMPLES / name, folder / name, ignore=ignored)
        pip = (sys.executable, "-m", "pip", "--disable-pip-version-check", "-q")
        made(*pip, "wheel", "--no-deps", "--no-index", "--no-build-isolation", "-w", folder / "wheels", folder / name)
    wheels = list((folder / "wheels").iterdir())
    made(sys.executable, "-m", "pip", "--python", found, "install", "-q", "--no-deps", "--no-index", *wheels)
    return found


@pytest.fixture
def called(python: Path, tmp_path: Path) -> Called:
    """A call of that runbook in a copy of the example's project."""
    shutil.copytree(EXAMPLES / "runbook-port" / "project", tmp_path / "project")

    def called(*words: object, **environment: str) -> subprocess.CompletedProcess[str]:
        env = {**os.environ, "RUNBOOK_HOME": str(tmp_path / "home"), "HOME": str(tmp_path), **environment}
        argv = [str(word) for word in (python, "-m", "runbook", *words)]
        return subprocess.run(
            argv, cwd=tmp_path / "project", env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL,
            timeout=PATIENCE, check=False,
        )  # fmt: skip

    return called


@pytest.fixture
def port() -> Iterator[int]:
    """A port of this machine at which something listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield server.getsockname()[1]


def made(*argv: object) -> subprocess.CompletedProcess[str]:
    """A program that has to succeed."""
    ended = subprocess.run([str(word) for word in argv], capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    return ended


def name_none(project: Path) -> None:
    """Take the plugins out of the project's file."""
    (project / "runbook.yaml").write_text("runbook: 1\ntitle: Network\n")


def test_a_kind_of_a_package_is_checked_planned_run_and_shown(called: Called, port: int) -> None:
    assert "1 process checked: no problems" in called("validate").stdout
    assert called("fmt", "--check").stdout == "3 files: 3 as it should be\n"
    ran = called("run", "network/service-answers", "-i", f"port={port}", "--yes")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert "+ succeeded answers  The service answers  (took = " in ran.stdout
    assert "Must answer" in called("show", "network/service-answers").stdout
    assert f"nc -z 127.0.0.1 {port}" in called("record", "last").stdout
    assert '"port"' in called("schema").stdout


UP = """\
runbook: 1
tests:
  up: {inputs: {port: 22}, programs: {answers: {json: {milliseconds: 3}}}, expect: {status: succeeded, path: answers}}
"""


@pytest.mark.parametrize("count", [1, 7], ids=["alone", "several workers"])
def test_a_process_with_a_kind_of_a_package_is_tried_by_its_tests(called: Called, tmp_path: Path, count: int) -> None:
    folder = tmp_path / "project/processes/network"
    own = (folder / "service-answers.yaml").read_text()
    for number in range(count):
        (folder / f"service-{number}.yaml").write_text(own)
        (folder / f"service-{number}.test.yaml").write_text(UP)

    tried = called("test", "-n", "2")

    assert (tried.returncode, f"{count} test" in tried.stdout) == (0, True), tried.stdout


def test_where_a_package_is_not_there_its_runs_are_not_called_damaged(called: Called, tmp_path: Path) -> None:
    project = tmp_path / "project"
    file = project / "processes/network/service-answers.yaml"
    file.write_text(file.read_text().replace("title: See", "signed: true\ntitle: See", 1))
    (project / "operations").mkdir()
    (project / "operations/allowed_signers").write_text("kim ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIE1Yq0\n")
    called("run", "network/service-answers", "-i", "port=1", "--yes")
    archive = tmp_path / "run.zip"
    called("export", "last", "--output", archive)

    known = called("verify", archive)
    name_none(project)
    words = (("verify", archive), ("resume", "last"), ("undo", "last", "--reason", "x"))
    refused = [called(*each) for each in words]

    assert known.returncode == 0, known.stdout + known.stderr
    for each in refused:
        assert each.returncode == 2
        assert "has steps of a kind that nothing here knows: `port`" in each.stderr
    assert called("status", "last").returncode == 0


def test_a_kind_of_a_package_fails_as_any_other(called: Called) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        number = closed.getsockname()[1]

    ran = called("run", "network/service-answers", "-i", f"port={number}", "--yes")

    assert ran.returncode == 1
    assert f"127.0.0.1 does not answer at port {number}" in ran.stdout
    assert "help: see whether the service runs" in ran.stdout


@pytest.mark.parametrize("words", [("validate",), ("run", "network/service-answers", "-i", "port=1", "--yes")])
def test_a_package_that_the_project_does_not_name_is_not_used(called: Called, tmp_path: Path, words: object) -> None:
    name_none(tmp_path / "project")

    refused = called(*words)

    assert refused.returncode == 1
    assert "port" in refused.stdout + refused.stderr
    assert not (tmp_path / "home" / "journal.db").exists()


def test_a_package_that_is_not_installed_is_named(called: Called, tmp_path: Path) -> None:
    (tmp_path / "project" / "runbook.yaml").write_text("runbook: 1\ntitle: Network\nplugins: [runbook-telnet]\n")

    refused = called("validate")

    assert refused.returncode == 2
    assert "the plugin `runbook-telnet` is not installed" in refused.stderr


@pytest.mark.parametrize(
    ("wrong", "why"),
    [
        ("{host: a}", "lacks the field `port`"),
        ("{host: a, port: 1, prot: 2}", "prot"),
        ("{host: a, port: 1, patience: x}", "`x`"),
    ],
)
def test_what_is_wrong_at_such_a_step_is_said_with_its_place(
    called: Called, tmp_path: Path, wrong: str, why: str
) -> None:
    file = tmp_path / "project" / "processes" / "network" / "wrong.yaml"
    file.write_text(f"runbook: 1\ntitle: Wrong\nsteps:\n  - {{id: a, title: A, port: {wrong}}}\n")

    checked = called("validate")

    assert checked.returncode == 1
    assert "processes/network/wrong.yaml:4" in checked.stdout
    assert why in checked.stdout


def test_the_test_of_the_example_passes(python: Path, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLES / "runbook-port" / "tests", tmp_path / "tests")

    made(
        python,
        "-m",
        "pytest",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        os.devnull,
        "--rootdir",
        tmp_path,
        tmp_path / "tests",
    )


SECRET = """\
runbook: 1
title: Ask
secrets: {password: {from: netrc, machine: db1}}
steps:
  - {id: ask, title: Ask, shell: {run: 'echo "<$P>"', env: {P: '{{ secrets.password }}'}}}
"""


def test_a_source_of_secrets_of_a_package_is_used_and_masked(called: Called, tmp_path: Path) -> None:
    (tmp_path / "project" / "runbook.yaml").write_text("runbook: 1\ntitle: N\nplugins: [runbook-port, runbook-netrc]\n")
    (tmp_path / "project" / "processes" / "network" / "ask.yaml").write_text(SECRET)
    (tmp_path / ".netrc").write_text("machine db1 login kim password correct-horse\n")
    (tmp_path / ".netrc").chmod(0o600)

    assert called("validate").returncode == 0
    ran = called("run", "network/ask", "--yes")
    (tmp_path / ".netrc").write_text("machine db2 login kim password correct-horse\n")
    failed = called("run", "network/ask", "--yes")

    assert (ran.returncode, "<***>" in ran.stdout, "horse" in ran.stdout) == (0, True, False), ran.stdout
    assert (failed.returncode, "~/.netrc" in failed.stdout or ".netrc has no machine `db1`" in failed.stdout) == (
        1,
        True,
    )


def test_a_source_that_the_project_does_not_name_is_unknown(called: Called, tmp_path: Path) -> None:
    (tmp_path / "project" / "processes" / "network" / "ask.yaml").write_text(SECRET)

    checked = called("validate")

    assert checked.returncode == 1
    assert "there is no source of secrets `netrc`" in checked.stdout
