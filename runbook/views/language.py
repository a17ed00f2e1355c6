"""The words of pages in a language: English is what stands in the code, every other language is a file of data.

A file is `languages/CODE.yaml`: each English text with its translation, values in braces as in the English.
Rule 1: what is handed to `say` or `count` is a whole text, never the half of a sentence that something is glued to.
"""

from __future__ import annotations

import functools
from collections.abc import Mapping
from dataclasses import dataclass, field

from runbook.phrases import Phrase, said


@dataclass(frozen=True, slots=True)
class Language:
    """A language by its code (BCP 47), with its word for every English text that it has one for."""

    code: str
    words: Mapping[str, str] = field(default_factory=dict, hash=False)

    def say(self, text: str, /, **values: object) -> str:
        """A text in this language, with the values that stand in braces in it."""
        found = self.words.get(text, text)
        if not values:
            return found
        if self.words:
            values = {name: said(one, self.say) if isinstance(one, Phrase) else one for name, one in values.items()}
        return found.format(**values)

    def count(self, number: int, one: str, several: str, /, **values: object) -> str:
        """A text about a number of things; `{number}` stands for it."""
        return self.say(one if number == 1 else several, number=number, **values)


ENGLISH = Language("en")
"""What the code is written in."""


@functools.cache
def language(code: str) -> Language:
    """One of the languages that come with runbook; `KeyError` for another."""
    from importlib.resources import files

    import yaml

    if code == ENGLISH.code:
        return ENGLISH
    file = files("runbook.views").joinpath("languages", f"{code}.yaml")
    if not code.isalpha() or not file.is_file():
        raise KeyError(code)
    return Language(code, yaml.safe_load(file.read_text(encoding="utf-8")))
