"""A variable of `env` would change what the program itself is, or is kept for runbook.

Why: a value in `PATH`, `LD_PRELOAD`, `BASH_ENV` or `PYTHONPATH` decides which code runs, so that data could
become code. `RUNBOOK_...` and `RB_...` carry what runbook hands to every program.

Example:

    command: {argv: [backup-tool, --all], env: {LD_PRELOAD: ./trace.so}}

Instead: write the program's full path; for everything else take a name of your own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from runbook.reading.rule import Finding, Subject

CODE = "RB232"
NAME = "env-name"

_OURS = re.compile(r"RB_|RUNBOOK_")
_LOADS_CODE = re.compile(
    r"(PATH|IFS|ENV|BASH_ENV|SHELLOPTS|BASHOPTS|PS4|PROMPT_COMMAND|CDPATH|GCONV_PATH|LOCPATH|EDITOR|VISUAL|PAGER"
    r"|PYTHON(PATH|HOME|STARTUP|INSPECT|BREAKPOINT|WARNINGS|USERBASE|EXECUTABLE|PLATLIBDIR)"
    r"|PERL5(LIB|OPT|DB)|PERLLIB|RUBY(LIB|OPT)|NODE_(OPTIONS|PATH)|(JAVA_TOOL|_JAVA|JDK_JAVA)_OPTIONS|CLASSPATH"
    r"|GIT_(SSH|SSH_COMMAND|ASKPASS|EXTERNAL_DIFF|PAGER|EDITOR|SEQUENCE_EDITOR|EXEC_PATH|CONFIG.*|DIR|COMMON_DIR"
    r"|WORK_TREE|TEMPLATE_DIR|PROXY_COMMAND|ALLOW_PROTOCOL)|SSH_(ASKPASS|SK_PROVIDER)|RSYNC_RSH|TAR_OPTIONS|MAKEFLAGS"
    r"|LESS(OPEN|CLOSE)|MANPAGER|BROWSER|OPENSSL_(CONF|ENGINES|MODULES)|LUA_INIT.*|CURL_HOME|WGETRC|GLIBC_TUNABLES"
    r"|LD_.*|DYLD_.*|BASH_FUNC_.*)\Z"
)


def check(subject: Subject) -> Iterator[Finding]:
    """Finds variables whose names are not for authors."""
    for program_at, program in subject.programs:
        at = (*program_at, "env")
        for name, _ in program.env:
            if _OURS.match(name):
                message = f"`{name}` is kept for what runbook hands to programs"
                yield Finding((*at, name), message, "take a name of your own", key=True)
            elif _LOADS_CODE.match(name):
                message = f"`{name}` decides which code a program runs"
                help = "write the full path of the program" if name == "PATH" else "set it inside of a script you own"
                yield Finding((*at, name), message, help, key=True)
