"""The graphs that are measured: a chain, a fan-out from the first step, and a random graph."""

from __future__ import annotations

import random


def needs(shape: str, number: int) -> tuple[str, ...]:
    """The steps that step `number` of that shape needs; always the same ones."""
    if number == 0:
        return ()
    match shape:
        case "chain":
            return (f"s{number - 1}",)
        case "fan-out":
            return ("s0",)
    chance = random.Random(number)
    chosen = chance.sample(range(number), min(number, chance.randint(1, 3)))
    return tuple(f"s{each}" for each in sorted(chosen))
