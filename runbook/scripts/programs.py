"""Programs that read code from their arguments or their input, and programs that start another program."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Interpreter:
    """Where a program takes code from; flags are single letters or long names."""

    code: frozenset[str] = frozenset()
    """Options whose argument is code."""
    operands: frozenset[int] = frozenset({0})
    """Operands (from 0) that are code or name a file of code, unless an option gave it."""
    arguments: frozenset[str] = frozenset()
    """Other options that take an argument."""
    ends: frozenset[str] = frozenset()
    """Options after whose argument everything is handed on."""
    stdin: str = ""
    """`always` when it runs what it reads if nothing else gives it code, `piped` when it may do something else."""
    pairs: frozenset[str] = frozenset()
    """Options that take a name and a value."""
    help: str = "put the value into a file the program reads as data"
    permutes: bool = False
    """True when it takes options after operands as well."""
    hands_on: bool = False
    """True when everything after its first operand is for the code."""


@dataclass(frozen=True, slots=True)
class Starter:
    """A program that starts another: its options with an argument, and what stands before the program."""

    arguments: frozenset[str] = frozenset()
    operands: int = 0
    assignments: bool = False
    code: frozenset[str] = frozenset()
    """Options whose argument is code."""


def _flags(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SHELL_HELP = """hand the value over as an argument, such as `sh -c 'echo "$1"' sh {{ inputs.host }}`"""
_FILE_HELP = "hand the value over as an argument, and read it in the program from its arguments"
_SHELL = Interpreter(arguments=_flags("o O rcfile init-file"), stdin="always", help=_SHELL_HELP, hands_on=True)
_PYTHON = Interpreter(
    _flags("c"), arguments=_flags("W X m"), ends=_flags("c m"), stdin="always", help=_FILE_HELP, hands_on=True
)
_PERL = Interpreter(_flags("e E"), stdin="always", help=_FILE_HELP)
_NODE = Interpreter(_flags("e p eval print"), arguments=_flags("r require"), stdin="always", help=_FILE_HELP)
_AWK = Interpreter(
    arguments=_flags("F v f i file assign field-separator"),
    help="""use its environment, such as `value={{ inputs.host }} awk '{ print ENVIRON["value"] }'`""",
)
_SED = Interpreter(
    _flags("e f expression file"),
    permutes=True,
    help="""use awk, such as `value={{ inputs.host }} awk '{ gsub(/old/, ENVIRON["value"]); print }'`""",
)
_JQ = Interpreter(
    arguments=_flags("f L indent from-file"),
    pairs=_flags("arg argjson slurpfile rawfile"),
    help="hand the value over with `--arg`, such as `jq --arg value {{ inputs.host }} '.name == $value'`",
)
_SQL_HELP = "let the program bind the value, such as `psql -v value={{ inputs.host }}` and `:'value'` in a file"
_PSQL = Interpreter(
    _flags("c command"),
    frozenset(),
    _flags("d h p U v f dbname host port username"),
    permutes=True,
    stdin="piped",
    help=_SQL_HELP,
)
_ANSIBLE = Interpreter(
    _flags("e a extra-vars args"), frozenset(), help="put the value into a file that the play reads", permutes=True
)

INTERPRETERS: Mapping[str, Interpreter] = {
    **dict.fromkeys(("sh", "bash", "dash", "ash", "ksh", "zsh", "rbash", "fish"), _SHELL),
    **dict.fromkeys(("python", "python2", "python3", "pypy3"), _PYTHON),
    **dict.fromkeys(("perl", "ruby", "lua", "osascript", "Rscript"), _PERL),
    **dict.fromkeys(("node", "nodejs", "deno", "bun"), _NODE),
    "php": Interpreter(_flags("r"), stdin="always", help=_FILE_HELP),
    **dict.fromkeys(("awk", "gawk", "mawk", "nawk"), _AWK),
    **dict.fromkeys(("sed", "gsed"), _SED),
    **dict.fromkeys(("jq", "yq"), _JQ),
    "psql": _PSQL,
    **dict.fromkeys(
        ("mysql", "mariadb"),
        Interpreter(
            _flags("e execute"),
            frozenset(),
            _flags("h P u D S host port user database"),
            stdin="piped",
            help=_SQL_HELP,
            permutes=True,
        ),
    ),
    "sqlite3": Interpreter(_flags("cmd"), frozenset(range(1, 100)), stdin="piped", help=_SQL_HELP),
    **dict.fromkeys(("ansible", "ansible-playbook"), _ANSIBLE),
    "expect": Interpreter(_flags("c"), stdin="always", help=_FILE_HELP),
    "tclsh": Interpreter(stdin="always", help=_FILE_HELP),
    "gdb": Interpreter(_flags("x ex eval-command command"), frozenset(), stdin="piped", help=_FILE_HELP),
    **dict.fromkeys(("vim", "vi", "ex"), Interpreter(_flags("c cmd"), frozenset(), stdin="piped", help=_FILE_HELP)),
    **dict.fromkeys(("ed", "dc", "sftp", "ftp", "batch", "at", "crontab"), Interpreter(stdin="piped")),
}
"""Programs that run code, by name."""

AWKS = frozenset(name for name, one in INTERPRETERS.items() if one is _AWK)
SHELLS = frozenset(name for name, one in INTERPRETERS.items() if one is _SHELL)

OPEN_SHELLS = frozenset({"sudo", "doas", "chroot", "unshare", "nsenter", "runuser"})
"""Starters that start a shell when they are given no program."""

STARTERS: Mapping[str, Starter] = {
    "sudo": Starter(_flags("u g h p C r t T U D R user group host prompt chdir"), assignments=True),
    "doas": Starter(_flags("u C")),
    "env": Starter(_flags("u C unset chdir"), assignments=True, code=_flags("S split-string")),
    "exec": Starter(_flags("a")),
    "command": Starter(),
    "builtin": Starter(),
    "busybox": Starter(),
    "coproc": Starter(),
    "nohup": Starter(),
    "setsid": Starter(),
    "time": Starter(_flags("o f")),
    "nice": Starter(_flags("n adjustment")),
    "ionice": Starter(_flags("c n class classdata")),
    "stdbuf": Starter(_flags("i o e input output error")),
    "timeout": Starter(_flags("k s kill-after signal"), operands=1),
    "taskset": Starter(operands=1),
    "chrt": Starter(operands=1),
    "chroot": Starter(operands=1),
    "flock": Starter(_flags("w E timeout wait"), operands=1, code=_flags("c command")),
    "runuser": Starter(_flags("u g G user group"), code=_flags("c command")),
    "script": Starter(_flags("I O B T E m"), operands=1, code=_flags("c command")),
    "unshare": Starter(),
    "nsenter": Starter(_flags("t S G target")),
    "systemd-run": Starter(_flags("p u E t M H property unit setenv description")),
    "strace": Starter(_flags("e o p u")),
    "xargs": Starter(_flags("I n P d L s E a max-args max-procs delimiter max-lines max-chars arg-file replace")),
    "systemd-inhibit": Starter(),
    "chpst": Starter(_flags("u")),
}
"""Programs that start the program named in their arguments."""

EVALUATORS: Mapping[str, str] = {
    "eval": "write the command itself instead of `eval`",
    "source": "name the file itself",
    ".": "name the file itself",
    "trap": "put the value into a file or variable, and quote that in single quotes in the `trap`",
    "alias": "use a function",
    "bind": "leave it out",
    "complete": "leave it out",
    "compgen": "leave it out",
    "let": "use `expr`, such as `$(expr {{ inputs.count }} + 1)`",
    "unset": "name the variable itself",
    "read": "name the variable itself",
    "mapfile": "name the variable itself",
    "readarray": "name the variable itself",
    "getopts": "name the variable itself",
    "watch": "use a `verify` step",
    "parallel": "use a `for` loop",
    "su": "use `sudo -u {{ inputs.user }}` with the command itself",
    "make": "let the Makefile read a file",
    "gmake": "let the Makefile read a file",
}
"""Programs that run, or look up as a name, any of their arguments; and what to write instead."""

DECLARERS = frozenset({"export", "local", "declare", "typeset", "readonly"})

FLAGS_ONLY = _flags("cat cp ls mkdir mv rm rmdir stat touch unlink wc")
"""Programs whose short options, all but a few, take no value: what follows them is a name."""

PERMUTE: Mapping[str, frozenset[str]] = {
    "tar": _flags("f C T X K g I b F L N V"),
    "git": _flags("C c m b n o u"),
    "rsync": _flags("e f T B M"),
    "scp": _flags("c F i J l o P S"),
    "curl": _flags("o H d u X F T A b c e m w x E K r C t y Y z"),
    "wget": _flags("O P o a i U e t T Q l A R D I X w"),
    "zip": _flags("x i t b n"),
}
"""Programs with options that run code or write files, which they take after names as well: the options with a value."""

KNOW_DASHES = FLAGS_ONLY | _flags("cd chmod chown df diff du grep head ln rsync sleep sort tail tar tee")
"""Programs for which `--` ends the options."""

WITHOUT_OPTIONS = _flags(": break case continue echo exit expr false return shift true wait")
"""Commands that no value can do more with than to print or to fail."""

SSH_ARGUMENTS = frozenset("BbcDEeFIiJLlmOopQRSWw")
"""The options of `ssh` that take an argument."""
