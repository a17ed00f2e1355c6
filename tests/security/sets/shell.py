"""Shell code in inputs, outputs and answers."""

from __future__ import annotations

from tests.security.attempt import AttackSet
from tests.security.sets.carried import WAYS, carried, pasted

PAYLOADS = (
    "x; touch hit",
    "$(touch hit)",
    "`touch hit`",
    "'; touch hit; '",
    '"; touch hit; "',
    "x && touch hit",
    "x | touch hit",
    "x\ntouch hit",
    "EOF\ntouch hit\nEOF",
    "${IFS+$(touch hit)}",
    "$((a[$(touch hit)]))",
    "() { :; }; touch hit",
    "> hit",
    "\\'; touch hit #",
    "--version $(touch hit)",
)

SET = AttackSet(
    name="shell",
    tries="a value is carried out as a part of a script",
    answer="a script is a constant, and values travel in its environment",
    attempts=tuple(carried(way, payload) for payload in PAYLOADS for way in WAYS),
    controls=(
        pasted("x; touch hit"),
        pasted("$(touch hit)", 'printf %s "VALUE"'),
        pasted("'; touch hit; '", "printf %s 'VALUE'"),
        pasted("EOF\ntouch hit\n", "cat <<EOF\nVALUE\nEOF"),
    ),
)
