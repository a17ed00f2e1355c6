"""What a person was shown at a step, as one hash: what they answer, approve or sign stands for exactly this.

Rule 1: the hash is of what the author wrote and of the values of the run, never of how a program reads or lays them
out, so that a later version of this program finds the same one.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from runbook.run.events import Status
from runbook.run.paths import step_named

if TYPE_CHECKING:
    from runbook.definition import Process, Step
    from runbook.outcome import Json
    from runbook.run.progress import StepState
    from runbook.run.state import RunState

_ENCODE = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False).encode


def digest_of(state: RunState, step: StepState, beside: Mapping[str, Json] | None = None) -> str:
    """The SHA-256, in hex, of what a person is shown at the step as it stands now.

    It covers `shown_at`: the step as its author wrote it (title, text, form with units and limits, options, warnings)
    and the hazards that name it; what it asks for now, with its values in place (`prompt`); the inputs of its process
    and the item of its turn; the evidence attached to it so far, by name, size and SHA-256; for a program that failed
    or is in doubt what it was to do and what is known of it; for an approval how the steps that it `covers` ended, what
    they gave and the evidence that they ask for; what the first of two people has recorded, for the second one; and
    `beside`: whatever else there was to see.

    It does not cover who looks, when and how often it was shown, notes, and what others have replied meanwhile: the
    same hash for everybody of a quorum, and for an attempt that waits for longer. Which run, step, attempt and
    definition an answer belongs to is told beside it (`runbook.run.signing`); no hash of another run is of use there,
    although two runs that show the same have the same one.
    """
    return sha256_of(shown_at(state, step, beside))


def is_bound(step: StepState) -> bool:
    """True where an answer counts only for what was shown: a yes or a no, and the word of the second person."""
    return not step.status.is_final and (step.step.kind == "approval" or bool(step.performed))


def shown_at(state: RunState, step: StepState, beside: Mapping[str, Json] | None = None) -> dict[str, Json]:
    """What `digest_of` covers, as JSON."""
    scope = step.siblings.scope
    process = scope.process
    shown: dict[str, Json] = {
        "title": step.step.title,
        "kind": step.step.kind,
        "written": _written(process, step.step),
        "hazards": [dict(each) for each in process.hazards if each.get("step") == step.step.id],
        "prompt": dict(step.prompt),
        "inputs": dict(scope.inputs),
        "names": dict(scope.names),
        "evidence": [{name: each.get(name) for name in ("name", "sha256", "size")} for each in step.evidence],
    }
    if step.undecided:
        in_doubt = step.status is Status.IN_DOUBT
        about = {"in_doubt": in_doubt, "reason": step.reason, "act": dict(step.act), "known": dict(step.result)}
        shown["undecided"] = about
    if covers := getattr(step.step.spec, "covers", ()):
        covered = {id: step_named(state, scope, id) for id in covers}
        shown["covers"] = {
            id: [found.status.value, dict(found.outputs), dict(found.answers), *_pieces(found)] if found else None
            for id, found in covered.items()
        }
    if step.performed:
        shown["performed"] = dict(step.performed)
    if beside:
        shown["beside"] = dict(beside)
    return shown


def _pieces(step: StepState) -> list[Json]:
    """The evidence that a step asks for, as far as it is there; what was attached besides proves nothing of it."""
    asked = [each for each in step.evidence if each.get("evidence")]
    return [{name: each.get(name) for name in ("evidence", "name", "sha256", "size")} for each in asked]


def sha256_of(value: Json) -> str:
    """The SHA-256 of a JSON value in `canonical` form, in hex."""
    return hashlib.sha256(canonical(value).encode("ascii")).hexdigest()


def canonical(value: Json) -> str:
    """JSON with sorted keys, no spaces, no NaN, and nothing but ASCII: what is hashed, and what is signed."""
    return _ENCODE(value)


def _written(process: Process, step: Step) -> Json:
    """The step as it stands in the document; None for one that stands nowhere in it."""
    value: Json = process.data
    try:
        for key in step.at:
            value = value[key]
    except (KeyError, IndexError, TypeError):
        return None
    return value


__all__ = ["canonical", "digest_of", "is_bound", "sha256_of", "shown_at"]
