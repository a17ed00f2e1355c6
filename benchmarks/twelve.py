"""The smallest whole job: a process of twelve programs that do nothing, for us and for the peers."""

from __future__ import annotations

from pathlib import Path

STEPS = 12

_ANSIBLE = """\
- hosts: localhost
  connection: local
  gather_facts: false
  tasks:
"""

_LUIGI = """\
import subprocess
import luigi


class Nothing(luigi.Task):
    number = luigi.IntParameter()
    ended = False

    def requires(self):
        return [Nothing(number=self.number - 1)] if self.number else []

    def run(self):
        subprocess.run(["true"], check=True)
        self.ended = True

    def complete(self):
        return self.ended
"""


def write_process(root: Path) -> None:
    """Add the process `twelve/true` to a project, or make a project of it."""
    folder = root / "processes" / "twelve"
    folder.mkdir(parents=True)
    if not (root / "runbook.yaml").exists():
        (root / "runbook.yaml").write_text("runbook: 1\ntitle: Measured\n", "utf-8")
    (folder / "group.yaml").write_text("title: Twelve\nowner: nobody\n", "utf-8")
    steps = "".join(f'  - {{id: s{number}, title: Nothing, command: ["true"]}}\n' for number in range(STEPS))
    (folder / "true.yaml").write_text(f"runbook: 1\ntitle: Twelve programs\nsteps:\n{steps}", "utf-8")


def write_doit(folder: Path, steps: int, chain: bool) -> None:
    """The same for doit: tasks that run `true`, one after the other or side by side."""
    needs = "'task_dep': [f't{number - 1}'] if number else []" if chain else "'task_dep': []"
    (folder / "dodo.py").write_text(
        "DOIT_CONFIG = {'verbosity': 0}\n\n\ndef task_t():\n"
        f"    for number in range({steps}):\n"
        f"        yield {{'basename': f't{{number}}', 'actions': [['true']], {needs}}}\n",
        "utf-8",
    )


def write_nox(folder: Path) -> None:
    """The same for nox, without an environment of its own."""
    lines = '    session.run("true", external=True, silent=True)\n' * STEPS
    (folder / "noxfile.py").write_text(
        f"import nox\n\n\n@nox.session(venv_backend='none')\ndef nothing(session):\n{lines}", "utf-8"
    )


def write_luigi(folder: Path) -> None:
    """The same for luigi."""
    (folder / "nothing.py").write_text(_LUIGI, "utf-8")


def write_playbook(folder: Path) -> None:
    """The same for Ansible, on this machine, without gathering facts."""
    tasks = "".join(f"    - name: s{number}\n      ansible.builtin.command: 'true'\n" for number in range(STEPS))
    (folder / "play.yaml").write_text(_ANSIBLE + tasks, "utf-8")
