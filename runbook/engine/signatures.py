"""SSH signatures: made with a person's own key, and checked against the keys that the project knows of each person.

Rule 1: whose key is whose is said by `operations/allowed_signers` of the project that the run belongs to, never of
whoever calls. Its times, and the one a signature is judged at, are in UTC, so that it is judged alike everywhere.
Rule 2: the private key is read by `ssh-keygen` or kept by the agent; nothing here ever sees it.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from runbook.engine.files import SIGNERS, read_file
from runbook.errors import MachineRefuses, Misuse, Refused
from runbook.run.deviating import OUT_OF_LIMITS
from runbook.run.digest import canonical, digest_of
from runbook.run.signing import Signature, signed_at

if TYPE_CHECKING:
    from runbook.outcome import Json
    from runbook.run.events import Event, Recorded
    from runbook.run.state import RunState

_NAMESPACE = "runbook"
_LONGEST = 65_536
"""Characters of an armored signature; those of the largest keys have a tenth of it."""
_GOOD = re.compile(r"^Good \"runbook\" signature for .* with \S+ key (SHA256:\S+)", re.M)


def known_signers(root: str) -> str:
    """The allowed signers of the project in that folder; `Refused` when it names none."""
    content = read_file(Path(root), SIGNERS) if root else None
    if content is None:
        help = "put a line there for each person: their id, the key's type and the public key"
        raise Refused(f"nobody's key is known: there is no {SIGNERS} in {root or 'the project'}", help)
    return content.decode("utf-8", "replace")


def usual_key() -> Path | None:
    """The key that is taken when none is named: RUNBOOK_KEY, else the person's usual one; None for the agent's."""
    named = os.environ.get("RUNBOOK_KEY")
    if named:
        return Path(named).expanduser()
    usual = Path.home() / ".ssh" / "id_ed25519"
    return usual if usual.exists() else None


def sign(text: str, key: Path | None, signers: str) -> Signature:
    """The text signed with that key, or with the one of the agent that is known; `Misuse` when the key can't sign.

    A key that is a public one is the agent's. Its passphrase, if there is one, is asked for at the terminal.
    """
    with _folder() as folder:
        words = ["-f", str(key)]
        if key is None or key.suffix == ".pub":
            public = _agents(signers) if key is None else _public(key)
            (folder / "key.pub").write_text(public)
            words = ["-U", "-f", str(folder / "key.pub")]
        elif not key.is_file():
            raise Misuse(f"there is no key {key}", "name yours with --key FILE or RUNBOOK_KEY")
        done = _ssh_keygen(["-Y", "sign", *words, "-n", _NAMESPACE], text)
    if done.returncode or not done.stdout.startswith("-----BEGIN SSH SIGNATURE-----"):
        raise Misuse(f"{key or 'the key of the agent'} can't sign: {_last_line(done.stderr)}", "name another key")
    return Signature(done.stdout, text)


def checked(signature: Signature, person: str, signers: str, at: str) -> Signature:
    """The signature once it is sure that a key of that person's made it, and was good then; else `Refused`."""
    problem, fingerprint = _verified(signature.text, signature.armored, person, signers, at)
    if problem:
        raise Refused(f"the signature is not one of {person}'s: {problem}", f"sign with a key that is in {SIGNERS}")
    return replace(signature, by=person, fingerprint=fingerprint)


def signature_findings(
    events: Iterable[Recorded], allowed_signers_text: str, state: RunState | None = None
) -> Iterator[str]:
    """What is wrong with the signatures of a run, a sentence each; nothing when all of them hold.

    Each is judged by the keys in the text as they were good when it was given, and must be of the answer it stands
    at. With `state`, a run as it is before its first event, the events are folded into it meanwhile: then it is
    checked as well that each signs what was shown at that moment, and that none is missing where one has to be.
    """
    run = definition = ""
    for recorded in events:
        event = recorded.event
        if event.type == "RunStarted":
            run, definition = str(event.data.get("run", "")), str(event.data.get("definition", ""))
        elif event.type == "DefinitionAdopted":
            definition = str(event.data.get("definition", ""))
        for reply in _replies(event):
            for problem in _problems(recorded, reply, (run, definition), allowed_signers_text, state):
                yield f"event {recorded.seq}: the signature at `{event.step}` does not hold: {problem}"
            if state and "signature" not in reply and _has_to_be_signed(state, recorded):
                yield f"event {recorded.seq}: the answer to `{event.step}` has to be signed and is not"
        if state is not None:
            state.apply(recorded)


def _replies(event: Event) -> Iterator[Mapping[str, Json]]:
    """What people said with an event; what was confirmed by it was said before."""
    names = ("confirmed",) if "confirmed" in event.data else ("reply", "refused", "taken_back")
    yield from (event.data[name] for name in names if isinstance(event.data.get(name), Mapping))


def _has_to_be_signed(state: RunState, recorded: Recorded) -> bool:
    step = state.steps.get(recorded.event.step or "")
    return step is not None and signed_at(step)


def _problems(
    recorded: Recorded, reply: Mapping[str, Json], of: tuple[str, str], signers: str, state: RunState | None
) -> Iterator[str]:
    """What is wrong with the signature of one reply."""
    if "signature" not in reply:
        return
    kept, event = reply["signature"], recorded.event
    try:
        text, armored, said = str(kept["text"]), str(kept["armored"]), _parsed(str(kept["text"]))
    except (KeyError, TypeError, ValueError):
        yield "it can't be read"
        return
    if text != canonical(said):
        yield "what was signed is not in canonical form"
    wanted: dict[str, Json] = {"run": of[0], "definition": of[1], "step": event.step, "by": reply.get("by")}
    wanted |= {"outcome": reply.get("outcome"), "fields": reply.get("fields", {})}
    wanted |= {name: reply.get(name, "") for name in ("choose", "reason")}
    wanted["emergency"] = reply.get("emergency", False)
    stated = reply.get("deviation") or {}
    wanted["deviation"] = stated.get("reason", "") if stated.get("kind") == OUT_OF_LIMITS else ""
    if event.attempt is not None:
        wanted["attempt"] = event.attempt
    step = state.steps.get(event.step or "") if state else None
    if state is not None and step is not None:
        wanted |= {"seen": digest_of(state, step), "pass": step.passes}
    for name, value in wanted.items():
        if said.get(name) != value:
            yield f"it signs another `{name}`"
    problem, fingerprint = _verified(text, armored, str(reply.get("by")), signers, recorded.at)
    if problem:
        yield problem
    elif fingerprint != kept.get("fingerprint") or kept.get("by") != reply.get("by"):
        yield "the key is not the one that was noted"


def _parsed(text: str) -> Mapping[str, Json]:
    import json

    found = json.loads(text)
    if not isinstance(found, dict):
        raise ValueError(text)
    return found


def _verified(text: str, armored: str, person: str, signers: str, at: str) -> tuple[str, str]:
    """Why the signature of the text is not one of that person's at that instant (empty when it is), and the key."""
    if len(armored) > _LONGEST:
        return "it is too long", ""
    with _folder() as folder:
        (folder / "signature").write_text(armored, "utf-8", "replace")
        (folder / "signers").write_text(signers, "utf-8", "replace")
        words = ["-Y", "verify", "-f", str(folder / "signers"), "-I", person, "-n", _NAMESPACE]
        words += ["-s", str(folder / "signature"), f"-Overify-time={re.sub('[^0-9]', '', at[:19])}"]
        done = _ssh_keygen(words, text)
    good = _GOOD.search(done.stdout)
    if done.returncode or not good:
        return re.sub(r"^\S*/signers:[0-9]+: ", "", _last_line(done.stderr)) or "the key is none of theirs", ""
    return "", good[1]


def _agents(signers: str) -> str:
    """The public key of the agent that is known of somebody, else its first one."""
    try:
        done = subprocess.run(["ssh-add", "-L"], capture_output=True, text=True, check=False, timeout=30)
    except (OSError, subprocess.TimeoutExpired):
        done = None
    keys = done.stdout.splitlines() if done and not done.returncode else []
    if not keys:
        raise Misuse("there is no key to sign with", "name yours with --key FILE or RUNBOOK_KEY, or start an ssh-agent")
    return next((key for key in keys if key.split()[1:2] and key.split()[1] in signers), keys[0]) + "\n"


def _public(key: Path) -> str:
    try:
        return key.read_text("utf-8")
    except (OSError, UnicodeDecodeError):
        raise Misuse(f"the key {key} can't be read", "name yours with --key FILE or RUNBOOK_KEY") from None


@contextmanager
def _folder() -> Iterator[Path]:
    """A folder of this user's alone, for as long as the block runs."""
    with tempfile.TemporaryDirectory(prefix="runbook-") as folder:
        yield Path(folder)


def _ssh_keygen(words: Sequence[str], text: str) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C"}
    try:
        return subprocess.run(
            ["ssh-keygen", *words], input=text, env=env, capture_output=True, text=True, errors="replace", check=False
        )
    except FileNotFoundError:
        help = "install the OpenSSH client"
        raise MachineRefuses("answers are signed with `ssh-keygen`, which is not on this machine", help) from None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1].rstrip(".") if lines else ""


__all__ = ["SIGNERS", "checked", "known_signers", "sign", "signature_findings", "usual_key"]
