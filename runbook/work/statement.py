"""What stands in the text of a query: the names that values are bound to, and where one statement ends.

Nothing here understands SQL. It knows what is quoted or a comment, in which neither a name nor an end is looked for.
"""

from __future__ import annotations

import re

_PIECES = re.compile(
    r"""(?<!\w)[eE]'(?:[^'\\]|\\.|'')*'  # a text with escapes
    | '(?:[^']|'')*' | "(?:[^"]|"")*" | `(?:[^`]|``)*`
    | --[^\n]* | /\*.*?\*/
    | (?P<tag>\$(?:[A-Za-z_]\w*)?\$).*?(?P=tag)  # a text in dollars
    | :: | (?<![\w:\]]):(?P<name>[a-zA-Z_]\w*)
    | (?P<end>;)""",
    re.DOTALL | re.VERBOSE,
)


def names_in(text: str) -> set[str]:
    """The names that values are bound to: `:name`, outside of quotes and comments."""
    return {found["name"] for found in _PIECES.finditer(text) if found["name"]}


def statements(text: str) -> int:
    """How many statements there are; one may end with a semicolon."""
    ends = _PIECES.sub(lambda found: ";" if found["end"] else " " if found[0][:2] in ("--", "/*") else "x", text)
    return sum(1 for each in ends.split(";") if each.strip())


def placed(text: str) -> str:
    """The statement in the words of psycopg: `%(name)s` for `:name`."""
    kept: list[str] = []
    at = 0
    for found in _PIECES.finditer(text):
        piece = f"%({found['name']})s" if found["name"] else found[0].replace("%", "%%")
        kept += (text[at : found.start()].replace("%", "%%"), piece)
        at = found.end()
    return "".join([*kept, text[at:].replace("%", "%%")])
