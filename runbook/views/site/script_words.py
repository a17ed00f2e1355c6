"""The texts that the scripts of the pages say, and the file that gives them in another language."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

from runbook.views.language import Language

_TEXT = r'"((?:[^"\\]|\\.)*)"'
_SAID = re.compile(rf"\bsay\({_TEXT}")
_COUNTED = re.compile(rf"\bcount\([^\"]+, {_TEXT}, {_TEXT}\)")


def script_texts(scripts: Iterable[str]) -> tuple[str, ...]:
    """Every text of ours in these scripts, in the order of the alphabet."""
    found: set[str] = set()
    for script in scripts:
        found.update(json.loads(f'"{text}"') for text in _SAID.findall(script))
        found.update(json.loads(f'"{text}"') for pair in _COUNTED.findall(script) for text in pair)
    return tuple(sorted(found))


def words_script(language: Language, scripts: Iterable[str]) -> str:
    """The text of `words.js`: what the scripts say in a language, where it has words of its own for it."""
    words = {text: language.words[text] for text in script_texts(scripts) if text in language.words}
    return f"window.runbookWords = {json.dumps(words, ensure_ascii=False, indent=1)};\n"
