"""What lies around a project: variables that decide what runs, modules in its folder, settings and hooks of its git."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import HIT, Ground
from tests.waiting import until

VARIABLES = (
    "PATH",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "LD_AUDIT",
    "DYLD_INSERT_LIBRARIES",
    "BASH_ENV",
    "ENV",
    "IFS",
    "PS4",
    "SHELLOPTS",
    "BASHOPTS",
    "PROMPT_COMMAND",
    "CDPATH",
    "BASH_FUNC_echo",
    "PYTHONPATH",
    "PYTHONSTARTUP",
    "PYTHONHOME",
    "PERL5OPT",
    "PERL5LIB",
    "RUBYOPT",
    "NODE_OPTIONS",
    "JAVA_TOOL_OPTIONS",
    "CLASSPATH",
    "GIT_SSH_COMMAND",
    "GIT_EXTERNAL_DIFF",
    "GIT_CONFIG_COUNT",
    "GIT_CONFIG_GLOBAL",
    "GIT_DIR",
    "GIT_PROXY_COMMAND",
    "GIT_TEMPLATE_DIR",
    "SSH_ASKPASS",
    "RSYNC_RSH",
    "TAR_OPTIONS",
    "MAKEFLAGS",
    "GCONV_PATH",
    "LESSOPEN",
    "OPENSSL_CONF",
    "LUA_INIT_5_4",
    "SSH_SK_PROVIDER",
    "BROWSER",
    "RUNBOOK_RUN",
    "RB_1",
    "a-b",
    "A B",
    "",
    "1A",
    "A=B",
    "x()",
    "BASH_FUNC_x%%",
)
"""Names that no author may set: they decide which code a program runs, belong to us, or are no names."""

COMMANDS = ("validate", "list", "show", "print", "render", "graph", "docs", "schema", "runs")
"""Commands that look, and carry nothing out."""
_HIT = f"import pathlib; pathlib.Path(__file__).with_name('{HIT}').touch()\n"
MODULES = (
    "yaml.py",
    "click.py",
    "json.py",
    "runbook.py",
    "sitecustomize.py",
    "usercustomize.py",
    "regex.py",
    "rich/__init__.py",
)


def set_(name: str) -> Attempt:
    """The check refuses the variable."""

    def work(ground: Ground) -> Outcome:
        import json

        bad = ground.root / "processes/a/bad.yaml"
        bad.parent.mkdir(parents=True, exist_ok=True)
        bad.write_text(
            "runbook: 1\ntitle: T\ninputs: {v: {type: string}}\nsteps:\n"
            f"  - {{id: a, title: A, command: {{argv: [echo], env: {{{json.dumps(name)}: '{{{{ inputs.v }}}}'}}}}}}\n"
        )
        try:
            result = ground.cli("validate", "processes/a/bad.yaml")
        finally:
            bad.unlink()
        succeeded(result.code != 1, "the check finds nothing")
        return "refused"

    return Attempt("variable of a program", name, work)


def _looks(ground: Ground, command: str) -> None:
    words: Mapping[str, tuple[str, ...]] = {
        "show": ("show", "a/p"),
        "print": ("print", "a/p"),
        "render": ("render", "a/p"),
        "graph": ("graph", "a/p"),
        "docs": ("docs", "build", "--output", str(ground.folder / "pages")),
        "schema": ("schema",),
    }
    result = ground.process(*words.get(command, (command,)))
    assert result.code == 0, result.said


def modules(command: str) -> Attempt:
    """Modules in the project's folder, called like those that the program imports, are not imported."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/p.yaml": "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, shell: 'true'}]\n"})
        ground.project(dict.fromkeys(MODULES, _HIT))
        _looks(ground, command)
        succeeded(ground.hits(), "a module of the project was imported")
        return "harmless"

    return Attempt(f"modules, {command}", "yaml.py, json.py, click.py ...", work)


def settings(command: str) -> Attempt:
    """Settings and hooks in the project's own git carry nothing out."""

    def work(ground: Ground) -> Outcome:
        ground.project({"processes/a/p.yaml": "runbook: 1\ntitle: P\nsteps: [{id: a, title: A, shell: 'true'}]\n"})
        hit = f"touch {ground.folder}/{HIT}"
        if not (ground.root / ".git").exists():
            subprocess.run(["git", "init", "-q", str(ground.root)], check=True)
            settings = f'[core]\n\tfsmonitor = "{hit}"\n\tpager = "{hit}"\n\teditor = "{hit}"\n\tsshCommand = "{hit}"\n'
            settings += f'[diff]\n\texternal = "{hit}"\n[gpg]\n\tprogram = "{hit}"\n[log]\n\tshowSignature = true\n'
            settings += f'[filter "x"]\n\tclean = "{hit}"\n\tsmudge = "{hit}"\n'
            with open(ground.root / ".git/config", "a") as config:
                config.write(settings)
            (ground.root / ".gitattributes").write_text("* filter=x\n")
        _looks(ground, command)
        succeeded(ground.hits(), "a setting was carried out")
        return "harmless"

    return Attempt(f"settings of git, {command}", "fsmonitor, pager, filters ...", work)


def detached(ground: Ground) -> Outcome:
    """A run that is left to itself imports nothing of the project's folder."""
    ground.project(
        {
            "processes/a/parent.yaml": "runbook: 1\ntitle: P\nsteps:\n"
            "  - {id: a, title: A, process: {use: a/child, detach: true}}\n",
            "processes/a/child.yaml": "runbook: 1\ntitle: C\nsteps: [{id: a, title: A, shell: 'echo done > over'}]\n",
            **dict.fromkeys(MODULES, _HIT),
        }
    )
    result = ground.process("run", "a/parent", "--yes")
    assert result.code == 0, result.said
    over = ground.root / "over"
    until(lambda: over.exists() or ground.hits())
    succeeded(ground.hits(), "a module of the project was imported")
    return "harmless"


def imported(ground: Ground) -> Outcome:
    """The control: a module is looked for in the folder where the program is called."""
    ground.project(dict.fromkeys(MODULES, _HIT))
    call = [sys.executable, "-c", "import yaml"]
    subprocess.run(call, cwd=ground.root, check=False, capture_output=True, env={**os.environ, "PYTHONSAFEPATH": ""})
    succeeded(ground.hits(), "a module of the project was imported")
    return "harmless"


def obeyed(ground: Ground) -> Outcome:
    """The control: git in such a project."""
    settings("list").work(ground)
    subprocess.run(["git", "-C", str(ground.root), "add", "-A"], check=False, capture_output=True)
    succeeded((Path(ground.folder) / HIT).exists(), "a setting was carried out")
    return "harmless"


SET = AttackSet(
    name="surroundings",
    tries="what lies around a project decides which code runs",
    answer="no such variable may be set; looking imports nothing of a project and asks no other program",
    attempts=(
        *map(set_, VARIABLES),
        *map(modules, COMMANDS),
        *map(settings, COMMANDS),
        Attempt("modules, a run left to itself", "yaml.py, json.py, click.py ...", detached),
    ),
    controls=(Attempt("imported where it is called", "yaml.py", imported), Attempt("git itself", "filters", obeyed)),
)
