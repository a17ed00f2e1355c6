"""A script or a program on another machine, and files to it and from it, by SSH.

When to use: whatever has to be done on a host that is not this one, and the same on many: each host is a step of its
own then, with its own output, attempts and checkpoint. The key of a host is always checked against the known ones.
"""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from runbook.blocks import Block, Code, Fact
from runbook.clauses import Foreach, Script, Template
from runbook.errors import ExpressionError
from runbook.kind import Reader, StepKind, Values
from runbook.kinds.shell import LONGEST_SCRIPT, is_outside, read_env
from runbook.outcome import Act, Json, Outcome
from runbook.phrases import Phrase
from runbook.remote.endpoint import Endpoint, check_port, check_user, endpoint
from runbook.remote.fields import fields
from runbook.remote.script import fed, preamble
from runbook.remote.typed import as_typed
from runbook.remote.work import work

_NAME = "host"
"""What a host is called in expressions while it is its turn."""
_CONNECT = 15.0
SCHEMA: dict[str, Json] = fields(LONGEST_SCRIPT)
_OF_MANY = ("max_parallel", "batch", "pause", "max_failures")


@dataclass(frozen=True, slots=True)
class Copy:
    """A file, and what it is called at the other side."""

    source: Template
    target: Template


@dataclass(frozen=True, slots=True)
class Spec:
    """What is done on a host, and how it is reached."""

    host: Template
    turns: Foreach | None
    script: Script | None
    argv: tuple[Template, ...]
    interpreter: str
    folder: Template | None
    env: tuple[tuple[str, Template], ...]
    stdin: Template | None
    uploads: tuple[Copy, ...]
    downloads: tuple[Copy, ...]
    login: Mapping[str, Template]
    """`user`, `port`, `identity`, as far as the step says them."""
    via: tuple[Template, ...]
    known_hosts: Template | None
    sealed: Mapping[str, Template]
    """`password` and `passphrase`."""
    connect_timeout: float


def read(value: Any, reader: Reader) -> Spec:
    _check(value, reader)
    argv = tuple(
        reader.template(_word(word), "command", number) for number, word in enumerate(value.get("command", ()))
    )
    env = read_env(value, reader)
    if not all(text.constant for text in (*argv, *(text for _, text in env))):
        from runbook.scripts import dangers_of

        for place, danger in dangers_of(argv, None, env) if argv else ():
            reader.mind(danger, "command", place)
    via = [value["via"]] if isinstance(value.get("via"), str) else value.get("via", ())
    at = ("via",) if isinstance(value.get("via"), str) else ()
    turns = _turns(value, reader)
    return Spec(
        host=reader.template("{{ host }}", "hosts") if turns else reader.template(value.get("host", ""), "host"),
        turns=turns,
        script=reader.script(value["run"], "run") if "run" in value else None,
        argv=argv,
        interpreter=value.get("interpreter", "sh"),
        folder=reader.template(value["cwd"], "cwd") if "cwd" in value else None,
        env=env,
        stdin=reader.template(value["stdin"], "stdin", sealed=True) if "stdin" in value else None,
        uploads=_copies(value, "upload", "from", turns, reader),
        downloads=_copies(value, "download", "to", turns, reader),
        login={name: reader.template(str(value[name]), name) for name in ("user", "port", "identity") if name in value},
        via=tuple(reader.template(each, *(at or ("via", number))) for number, each in enumerate(via)),
        known_hosts=_inside(reader.template(value["known_hosts"], "known_hosts"), "known_hosts", reader)
        if "known_hosts" in value
        else None,
        sealed={
            name: reader.template(value[name], name, sealed=True)
            for name in ("password", "passphrase")
            if name in value
        },
        connect_timeout=reader.duration(value["connect_timeout"], "connect_timeout")
        if "connect_timeout" in value
        else _CONNECT,
    )


def _word(word: Any) -> str:
    return str(word).lower() if isinstance(word, bool) else str(word)


def _check(value: Any, reader: Reader) -> None:
    """What a step can't say, or not together."""
    if ("host" in value) == ("hosts" in value):
        both = "`host` and `hosts` exclude each other" if "host" in value else "there is no `host`"
        at = ("hosts",) if "host" in value else ()
        reader.mind(ExpressionError(both, "write `host: NAME`, or `hosts` with a list or `{group: NAME}`"), *at)
    for place, name in _machines(value):
        try:
            endpoint(name, {})
        except ExpressionError as error:
            reader.mind(error, *place)
    hosts = value.get("hosts")
    for number, name in enumerate(hosts) if isinstance(hosts, list) else ():
        if name in hosts[:number] and "{{" not in name:
            reader.mind(ExpressionError(f"the host `{name}` is there twice", "name every host once"), "hosts", number)
    if "run" in value and "command" in value:
        reader.mind(ExpressionError("`run` and `command` exclude each other", "leave one of them out"), "command")
    if not any(word in value for word in ("run", "command", "upload", "download")):
        reader.mind(ExpressionError("nothing is done there", "write `run`, `command`, `upload` or `download`"))
    for name in ("stdin", "cwd", "interpreter") if "run" not in value and "command" not in value else ():
        if name in value:
            help = "leave it out, or write `run`"
            reader.mind(ExpressionError(f"`{name}` has no effect without a script or a program", help), name)
    for name in _OF_MANY if "hosts" not in value else ():
        if name in value:
            reader.mind(ExpressionError(f"`{name}` has no effect for one host", "leave it out, or write `hosts`"), name)
    if "pause" in value and "batch" not in value:
        reader.mind(ExpressionError("`pause` has no effect without `batch`", "add `batch`, or leave it out"), "pause")
    for name in ("password", "passphrase"):
        if name in value and "{{" not in value[name]:
            help = "name it under `secrets` of the process, and write `{{ secrets.NAME }}`"
            reader.mind(ExpressionError(f"the `{name}` stands in the file for everybody to see", help), name)


def _machines(value: Any) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """The hosts that are named without values in them, and where."""
    for field in ("host", "hosts", "via"):
        given = value.get(field, ())
        named = enumerate(given) if isinstance(given, list) else [(None, given)] if isinstance(given, str) else ()
        for number, name in named:
            if "{{" not in name and "{%" not in name:
                yield (field,) if number is None else (field, number), name


def _turns(value: Any, reader: Reader) -> Foreach | None:
    if "hosts" not in value:
        return None
    hosts = value["hosts"]
    if isinstance(hosts, dict):
        items = reader.below("hosts").values(hosts)
    else:
        items = {"hosts": reader.values(hosts, "hosts")}
    batch = value.get("batch", 0)
    return Foreach(
        items=items,
        name=_NAME,
        max_parallel=value.get("max_parallel", batch or 1),
        batch=batch,
        pause=reader.duration(value["pause"], "pause") if "pause" in value else 0.0,
        max_failures=value.get("max_failures", 0),
    )


def _copies(value: Any, field: str, local: str, turns: Foreach | None, reader: Reader) -> tuple[Copy, ...]:
    copies = []
    for number, each in enumerate(value.get(field, ())):
        below = reader.below(field, number)
        pair = {side: below.template(each[side], side) for side in ("from", "to")}
        _inside(pair[local], local, below)
        if turns and field == "download" and pair["to"].constant:
            help = "let its name tell them apart: `logs/{{ host }}.log`"
            below.mind(ExpressionError("every host would write the same file", help), "to")
        copies.append(Copy(pair["from"], pair["to"]))
    return tuple(copies)


def _inside(path: Template, at: str, reader: Reader) -> Template:
    if path.constant and is_outside(path.source):
        reader.mind(ExpressionError(f"`{path.source}` is outside the project", "name a file inside it"), at)
    return path


def perform(spec: Spec, values: Values) -> Outcome:
    way = _way(spec, values)
    env = {name: values.text(text) for name, text in spec.env}
    bound = (
        {name: values.text(Template(each.source, (each,))) for name, each in spec.script.bindings}
        if spec.script
        else {}
    )
    argv = [values.text(word) for word in spec.argv]
    folder = values.text(spec.folder) if spec.folder else ""
    request: dict[str, Json] = {
        "host": way[-1].data,
        "via": [each.data for each in way[:-1]],
        "connect_timeout": spec.connect_timeout,
        **{name: values.text(text) for name, text in spec.sealed.items()},
    }
    if spec.known_hosts or values.inventory.known_hosts:
        usual = Template(values.inventory.known_hosts, (values.inventory.known_hosts,))
        request["known_hosts"] = _local(spec.known_hosts or usual, values)
    if spec.turns:
        request["of_many"] = True
    if spec.script or argv:
        request.update(interpreter=spec.interpreter, script=spec.script.text if spec.script else "")
        request.update(argv=argv, env=env | bound, cwd=folder)
        if spec.stdin:
            request["stdin"] = values.text(spec.stdin)
    uploads = [{"from": _local(each.source, values), "to": values.text(each.target)} for each in spec.uploads]
    downloads = [{"from": values.text(each.source), "to": _local(each.target, values)} for each in spec.downloads]
    request.update({name: files for name, files in (("upload", uploads), ("download", downloads)) if files})
    return Act(work="ssh", request=request, shown=as_typed(way, request, _script_shown(spec, request, bound, env)))


def _local(path: Template, values: Values) -> str:
    found = values.text(path)
    if is_outside(found) or "\0" in found:
        raise ExpressionError(f"`{found}` is outside the project", "name a file inside it")
    return found


def _way(spec: Spec, values: Values) -> tuple[Endpoint, ...]:
    """All machines on the way, the one that is meant last."""
    name = values.text(spec.host)
    known = values.inventory
    known.check(name)
    own = {field: values.text(text) for field, text in spec.login.items()}
    meant = endpoint(name, known.host(name))
    host = Endpoint(
        name=meant.name,
        address=meant.address,
        user=check_user(own["user"]) if "user" in own else meant.user,
        port=check_port(own["port"]) if "port" in own else meant.port,
        identity=own.get("identity", meant.identity),
    )
    through = [values.text(each) for each in spec.via] if spec.via else list(known.way(name))
    for first in through[:1] if spec.via else ():  # whoever is named may be reached through others itself
        through = [*known.way(first), *through]
    for each in through:
        known.check(each)
    hops = [endpoint(each, known.host(each)) for each in through]
    hops = [
        Endpoint(hop.name, hop.address, hop.user or host.user, hop.port, hop.identity or own.get("identity", ""))
        for hop in hops
    ]
    return (*hops, host)


def _script_shown(spec: Spec, request: Mapping[str, Json], bound: Mapping[str, str], env: Mapping[str, str]) -> str:
    """What a shell there is told, with the values of now in their places."""
    text = shlex.join(request.get("argv", ()))
    if spec.script:
        from runbook.scripts import shown

        text = shown(spec.script, bound)
    start = preamble((), env, request.get("cwd", ""))
    return start + (f"{fed(request['stdin'])} (\n{text.rstrip()}\n)" if "stdin" in request else text)


def describe(spec: Spec) -> Iterator[Block]:
    yield Fact(Phrase("On"), spec.host.source)
    if spec.via:
        yield Fact(Phrase("Through"), ", ".join(each.source for each in spec.via))
    if "user" in spec.login:
        yield Fact(Phrase("As"), spec.login["user"].source)
    for each in spec.uploads:
        yield Fact(Phrase("Copies there"), f"{each.source.source} → {each.target.source}")
    if spec.script:
        yield Code(spec.script.source, "bash" if spec.interpreter == "bash" else "sh")
    elif spec.argv:
        yield Code(
            " ".join(shlex.quote(word.source) if word.constant else f'"{word.source}"' for word in spec.argv), "sh"
        )
    if spec.folder:
        yield Fact(Phrase("In folder"), spec.folder.source)
    for name, text in spec.env:
        yield Fact(Phrase("With {name}", name=name), text.source)
    for each in spec.downloads:
        yield Fact(Phrase("Copies from there"), f"{each.source.source} → {each.target.source}")


KIND = StepKind(
    key="ssh",
    summary="runs a script on other hosts",
    schema=SCHEMA,
    read=read,
    perform=perform,
    describe=describe,
    acts=True,
    work=work,
    turns=lambda spec: spec.turns,
    example="""\
id: patch
title: Install the updates
ssh:
  hosts: {group: web}
  user: deploy
  run: sudo -n apt-get -y upgrade
  max_parallel: 20
  max_failures: 3
timeout: 10m
""",
)
