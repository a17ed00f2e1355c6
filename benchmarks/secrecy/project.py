"""A project whose one process is given all the secrets and prints them; what is left of a run, all in one folder."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.secrecy import printing
from benchmarks.secrecy.printing import PART

PROCESS = "proof/print-secrets"
BATCH = 40
SHELL = """\
mkdir -p left
printf '%s' "$A" | base64
printf 'user:%s:end' "$A" | base64 -w 64 >&2
printf '%s' "$A" | od -An -v -tx1
printf '%s\\n' "$A" | tee left/secret.txt
set -x
true "$A"
"""
FAILURES = ("value", "key", "chain", "bytes", "json")


@dataclass(frozen=True, slots=True)
class Proof:
    """The project, the folder outside of it where the secrets lie, and how a program of it is called."""

    root: Path
    vault: Path
    secrets: Sequence[str]

    def write(self) -> None:
        """The files of the project; the secrets stand in files, in the environment and behind a program."""
        self.vault.mkdir(parents=True)
        for number, secret in enumerate(self.secrets):
            path = self.vault / f"s{number}"
            path.touch(0o600)
            path.write_bytes(f"{secret}\n".encode())
        folder = self.root / "processes" / "proof"
        folder.mkdir(parents=True)
        (self.root / "tmp").mkdir()
        (self.root / "runbook.yaml").write_text('{"runbook": 1, "title": "Proof"}')
        (folder / "group.yaml").write_text('{"title": "Proof", "owner": "nobody"}')
        (folder / "print-secrets.yaml").write_text(json.dumps(self._process()))
        (self.root / "printing.py").write_text(Path(printing.__file__).read_text("utf-8"), "utf-8")

    def call(self, *words: str, into: str = "", codes: Sequence[int] = (0,)) -> str:
        """One call of runbook in the project; what it says is kept in the project as well."""
        ended = subprocess.run(
            [sys.executable, "-m", "runbook", *words],
            cwd=self.root, env=self.environment(), stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        said = self.root / "said"
        said.mkdir(exist_ok=True)
        name = into or "-".join(word.strip("-").replace("/", ".") for word in words)
        (said / f"{name}.out").write_bytes(ended.stdout)
        (said / f"{name}.err").write_bytes(ended.stderr)
        if ended.returncode not in codes:
            last = b"\n".join((ended.stdout + ended.stderr).splitlines()[-5:]).decode("utf-8", "replace")
            raise RuntimeError(f"runbook {' '.join(words)} ended with {ended.returncode}:\n{last}")
        return ended.stdout.decode()

    def environment(self) -> dict[str, str]:
        """The environment, with some of the secrets in it."""
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG", "PYTHONPATH") if name in os.environ}
        kept |= {
            "RUNBOOK_HOME": str(self.root / ".runbook"),
            "TMPDIR": str(self.root / "tmp"),
            "VAULT": str(self.vault),
        }
        return kept | {f"S{number}": self.secrets[number] for number in self._in_environment()}

    def _in_environment(self) -> Iterator[int]:
        return (number for number, secret in enumerate(self.secrets) if number % 3 == 1 and len(secret) < 1000)

    def _process(self) -> Mapping[str, Any]:
        environment = set(self._in_environment())
        sources: dict[str, Any] = {}
        for number in range(len(self.secrets)):
            file = str(self.vault / f"s{number}")
            sources[f"s{number}"] = (
                {"from": "env", "name": f"S{number}"} if number in environment
                else {"from": "command", "argv": ["cat", file]} if number % 3 == 2
                else {"from": "file", "path": file}
            )  # fmt: skip
        steps = [step for begin in range(0, len(self.secrets), BATCH) for step in self._batch(begin)]
        return {"runbook": 1, "title": "Print secrets", "secrets": sources, "steps": steps}

    def _batch(self, begin: int) -> Iterator[Mapping[str, Any]]:
        secrets = self.secrets[begin : begin + BATCH]
        names = [f"{{{{ secrets.s{begin + number} }}}}" for number in range(len(secrets))]
        digest = hashlib.sha256(PART.join(secrets).encode()).hexdigest()
        yield {
            "id": f"returned-{begin}", "title": "Given back",
            "python": {"call": "printing:returns", "args": {"secrets": names, "digest": digest}},
            "outputs": {"given": {"json": "given"}, "within": {"json": "within"}},
            "evidence": {"said": {"from": "stderr"}},
        }  # fmt: skip
        yield {
            "id": f"printed-{begin}", "title": "Printed",
            "command": {"argv": [sys.executable, "printing.py", digest, str(begin)], "stdin": PART.join(names)},
            "outputs": {"all": {"from": "stdout"}, "errors": {"from": "stderr"}},
            "evidence": {"said": {"from": "stdout", "required": False}},
        }  # fmt: skip
        for number in range(0, len(secrets), 8):
            yield {
                "id": f"shell-{begin + number}", "title": "In a shell",
                "shell": {"run": SHELL, "env": {"A": names[number]}},
                "outputs": {"all": {"from": "stdout"}, "kept": {"from": "stderr", "keep": "evidence"}},
                "evidence": {"file": {"from": "file", "path": "left/secret.txt", "required": False}},
            }  # fmt: skip
            yield {
                "id": f"failed-{begin + number}", "title": "Failed", "on_failure": "continue", "critical": False,
                "python": {
                    "call": "printing:fails",
                    "args": {"secret": names[number], "how": FAILURES[number // 8 % len(FAILURES)]},
                },
            }  # fmt: skip
        yield {
            "id": f"refused-{begin}", "title": "Refused", "on_failure": "continue", "critical": False,
            "shell": {"run": "printf '%s' \"$A\" | base64 > left/secret.txt", "env": {"A": names[0]}},
            "evidence": {"file": {"from": "file", "path": "left/secret.txt"}},
        }  # fmt: skip
        for keep in ({}, {"keep": "evidence"}):
            yield {
                "id": f"taken-{'kept-' if keep else ''}{begin}", "title": "Taken from a file", "critical": False,
                "on_failure": "continue",
                "shell": {"run": "printf '%s' \"$A\" > left/secret.txt", "env": {"A": names[-1]}},
                "outputs": {"text": {"from": "file", "path": "left/secret.txt", **keep}},
            }  # fmt: skip
        yield {
            "id": f"kept-{begin}", "title": "What is there while it runs",
            "shell": f"rm -r left && mkdir -p seen && cp -r .runbook seen/{begin}",
        }  # fmt: skip


def carried_out(proof: Proof) -> None:
    """A run of it, and everything that can be made of a run."""
    proof.call("validate")
    proof.call("run", PROCESS, "--dry-run")
    proof.call("run", PROCESS, "--yes", into="run")
    for words in (
        ("status", "last"), ("status", "last", "--json"), ("runs", "--json"), ("events", "last"), ("history", PROCESS),
        ("events", "last", "--json"), ("record", "last"), ("show", PROCESS), ("render", PROCESS), ("verify", "last"),
        *(("record", "last", "--format", form, "-o", f"record.{form}") for form in ("html", "csv", "json")),
        ("export", "last", "--output", "archive.zip"), ("docs", "build"), ("print", PROCESS), ("verify", "archive.zip"),
    ):  # fmt: skip
        proof.call(*words)


__all__ = ["PROCESS", "Proof", "carried_out"]
