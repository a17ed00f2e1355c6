"""One text as YAML: plain where that says the same to everybody, else in quotes, over several lines as a block."""

from __future__ import annotations

import functools
import io
import re
from typing import Any

import yaml
from yaml.emitter import Emitter

from runbook.reading.scalars import MAY_BE_NUMBER, WORDS, number

WIDTH = 120
"""Columns beyond which brackets are opened up."""

_BEGINS_PLAINLY = re.compile(r"[\w/.(]")
"""What text begins with that nobody takes for a sign of YAML; a pattern such as `^a` keeps its quotes."""
_QUOTELESS = frozenset("\n\\")
"""What nobody writes without quotes; a backslash is that of a pattern."""
_OTHER_BREAKS = re.compile("[\r\x85\u2028\u2029]")


@functools.cache
def _emitter() -> Any:
    return Emitter(io.StringIO())


@functools.cache
def _resolver() -> Any:
    return yaml.SafeLoader("")  # knows YAML 1.1, where `on` is no text


def is_plain(text: str, flow: bool) -> bool:
    """True when the text needs no quotes: every version of YAML reads it as that text."""
    if not _BEGINS_PLAINLY.match(text) or text in WORDS or text != text.strip() or not _QUOTELESS.isdisjoint(text):
        return False
    if text[0] in MAY_BE_NUMBER and not isinstance(number(text), str):
        return False
    if _resolver().resolve(yaml.ScalarNode, text, (True, False)) != "tag:yaml.org,2002:str":
        return False
    analysis = _emitter().analyze_scalar(text)
    return bool(analysis.allow_flow_plain if flow else analysis.allow_block_plain)


def in_double_quotes(text: str) -> str:
    """The text in double quotes, in one line."""
    import json

    quoted = json.dumps(text, ensure_ascii=False)
    return "".join(each if each.isprintable() else _escape(each) for each in quoted)


def _escape(character: str) -> str:
    code = ord(character)
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def in_single_quotes(text: str) -> str:
    """The text in single quotes."""
    return "'" + text.replace("'", "''") + "'"


def may_be_block(text: str) -> bool:
    """True for text of several lines that can stand as a literal block just as it is."""
    if "\n" not in text.strip("\n") or text[0] in " \n\t" or text.endswith("\n\n") or _OTHER_BREAKS.search(text):
        return False
    return bool(_emitter().analyze_scalar(text).allow_block)


def literal(text: str, indent: int) -> tuple[str, list[str]] | None:
    """A literal block: its sign, and its lines; None when a block can't hold the text."""
    if not text.strip("\n") or _OTHER_BREAKS.search(text):
        return None
    body = text[:-1] if text.endswith("\n") else text
    chomp = "" if text.endswith("\n") else "-"
    if text.endswith("\n\n"):
        chomp = "+"
    mark = "2" if body.lstrip("\n").startswith(" ") or body.startswith(" ") else ""
    pad = " " * indent
    return f"|{mark}{chomp}", [pad + line if line else "" for line in body.split("\n")]
