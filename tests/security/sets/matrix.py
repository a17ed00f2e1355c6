"""The shell matrix: thirty contexts by thirty payloads by two shells; where a value can't stand, it is refused."""

from __future__ import annotations

import shutil
from functools import cache, partial

from runbook.errors import ExpressionError
from runbook.scripts import rewrite
from tests.scripts.shell_matrix import PAYLOADS, REFUSED, SHOWN, Expected, V, run_all
from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

SHELLS = ("dash", "bash")


def cell(shell: str, place: str, script: str, expected: Expected, payload: str) -> Attempt:
    """One payload in one place; all payloads of a place are run by one shell."""

    def work(ground: Ground) -> Outcome:
        outputs, hit = _run(ground, shell, place, script)
        succeeded(hit, "it was carried out")
        found = outputs[PAYLOADS.index(payload)]
        succeeded(found != expected(payload), f"it arrived as {found!r}")
        return "harmless"

    return Attempt(f"{shell}, {place}", payload, work)


def _run(ground: Ground, shell: str, place: str, script: str) -> tuple[list[str], bool]:
    key = f"{shell} {place}"
    if key not in ground.kept:
        folder = ground.folder / "place"
        folder.mkdir(parents=True)
        rewritten = rewrite(script).text
        ground.kept[key] = run_all(shell, [(rewritten, {"RB_1": each}) for each in PAYLOADS], folder)
        shutil.rmtree(folder)  # what it has left is known; nobody looks through it after every other attempt
    found: tuple[list[str], bool] = ground.kept[key]
    return found


def turned_away(shell: str, place: str, script: str, payload: str) -> Attempt:
    """A place where no value can stand safely: the script is refused, whatever the value would be."""

    def work(ground: Ground) -> Outcome:
        if _refused(script):
            return "refused"
        outputs, hit = _run(ground, shell, place, script)
        succeeded(hit, "it was taken, and carried out")
        succeeded(True, f"it was taken, and printed {outputs[:1]}")
        return "harmless"

    return Attempt(f"{shell}, {place}", payload, work)


@cache
def _refused(script: str) -> bool:
    try:
        rewrite(script)
    except ExpressionError:
        return True
    return False


def pasted(shell: str, place: str, script: str, ground: Ground) -> Outcome:
    """The control: pasting runs something in that place."""
    folder = ground.folder / "pasted"
    folder.mkdir()
    _, hit = run_all(shell, [(script.replace(V, "$(touch hit)"), {})], folder)
    succeeded(hit, "it was carried out")
    return "harmless"


SET = AttackSet(
    name="shell matrix",
    tries="a value is carried out, or arrives as another, in any place where a script may hold one",
    answer="a value becomes a quoted reference that fits its place; where none fits, the script is refused",
    attempts=(
        *(cell(shell, place, *SHOWN[place], payload) for shell in SHELLS for place in SHOWN for payload in PAYLOADS),
        *(
            turned_away(shell, place, script, payload)
            for shell in SHELLS
            for place, script in REFUSED.items()
            for payload in PAYLOADS
        ),
    ),
    controls=tuple(
        Attempt(f"pasted in {shell}, {place}", "$(touch hit)", partial(pasted, shell, place, SHOWN[place][0]))
        for shell, place in (("dash", "bare"), ("bash", "double quotes"), ("dash", "here-document"))
    ),
)
