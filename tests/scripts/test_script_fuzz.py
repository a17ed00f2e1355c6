"""Random scripts, most of them wrong in some way: whatever is accepted runs nothing of a hostile value."""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from shell_matrix import V, run_all

from runbook.errors import ExpressionError
from runbook.scripts import rewrite

HOSTILE = [
    "touch hit",
    "./program",
    "a[$(touch hit)]",
    "';touch hit;'",
    '";touch hit;"',
    "$(touch hit)",
    "`touch hit`",
    "x\ntouch hit\nEOF\ntouch hit\n",
    "x=$(touch hit)",
    "-c",
]
PARTS = [
    *[V] * 8, f'"{V}"', f'"a {V}"', f'"{V}$x"', '"$x"', "$x", "${x}", '"$1"', "$1", '"$@"', "$y", "a", "'q'", "'$x'",
    "-c", "-e", "x=", "a[0]", "{}", "'\"'", "$'z'", '$"z"', "[q]", "-v", "-eq", "$(~C)", '"$(~C)"', "`~C`", "${x:-~W}",
    "${!x}", "${a[x]}", "${a[$x]}", "${x@P}", "$((x+1))", "$(( $x ))", f"\\{V}", f"${V}", f"'{V}'", "${x%~W}", "<(~C)",
    "${x:x}", "$(cat <<EOF\n~D\nEOF\n)",
]  # fmt: skip
LINES = [V, f"a {V}", "$x", "\\$x", "$(~C)", f"'{V}'", f'"{V}"', "\\", "`echo $x`", "EOFX"]
COMMANDS = [
    "printf %s ~W", "x=~W", "y=~W", "echo ~W", "eval ~W", "sh -c ~W", "sh -c 'echo \"$1\"' a ~W", "~W a", "[ ~W = ~W ]",
    "[ ~W ~W ]", "[[ ~W -eq ~W ]]", "[[ ~W == ~W || ~W == a ]]", "test -v ~W", "cat <<EOF\n~D\nEOF\n", "echo ~W >&2",
    "cat <<'EOF'\n~D\nEOF\n", "sh <<EOF\n~D\nEOF\n", "read x <<EOF\n~D\nEOF\n", "( ~C; ~C )", "{ ~C; ~C; }", "! ~C",
    "if ~C; then ~C; fi", "for x in ~W; do ~C; done", "case ~W in ~W) ~C;; (*) ~C;; esac", "~C | ~C", "~C | sh",
    "~C | xargs ~W", "~C | xargs -I{} sh -c 'echo {}'", "f() { ~C; }\nf ~W", "set -- ~W", ". ~W", "trap ~W EXIT",
    "printf -v x ~W", "printf -v ~W a", "declare x=~W", "declare -i x=~W", "declare -n x=~W", "let x", "((x+1))",
    "export x=~W", "a=(~W ~W)", "a[0]=~W", "a[x]=1", "env ~W", "env x=~W ~W", "command ~W", "exec ~W", "x=~W ~W",
    "sh <<< ~W", "cat <<< ~W", "~C && ~C", "# ~W", "timeout 1 ~W", "find . -maxdepth 0 -exec ~W \\;", "awk ~W",
    "sed ~W </dev/null", "read ~W </dev/null", "unset ~W", "while read x; do ~C; done <<EOF\n~D\nEOF\n", "alias x=~W",
    "mapfile -t x <<< ~W", "wait ~W", "cd ~W", "shift ~W", "getopts ~W x", "hash ~W", "coproc ~W", "time ~W",
    "tee >(~C) <<< ~W", "xargs ~W <<EOF\n~D\nEOF\n",
]  # fmt: skip
SLIPS = ["'", '"', "`", "\\", "$", "(", ")", "\n", " ", "#", "{", "}", ""]


def grown(choose: random.Random, text: str, depth: int = 0) -> str:
    """The text with `~W`, `~C` and `~D` made words, commands and lines of a document."""
    first, *rest = text.split("~")
    for piece in rest:
        if piece[0] == "W":
            grown_piece = "".join(choose.choice(PARTS) for _ in range(choose.choice([1, 1, 1, 2, 3])))
        elif piece[0] == "C":
            grown_piece = choose.choice(COMMANDS)
        else:
            grown_piece = choose.choice(LINES)
        if depth > 3 and "~" in grown_piece:
            grown_piece = "echo $x"
        first += grown(choose, grown_piece, depth + 1) + piece[1:]
    return first


def scripts(choose: random.Random, count: int) -> list[str]:
    """So many random scripts that are accepted, some after a slip of the hand, rewritten."""
    found: list[str] = []
    while len(found) < count:
        script = grown(choose, choose.choice(["~C", "~C; ~C", "~C\n~C\n~C"]))
        if choose.random() < 0.25:
            at = choose.randrange(len(script))
            script = script[:at] + choose.choice(SLIPS) + script[at + choose.choice([0, 1]) :]
        try:
            rewritten = rewrite(script)
        except ExpressionError:
            continue
        if rewritten.bindings:
            found.append(rewritten.text)
    return found


def hit_by(shell: str, cases: list[tuple[str, str]], folder: Path) -> bool:
    """Whether a value runs when the cases (a script and its value) run one after the other."""
    folder.mkdir()
    program = folder / "program"
    program.write_text("#!/bin/sh\ntouch hit\n")
    program.chmod(0o755)
    whole = [
        ('eval "$script" </dev/null >/dev/null 2>&1', {"script": script, "RB_1": value}) for script, value in cases
    ]
    _, hit = run_all(shell, whole, folder)
    return hit or any(path.name == "hit" for path in folder.rglob("hit"))


def test_the_net_is_not_torn(tmp_path: Path) -> None:
    for number, script in enumerate(['eval "$RB_1"', "$RB_1", 'sh -c "$RB_1"']):
        assert hit_by("dash", [(script, "touch hit")], tmp_path / str(number))
    assert hit_by("bash", [('let "$RB_1"', "a[$(touch hit)]")], tmp_path / "calculated")


@pytest.mark.parametrize("shell", ["dash", "bash"])
@pytest.mark.parametrize("seed", [*range(3), *(pytest.param(seed, marks=pytest.mark.slow) for seed in range(3, 103))])
def test_an_accepted_script_runs_nothing_of_a_hostile_value(seed: int, shell: str, tmp_path: Path) -> None:
    accepted = scripts(random.Random(seed), 25)
    cases = [(script, value) for script in accepted for value in HOSTILE]

    if hit_by(shell, cases, tmp_path / "all"):
        hits = [case for number, case in enumerate(cases) if hit_by(shell, [case], tmp_path / str(number))]
        assert hits == []
