"""Words that other programs would take for options or code: git, ssh-keygen, and the programs of a process."""

from __future__ import annotations

import json
import subprocess

from runbook.engine.identity import system_user
from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

TAGS = (
    "--exec=touch hit",
    "-d",
    "--delete",
    "-f",
    "--force",
    "-u touch",
    "--upload-pack=touch hit",
    "--output=hit",
    "-F/etc/passwd",
    "..",
    "a..b",
    "a\nb",
    "a b",
    "HEAD@{1}",
    "refs/../../hit",
    "$(touch hit)",
    "a.lock",
    "--",
    "x~1",
    "x^{/y}",
    "x:y",
    "x\\y",
)
"""Names of tags that git, or a shell, would take for something else."""
KEYS = (
    "-D./evil.so",
    "-oProxyCommand=touch hit",
    "--help",
    "-Y find-principals",
    "|touch hit",
    "$(touch hit)",
    "key;touch hit",
    "/etc/passwd",
    "../../../../etc/shadow",
    "/dev/stdin",
    "",
    "key\n-D./evil.so",
)
"""Names of keys that `ssh-keygen` would take for something else."""
OPTIONS: tuple[tuple[str, str], ...] = (
    ("tar", "command: [tar, -cf, /dev/null, '{{ inputs.v }}']"),
    ("ssh", "command: [ssh, '{{ inputs.v }}', uptime]"),
    ("tar, after a flag", "command: [tar, -x, '{{ inputs.v }}']"),
    ("rsync, after names", "command: [rsync, -a, '{{ inputs.v }}', /srv]"),
    ("scp, after names", "shell: scp a {{ inputs.v }} host:"),
    ("wget", "shell: wget -q {{ inputs.v }}"),
    ("zip", "shell: zip x.zip {{ inputs.v }}"),
    ("rsync", "command: [rsync, '{{ inputs.v }}', /tmp/x]"),
    ("find", "command: [find, '{{ inputs.v }}']"),
    ("git", "command: [git, clone, '{{ inputs.v }}']"),
    ("curl", "command: [curl, '{{ inputs.v }}']"),
    ("program", "command: ['{{ inputs.v }}', x]"),
    ("shell", "command: [sh, -c, 'echo {{ inputs.v }}']"),
    ("python", "command: [python3, -c, 'print({{ inputs.v }})']"),
    ("awk", "command: [awk, '{{ inputs.v }}', /dev/null]"),
    ("env", "command: [env, '{{ inputs.v }}', true]"),
    ("sudo", "command: [sudo, '{{ inputs.v }}']"),
    ("xargs", "command: [xargs, '{{ inputs.v }}']"),
)
"""Commands in which a value would become an option or code: found when the process is checked."""


def repository(ground: Ground) -> str:
    """A project in git with a run; its id."""
    if "run" not in ground.kept:
        ground.project(
            {
                "processes/a/p.yaml": "runbook: 1\ntitle: P\nsteps:\n  - {id: a, title: A, manual: A, signed: true}\n",
                "operations/allowed_signers": f"{system_user().name} ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIexample\n",
            }
        )
        call = ["git", "-C", str(ground.root), "-c", "user.name=x", "-c", "user.email=x@x"]
        for words in (["init", "-q"], ["add", "-A"], ["commit", "-qm", "x"], ["config", "user.name", "x"],
                      ["config", "user.email", "x@x"]):  # fmt: skip
            subprocess.run([*call, *words], check=True)
        ground.kept["run"] = json.loads(ground.begun("a/p").out.strip().splitlines()[-1])["run"]
    return str(ground.kept["run"])


def tags(ground: Ground) -> str:
    """The tags there are."""
    return subprocess.run(["git", "-C", str(ground.root), "tag"], capture_output=True, text=True, check=True).stdout


def tagged(tag: str) -> Attempt:
    """A name that is none makes no tag and nothing else."""

    def work(ground: Ground) -> Outcome:
        run = repository(ground)
        before = tags(ground)
        result = ground.cli("anchor", run, f"--git-tag={tag}")
        succeeded(result.code == 0, "it was taken")
        succeeded(tags(ground) != before, "the tags are others")
        return "refused"

    return Attempt("anchor --git-tag", tag, work)


def compared(tag: str) -> Attempt:
    """A name that is none is compared with nothing."""

    def work(ground: Ground) -> Outcome:
        result = ground.cli("verify", repository(ground), f"--git-tag={tag}")
        succeeded(result.code == 0, "it was taken")
        succeeded("root:" in result.said, "a file was read")
        return "refused"

    return Attempt("verify --git-tag", tag, work)


def signed(key: str) -> Attempt:
    """A name that is no key signs nothing."""

    def work(ground: Ground) -> Outcome:
        run = repository(ground)
        result = ground.cli("answer", run, "a", "done", f"--key={key}")
        succeeded(result.code == 0, "it was taken")
        succeeded("root:" in result.said, "a file was read")
        return "refused"

    return Attempt("answer --key", key, work)


def checked(program: str, step: str) -> Attempt:
    """The check names the value that would be an option or code."""

    def work(ground: Ground) -> Outcome:
        text = f"runbook: 1\ntitle: T\ninputs: {{v: {{type: string}}}}\nsteps:\n  - id: a\n    title: A\n    {step}\n"
        bad = ground.root / "processes/a/bad.yaml"
        bad.parent.mkdir(parents=True, exist_ok=True)
        bad.write_text(text)
        try:
            result = ground.cli("validate", "processes/a/bad.yaml")
        finally:
            bad.unlink()
        succeeded("RB" not in result.said, "the check finds nothing")
        return "refused"

    return Attempt("argument of a command", program, work)


def handed_over(ground: Ground) -> Outcome:
    """The control: git with a name as it is."""
    repository(ground)
    call = ["git", "-C", str(ground.root), "tag", "--list", "--format=%(if)x%(then)taken%(end)", "--points-at=HEAD"]
    subprocess.run(["git", "-C", str(ground.root), "tag", "x"], check=True)
    told = subprocess.run(call, capture_output=True, text=True, check=False).stdout
    succeeded("taken" in told, "it was an option")
    return "harmless"


SET = AttackSet(
    name="arguments",
    tries="a word becomes an option of git, of ssh-keygen or of a program, or code for it",
    answer="names are checked before another program sees them; where a value may be an option, the check says so",
    attempts=(
        *map(tagged, TAGS),
        *map(compared, TAGS),
        *map(signed, KEYS),
        *(checked(program, step) for program, step in OPTIONS),
    ),
    controls=(Attempt("git with a name as it is", "--format", handed_over),),
)
