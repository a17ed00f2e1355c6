"""A password, a key or a token seems to stand in the file.

Why: the file is read by everybody who reads the procedure, kept in the history of the repository for ever, and
copied into the record of every run.

Example:

    command: [mysqldump, --password=Winter2026, shop]

Instead: let the program read it when it runs, from a file that only it may read
(`--defaults-extra-file=/etc/backup.cnf`). Change the password that stood here: it is known now.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbook.definition import Step
from runbook.outcome import Json
from runbook.reading.rule import Finding, Subject
from runbook.source import Path

CODE = "RB237"
NAME = "secret-in-text"

_HINTS = (
    "pass", "pwd", "secret", "token", "key", "akia", "asia", "ghp_", "gho_", "ghu_", "ghs_", "ghr_", "github_pat_",
    "glpat-", "xox", "_live_", "eyj", "aiza", "://", "authorization", "curl", "mysql", "mariadb",
)  # fmt: skip
"""One of these stands in every text that the patterns below can match, in lower case; looking for them is cheap."""
_LIKELY = re.compile(
    r"-----begin|(?:akia|asia)[0-9a-z]{16}|gh[pousr]_|github_pat_|glpat-|xox[abeoprs]-|_live_|eyj[\w-]{10}|aiza"
    r"|://[^\s/:@{}$'\"]{1,100}:|passw|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|pwd"
    r"|authorization|(?:curl|mysql|mariadb)[^\n]{0,300} (?:-[a-z]{0,5}[up]|--user)"
)
"""The same, told apart from ordinary words."""

_KEYS = (
    ("a private key", re.compile(r"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
    ("an access key of AWS", re.compile(r"\b(?:AKIA|ASIA)[0-9A-Z]{16}\b")),
    ("a token of GitHub", re.compile(r"\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{22,255})\b")),
    ("a token of GitLab", re.compile(r"\bglpat-[A-Za-z0-9_-]{20,255}")),
    ("a token of Slack", re.compile(r"\bxox[abeoprs]-[A-Za-z0-9-]{10,255}")),
    ("a key of Stripe", re.compile(r"\b[rs]k_live_[A-Za-z0-9]{16,255}")),
    ("a key of Google", re.compile(r"\bAIza[A-Za-z0-9_-]{35}")),
    ("a signed token", re.compile(r"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,2000}\.[A-Za-z0-9_-]{10,2000}")),
    ("a password", re.compile(r"://[^\s/:@{}$'\"]{1,100}:(?P<value>(?!\d{1,5}[?#])[^\s/@{}$'\"<>*]{3,200})@")),
)
_NAME = r"[\w-]{0,60}(?:password|passwd|passphrase|secret|token|api[_-]?key|access[_-]?key|private[_-]?key|pwd)"
_VALUE = r"(?P<value>[^\s\"'`$<>{}|&;()*\\]{4,200})"
_GIVEN = (
    re.compile(rf"(?i)(?<![\w$-])-{{0,2}}{_NAME}=[\"']?{_VALUE}"),
    re.compile(rf"(?i)(?<![\w-])--{_NAME}[ \t]+[\"']?(?!-){_VALUE}"),
    re.compile(rf"(?i)[\"']{_NAME}[\"'][ \t]*:[ \t]*[\"']{_VALUE}[\"']"),
    re.compile(rf"(?im)^[ \t]*{_NAME}[ \t]*:[ \t]+[\"']?{_VALUE}[\"']?[ \t]*$"),
)
_TYPED = (
    re.compile(rf"(?i)\bauthorization[\"']?[ \t]*[:=][ \t]*[\"']?(?:bearer|basic|token|apikey)[ \t]+{_VALUE}"),
    re.compile(
        rf"\bcurl[ \t](?:[^\n|;&]{{0,300}}[ \t])?(?:-[A-Za-z]{{0,5}}u|--user)[ \t=]?[\"']?[^\s\"':$]{{1,60}}:{_VALUE}"
    ),
    re.compile(rf"\b(?:mysql|mariadb)[\w-]{{0,20}}[ \t](?:[^\n|;&]{{0,300}}[ \t])?-p[\"']?{_VALUE}"),
    re.compile(rf"\bsshpass[ \t]+-p[ \t]*[\"']?{_VALUE}"),
)
"""How programs that everybody has take one from their command line."""
_NAMED = re.compile(rf"(?i){_NAME}\Z")
_WORD = re.compile(r"(?i)--" + _NAME + r"\Z")
_NO_SECRET = re.compile(
    r"(?i)(x+|\.+|-+|_+|none|null|true|false|yes|no|on|off|env|file|stdin|prompt|ask|required|optional|hidden|redacted"
    r"|example|placeholder|your[\w-]*|password|passwd|secret|token|\d{1,3}|[^\s]*[/].*|[\w.-]+\.(txt|pem|key|cnf|conf|env))\Z"
)


def check(subject: Subject) -> Iterator[Finding]:
    """Finds texts that look like a secret written down."""
    if not _likely(subject.tree.source.text.lower()):
        return
    for at, value in _texts(subject.process.data, ()):
        for what, pattern in _KEYS:
            match = pattern.search(value)
            if match and not _NO_SECRET.match(match.groupdict().get("value") or "?"):
                yield _found(at, what, match)
                break
    for name, each in subject.process.inputs.items():
        if _NAMED.match(name) and isinstance(each.default, str) and _literal(each.default):
            yield _named(("inputs", name, "default"), name)
    for step in subject.every:
        yield from _of_step(subject, step)


def _likely(text: str) -> bool:
    """True for a text in lower case that is worth a close look."""
    for hint in _HINTS:  # every file passes here, and `any` costs twice as much
        if hint in text:
            return _LIKELY.search(text) is not None
    return False


def _of_step(subject: Subject, step: Step) -> Iterator[Finding]:
    if not (subject.kinds[step.kind].acts or hasattr(step.spec, "values") or step.use):
        return
    at = (*step.at, step.kind)
    before = ""
    for path, value in _texts(subject.at(at), at):
        name = str(path[-1])
        if _WORD.match(before) and isinstance(path[-1], int) and path[-1] > 0 and _literal(value):
            yield _named(path, before)
        elif isinstance(path[-1], str) and _NAMED.match(name) and _literal(value):
            yield _named(path, name)
        else:
            for pattern in (*_GIVEN, *_TYPED):
                match = next((each for each in pattern.finditer(value) if _literal(each["value"])), None)
                if match:
                    yield _found(path, "a password or token", match)
                    break
        before = value


def _literal(value: str) -> bool:
    """True for a value that is written out: not filled in later, no name of a file, no word that says nothing."""
    return len(value) >= 4 and not re.search(r"[{$`<\s]", value) and not _NO_SECRET.match(value)


def _texts(value: Json, at: Path) -> Iterator[tuple[Path, str]]:
    match value:
        case str():
            yield at, value
        case list():
            for place, each in enumerate(value):
                yield from _texts(each, (*at, place))
        case dict():
            for name, each in value.items():
                yield from _texts(each, (*at, name))


def _named(at: Path, name: str) -> Finding:
    return Finding(at, f"the value of `{name}` seems to be a secret written down", _HELP)


def _found(at: Path, what: str, match: re.Match[str]) -> Finding:
    offset = match.start("value") if "value" in match.groupdict() else match.start()
    return Finding(at, f"{what} seems to be written down here", _HELP, offset=offset)


_HELP = "let the program read it from a file when it runs, and change it: it is known now"


def masked(text: str) -> str:
    """The text with `hidden` where this rule finds a secret."""
    text = re.sub(
        r"-----BEGIN [A-Z ]*PRIVATE KEY-----.*?(?:-----END [A-Z ]*PRIVATE KEY-----|\Z)", "hidden", text, flags=re.DOTALL
    )
    for _, pattern in _KEYS:
        text = pattern.sub(_hidden, text)
    for pattern in (*_GIVEN, *_TYPED):
        text = pattern.sub(lambda match: _hidden(match) if _literal(match["value"]) else match[0], text)
    return text


def _hidden(match: re.Match[str]) -> str:
    if "value" not in match.groupdict():
        return "hidden"
    start, end = match.start("value") - match.start(), match.end("value") - match.start()
    return f"{match[0][:start]}hidden{match[0][end:]}"
