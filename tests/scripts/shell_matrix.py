"""The payloads and places of the shell matrix, and one way to run many of them in one shell."""

from __future__ import annotations

import shlex
import subprocess
from collections.abc import Callable
from pathlib import Path

from tests.waiting import PATIENCE

V = "{{ inputs.v }}"

PAYLOADS = [
    "plain",
    "",
    "two words",
    "; touch hit",
    "$(touch hit)",
    "`touch hit`",
    "'; touch hit; '",
    '"; touch hit; "',
    "\ntouch hit\n",
    "| touch hit",
    "&& touch hit",
    "|| touch hit",
    "& touch hit &",
    "'\"; touch hit #",
    "\\'; touch hit; \\'",
    '\\"; touch hit; \\"',
    "$((a[$(touch hit)]))",
    "a[$(touch hit)]",
    "${x:-$(touch hit)}",
    "$'; touch hit'",
    "EOF\ntouch hit\n",
    ") ; touch hit ; (",
    "}; touch hit; {",
    ";; esac; touch hit",
    "> hit",
    "<(touch hit)",
    "() { :; }; touch hit",
    "{{ inputs.v }}${RB_1}",
    "%s%n$IFS*?[a-z]~!!",
    "-e -n --help -v\t\\n\\c\\\\",
    "touch hit",
    "é\u202e\x1b[31m\x07",
]

Expected = Callable[[str], str]


def itself(value: str) -> str:
    """The value as it is."""
    return value


def stripped(value: str) -> str:
    """What `$( )` leaves of it."""
    return value.rstrip("\n")


SHOWN: dict[str, tuple[str, Expected]] = {
    "bare": (f"printf %s {V}", itself),
    "bare with text around": (f"printf %s a{V}b", lambda value: f"a{value}b"),
    "twice": (f"printf %s {V}{V}", lambda value: value * 2),
    "double quotes": (f'printf %s "{V}"', itself),
    "double quotes with text": (f'printf %s "a {V} $x"', lambda value: f"a {value} "),
    "between quotes": (f"printf %s 'a '{V}' b'", lambda value: f"a {value} b"),
    "assignment": (f'x={V}; printf %s "$x"', itself),
    "quoted assignment": (f'x="{V}"; printf %s "$x"', itself),
    "assignment for one program": (f"""value={V} sh -c 'printf %s "$value"'""", itself),
    "export": (f"""export value={V}; sh -c 'printf %s "$value"'""", itself),
    "here-document": (f"cat <<EOF\n{V}\nEOF", lambda value: value + "\n"),
    "here-document with quotes in it": (f'cat <<EOF\nsay "{V}" \\$x\nEOF', lambda value: f'say "{value}" $x\n'),
    "indented here-document": (f"cat <<-EOF\n\tx {V}\n\tEOF", lambda value: f"x {value}\n"),
    "here-document in a substitution": (f'printf %s "$(cat <<EOF\n{V}\nEOF\n)"', stripped),
    "substitution": (f"printf %s $(printf %s {V} >/dev/null)done", lambda value: "done"),
    "substitution in double quotes": (f'printf %s "$(printf %s {V})"', stripped),
    "quotes in a substitution": (f'printf %s "$(printf %s "{V}")"', stripped),
    "subshell": (f"(printf %s {V})", itself),
    "group": (f"{{ printf %s {V}; }}", itself),
    "if": (f"if [ -n x{V} ]; then printf %s {V}; fi", itself),
    "for": (f'for one in {V}; do printf %s "$one"; done', itself),
    "case word": (f"case {V} in *) printf %s {V} ;; esac", itself),
    "case pattern": (f"case $RB_OTHER in {V}) : ;; *) printf ok ;; esac", lambda value: "ok" if value else ""),
    "test": (f"[ {V} = {V} ] && printf ok", lambda value: "ok"),
    "pipe": (f"printf %s {V} | cat", itself),
    "function": (f'f() {{ printf %s "$1"; }}\nf {V}', itself),
    "positional": (f'set -- {V}; printf %s "$1"', itself),
    "argument of a constant script": (f"""sh -c 'printf %s "$1"' sh {V}""", itself),
    "environment of awk": (f"""value={V} awk 'BEGIN {{ printf "%s", ENVIRON["value"] }}'""", itself),
    "argument of a program": (f"""awk 'BEGIN {{ printf "%s", ARGV[1] }}' {V}""", itself),
    "after env": (f"""env value={V} sh -c 'printf %s "$value"'""", itself),
    "redirection": (f"printf ok >./out/{V}x 2>/dev/null || :", lambda value: ""),
    "loop over lines": (f"while read -r line; do :; done <<EOF\n{V}\nEOF\nprintf ok", lambda value: "ok"),
}
"""Places where a value may stand, the script, and what it prints."""

BASH_ONLY: dict[str, tuple[str, Expected]] = {
    "here-string": (f"cat <<<{V}", lambda value: value + "\n"),
    "array": (f'list=({V} b); printf %s "${{list[0]}}"', itself),
    "more of an array": (f'list=(a); list+=({V}); printf %s "${{list[1]}}"', itself),
    "double bracket": (f"[[ {V} == {V} ]] && printf ok", lambda value: "ok"),
    "pattern match": (f"[[ x{V} =~ {V} ]] && printf ok", lambda value: "ok"),
    "process substitution": (f"cat <(printf %s {V})", itself),
    "local": (f'f() {{ local x={V}; printf %s "$x"; }}; f', itself),
    "declare": (f'declare x={V}; printf %s "$x"', itself),
    "declared array": (f'declare -a x=({V} b); printf %s "${{x[0]}}"', itself),
}
"""Places that only `bash` knows."""

REFUSED: dict[str, str] = {
    "single quotes": f"printf %s '{V}'",
    "ANSI quotes": f"printf %s $'{V}'",
    "quoted here-document": f"cat <<'EOF'\n{V}\nEOF",
    "backticks": f"printf %s `printf %s {V}`",
    "arithmetic": f"printf %s $(( {V} + 1 ))",
    "arithmetic command": f"(( {V} > 1 )) && printf ok",
    "command": f"{V}",
    "command after another": f"true; {V}",
    "command in a substitution": f"printf %s $({V})",
    "command after env": f"env {V}",
    "command after exec": f"exec {V}",
    "comment": f"printf ok # {V}",
    "eval": f"eval {V}",
    "eval in quotes": f'eval "printf %s {V}"',
    "sh -c": f'sh -c "printf %s {V}"',
    "bash -c": f"bash -c {V}",
    "pipe into sh": f"printf %s {V} | sh",
    "here-document for sh": f"sh <<EOF\n{V}\nEOF",
    "program of awk": f"awk {V} /dev/null",
    "program of sed": f"sed {V} /dev/null",
    "program of perl": f"perl -e {V}",
    "program of python": f"python3 -c {V}",
    "command of ssh": f"ssh host {V}",
    "command of xargs": f"printf x | xargs {V}",
    "command of find": f"find . -maxdepth 0 -exec {V} ;",
    "source": f". {V}",
    "trap": f"trap {V} EXIT",
    "alias": f"alias x={V}",
    "name of a variable": f"export {V}=1",
    "inside of an expansion": f'printf %s "${{x:-{V}}}"',
}
"""Places where no value can stand: the script is refused."""


def run_all(shell: str, scripts: list[tuple[str, dict[str, str]]], folder: Path) -> tuple[list[str], bool]:
    """What each script prints with its environment, and whether anything ran that must not: one process for all."""
    (folder / "out").mkdir(exist_ok=True)
    parts = []
    for script, environment in scripts:
        exports = "".join(f"export {name}={shlex.quote(value)}\n" for name, value in environment.items())
        parts.append(f"(\n{exports}{script}\n)\nprintf '\\000'\n")
    ran = subprocess.run(
        [shell], input="\n".join(parts).encode(), capture_output=True, cwd=folder, timeout=PATIENCE, check=False
    )
    outputs = ran.stdout.decode("utf-8", "replace").split("\0")
    assert len(outputs) == len(scripts) + 1, ran.stderr.decode("utf-8", "replace")
    return outputs[:-1], (folder / "hit").exists()
