"""Secrets of random shape: of 4 to 4,096 characters, in every alphabet, beginning alike, overlapping, in each other."""

from __future__ import annotations

import json
import math
import string
from random import Random

SHORTEST, LONGEST = 4, 4096
RARE = "~^|`{}<>§¤☃é"
"""Short secrets have two of these, so that they are found nowhere by chance."""

ALPHABETS = (
    string.ascii_letters + string.digits,
    string.digits + "abcdef",
    string.ascii_letters + string.digits + "+/=",
    string.printable.strip(),
    "\"'`\\$!&|;<>(){}[]*?~#%^ \t",
    ".*+?^$|()[]{}\\-=!<>:\"'/,",
    "äöüßéñçåøłžабвгдежз中文字漢かな한글🔑🗝☃€",
    'aA1"\\/\u007f\u2028\x01é🔑',
    "ab\n",
    "key value\r\n\t\"'",
)


def secrets(count: int, seed: int) -> list[str]:
    """So many secrets, all of them different; the same ones for the same seed."""
    random = Random(seed)
    found: dict[str, None] = dict.fromkeys(
        [_filled(random, length, ALPHABETS[3]) for length in (SHORTEST, LONGEST)] if count > 1 else []
    )
    while len(found) < count:
        text = _related(random, list(found)) if found and random.random() < 0.2 else _alone(random)
        if SHORTEST <= len(text) <= LONGEST and len(text.strip().replace("\r", "").replace("\n", "")) >= SHORTEST:
            found[text] = None
    return list(found)


def _alone(random: Random) -> str:
    length = round(math.exp(random.uniform(math.log(SHORTEST), math.log(LONGEST))))
    if random.random() < 0.15 and length > 60:
        return _document(random, length)
    return _filled(random, length, random.choice(ALPHABETS))


def _filled(random: Random, length: int, alphabet: str) -> str:
    text = [random.choice(alphabet) for _ in range(length)]
    if length < 12:
        for place in random.sample(range(length), 2):
            text[place] = random.choice(RARE)
    return "".join(text)


def _document(random: Random, length: int) -> str:
    """What stands in files of keys, in URLs and in JSON."""
    inner = _filled(random, length - 55, random.choice(ALPHABETS[:4]))
    match random.randrange(4):
        case 0:
            lines = "\n".join(inner[at : at + 64] for at in range(0, len(inner), 64))
            return f"-----BEGIN A KEY-----\n{lines}\n-----END A KEY-----"
        case 1:
            return f"postgres://user:{inner}@db.example.org:5432/main?ssl=1"
        case 2:
            return json.dumps({"user": "kim", "key": inner}, indent=random.choice((None, 2)))
    return f"  {inner}\t"


def _related(random: Random, known: list[str]) -> str:
    """A secret that begins like another one, ends like it, holds it, or begins with its end."""
    other = random.choice(known)
    more = _filled(random, random.randrange(12, 40), random.choice(ALPHABETS))
    cut = random.randrange(len(other))
    part = other[:cut] if len(other[:cut]) >= 12 else other
    return random.choice((part, part + more, more + part, more + other + more[::-1], other[-cut - 1 :] + more))


__all__ = ["secrets"]
