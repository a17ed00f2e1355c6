"""Runs a playbook, for `ansible` steps; it needs the extra `ansible`.

Rule 1: a value is never a template: `{{ ... }}` in it is text to Ansible too.
Rule 2: a secret stands in no argument and in no file; Ansible looks it up in its environment.
Rule 3: nothing stays behind: the folder that the library needs is removed, that of one who was killed by the next.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import shutil
import sys
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runbook.kind import WorkFailed
from runbook.work.files import inside

_FOLDER = "runbook-ansible-"
_LOCAL = 'localhost ansible_connection=local ansible_python_interpreter="{{ ansible_playbook_python }}"'
"""The inventory of a step that names none."""
_ENVIRONMENT = {"ANSIBLE_NOCOLOR": "1", "ANSIBLE_FORCE_COLOR": "0", "ANSIBLE_HOST_KEY_CHECKING": "True"}
"""What is said to Ansible when the step does not; the library would let it talk to any host that says it is the one."""
_COUNTS = {"ok": "ok", "changed": "changed", "failures": "failed", "dark": "unreachable", "skipped": "skipped"}


def options(request: Mapping[str, Any]) -> list[str]:
    """The options of the program; each value after a `=`, so that none is taken for an option."""
    words = ["--check"] if request["check"] else []
    given = (("inventory", request["inventory"]), ("limit", request["limit"]), ("tags", ",".join(request["tags"])))
    return words + [f"--{name}={value}" for name, value in given if value]


def play(request: Mapping[str, Any]) -> None:
    """Run the playbook; what it says goes to standard error, how it went for each host is printed as JSON."""
    try:
        from ansible_runner import run  # type: ignore[import-untyped]  # an extra, and it has no stubs
    except ImportError:
        what = "`ansible` steps need the packages ansible-runner and ansible-core"
        raise WorkFailed(what, "pip install 'runbook-toolkit[ansible]'") from None

    playbook, inventory = _file(request["playbook"], "playbook"), request["inventory"]
    if "@" in request["limit"]:
        raise WorkFailed("`limit` names a file", "name hosts and groups")
    for name, value in _ENVIRONMENT.items():
        os.environ.setdefault(name, value)
    os.environ["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
    _sweep()
    told = _Told()
    with tempfile.TemporaryDirectory(prefix=f"{_FOLDER}{os.getpid()}-", ignore_cleanup_errors=True) as folder:
        words = options({**request, "inventory": ""})
        if request["vars"]:
            file = Path(folder, "vars.yaml")
            file.touch(0o600)
            file.write_text(as_yaml(request["vars"], request["secrets"]), "utf-8")
            words.append(f"--extra-vars=@{file}")
        ended = run(
            private_data_dir=folder,
            project_dir=os.getcwd(),
            playbook=playbook,
            inventory=_file(inventory, "inventory") if inventory else _LOCAL,
            cmdline=shlex.join(words) or None,
            suppress_env_files=True,
            suppress_output_file=True,
            omit_event_data=False,
            event_handler=told.event,
            status_handler=_forget_environment,
            quiet=True,
        )
    print(json.dumps({"status": ended.status, "hosts": told.hosts}, ensure_ascii=False), flush=True)
    if ended.rc or ended.status != "successful":
        raise WorkFailed(told.why(ended.status), exit_code=ended.rc or 1)
    if not told.hosts:
        raise WorkFailed("the playbook was carried out on no host", "see its `hosts`, and the inventory")


def _file(name: str, what: str) -> str:
    path = inside(name)
    if not os.path.exists(path):
        raise WorkFailed(f"there is no {what} `{name}` in the project", f"see `{what}` of the step")
    return path


def as_yaml(values: Mapping[str, Any], secrets: Iterable[Mapping[str, Any]]) -> str:
    """The variables as a file for Ansible: texts that are no templates, and secrets by the variable they stand in."""
    import yaml

    class Dumper(yaml.SafeDumper):
        """Knows the texts that are marked."""

        def ignore_aliases(self, data: Any) -> bool:
            return True

    Dumper.add_representer(_Text, lambda dumper, text: dumper.represent_scalar("!unsafe", str(text), style='"'))
    marked = _marked(values)
    for each in secrets:
        *way, last = each["at"]
        inner = marked
        for step in way:
            inner = inner[step]
        inner[last] = f"{{{{ lookup('ansible.builtin.env', '{each['env']}') }}}}"
    return yaml.dump(marked, Dumper=Dumper, width=sys.maxsize)


class _Text(str):
    """A text that is no template."""

    __slots__ = ()


def _marked(value: Any) -> Any:
    match value:
        case str():
            return _Text(value)
        case Mapping():
            return {str(name): _marked(each) for name, each in value.items()}
        case list() | tuple():
            return [_marked(each) for each in value]
    return value


def _forget_environment(status: Mapping[str, Any], runner_config: Any) -> None:
    """The library notes the environment, in which secrets stand, in a file of its folder before it starts."""
    if status["status"] == "running":
        Path(runner_config.artifact_dir, "command").unlink(missing_ok=True)


def _sweep() -> None:
    """Remove the folders of those who were killed."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_FOLDER}*"):
        found = re.match(rf"{_FOLDER}(\d+)-", folder.name)
        try:
            if found and folder.lstat().st_uid == os.geteuid() and not Path("/proc", found[1]).exists():
                shutil.rmtree(folder, ignore_errors=True)
        except OSError:
            continue


@dataclass(slots=True)
class _Told:
    """What Ansible tells while it works."""

    hosts: dict[str, dict[str, int]] = field(default_factory=dict)
    failures: list[str] = field(default_factory=list)

    def event(self, event: Mapping[str, Any]) -> bool:
        """Takes one event; False, so that it is kept in no file."""
        if text := str(event.get("stdout") or "").strip("\r\n"):
            print(text, file=sys.stderr, flush=True)
        data = event.get("event_data") or {}
        match event.get("event"):
            case "playbook_on_stats":
                names = sorted({host for name in _COUNTS for host in data.get(name) or {}})
                self.hosts = {host: {as_: int((data.get(name) or {}).get(host, 0)) for name, as_ in _COUNTS.items()}
                              for host in names}  # fmt: skip
            case "runner_on_failed" if not data.get("ignore_errors"):
                self._failed(data, f"`{data.get('task')}`: ")
            case "runner_on_unreachable":
                self._failed(data, "")
        return False

    def _failed(self, data: Mapping[str, Any], task: str) -> None:
        result = data.get("res")
        said = result.get("msg", "it failed") if isinstance(result, Mapping) else "it failed"
        self.failures.append(f"{data.get('host')}: {task}{' '.join(str(said).split())[:200]}")

    def why(self, status: str) -> str:
        """Why the playbook did not come to a good end, in a line."""
        named = "; ".join(self.failures[:3])
        more = f"; and {len(self.failures) - 3} more" if len(self.failures) > 3 else ""
        return f"{named}{more}" if named else f"the playbook did not come to its end: {status}"
