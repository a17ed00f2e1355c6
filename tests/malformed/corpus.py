"""Malformed files, by name: each is refused with a place, none may crash, hang or fill the machine."""

from __future__ import annotations

HEAD = "runbook: 1\ntitle: T\nowner: team\n"
STEP = "steps:\n  - {id: a, shell: 'true'}\n"
GOOD = HEAD + STEP


def corpus() -> dict[str, bytes]:
    """All cases, by name."""
    groups = (
        _encodings(),
        _characters(),
        _syntax(),
        _structure(),
        _numbers(),
        _bombs(),
        _top(),
        _process_fields(),
        _step_fields(),
        _kinds(),
    )
    cases: dict[str, bytes] = {}
    for group in groups:
        for name, content in group.items():
            assert name not in cases, f"two cases are called {name}"
            cases[name] = content if isinstance(content, bytes) else content.encode("utf-8")
    return cases


def _encodings() -> dict[str, bytes]:
    broken = (b"\xff", b"\xc0\x80", b"\xed\xa0\x80", b"\xf4\x90\x80\x80", b"\x80", b"\xe2\x82", b"\xfe", b"\xc3")
    return {
        "encoding: latin-1": HEAD.encode() + "summary: Café\n".encode("latin-1") + STEP.encode(),
        "encoding: windows-1252": HEAD.encode() + b"summary: \x93quoted\x94\n" + STEP.encode(),
        "encoding: utf-16 little endian": GOOD.encode("utf-16"),
        "encoding: utf-16 big endian": b"\xfe\xff" + GOOD.encode("utf-16-be"),
        "encoding: utf-16 without mark": GOOD.encode("utf-16-le"),
        "encoding: utf-32": GOOD.encode("utf-32"),
        "encoding: cut inside of a character": GOOD.encode() + "summary: é".encode()[:-1],
        "binary: elf": b"\x7fELF\x02\x01\x01" + bytes(64),
        "binary: gzip": b"\x1f\x8b\x08\x00" + bytes(range(256)),
        "binary: png": b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4,
        "binary: every byte": bytes(range(256)),
        "binary: zeros": bytes(4096),
        "binary: ones": b"\xff" * 4096,
        **{f"encoding: bytes {each.hex()}": b"title: " + each + b"\n" for each in broken},
    }


def _characters() -> dict[str, str]:
    control = "\x00\x01\x07\x08\x0b\x0c\x1b\x1f\x7f\x80\x85\x9b\u2028\u2029\ufffe\uffff"
    hidden = "\u00ad\u061c\u180e\u200b\u200e\u200f\u202a\u202d\u202e\u2060\u2066\u2069\u3164\ufeff\U000e0041"
    cases = {f"control: U+{ord(each):04X}": f"{HEAD}summary: a{each}b\n{STEP}" for each in control}
    cases |= {f"invisible: U+{ord(each):04X}": f"{HEAD}summary: a{each}b\n{STEP}" for each in hidden}
    return cases | {
        "control: lone carriage returns": GOOD.replace("\n", "\r"),
        "control: in a comment": f"{HEAD}# \x1b[2J\n{STEP}",
        "control: in a script": f"{HEAD}steps:\n  - id: a\n    shell: |\n      echo a\n      \x1b[2J\n",
        "invisible: joiner in a word": f"{HEAD}summary: a\u200db\n{STEP}",
        "invisible: override in a script": f"{HEAD}steps:\n  - id: a\n    shell: rm -rf \u202ebuild\n",
        "escape: NUL in a value": f'{HEAD}summary: "a\\0b"\n{STEP}',
        "escape: NUL in a key": f'{HEAD}"a\\0b": 1\n{STEP}',
        "escape: half a character": f'{HEAD}summary: "\\ud800"\n{STEP}',
    }


def _syntax() -> dict[str, str]:
    lines = {
        "tab indent": "steps:\n\t- id: a\n",
        "tab after spaces": "steps:\n  \t- id: a\n",
        "tab in a block text": "summary: |\n\ttext\n",
        "open single quote": "summary: 'open\n",
        "open double quote": 'summary: "open\n',
        "quote over a document mark": 'summary: "open\n---\n"\n',
        "two colons": "summary: a: b: c\n",
        "colon in a list item": "tags: [a: b: c]\n",
        "key below text": "summary: text\n  more: text\n",
        "text after a quote": "summary: 'a' b\n",
        "text after a bracket": "tags: [a] b\n",
        "open list": "tags: [a, b\n",
        "open mapping": "review: {every: 1d\n",
        "closed twice": "review: {every: 1d}}\n",
        "only a closing bracket": "tags: ]\n",
        "mismatched brackets": "tags: [a}\n",
        "two commas": "tags: [a,,b]\n",
        "leading comma": "tags: [, a]\n",
        "at sign": "summary: @team\n",
        "backquote": "summary: `date`\n",
        "percent": "summary: %d\n",
        "star without name": "summary: *\n",
        "ampersand without name": "summary: &\n",
        "unquoted expression": "summary: {{ inputs.a }}\n",
        "unquoted expression and text": "summary: {{ inputs.a }} is it\n",
        "unquoted expression in a list": "tags: [{{ a }}, b]\n",
        "unknown escape": 'summary: "\\d+"\n',
        "short hexadecimal escape": 'summary: "\\x4"\n',
        "escape past unicode": 'summary: "\\Uffffffff"\n',
        "list in the line of its key": "tags: - a\n",
        "key after list": "- a\nsummary: b\n",
        "list after keys": "summary: a\n- b\n",
        "less indented item": "tags:\n    - a\n  - b\n",
        "more indented key": "summary: 'a'\n  title: b\n",
        "less indented key": "review:\n    every: 1d\n  last: x\n",
        "text beside a block mark": "summary: | text\n  more\n",
        "block mark with a zero": "summary: |0\n  text\n",
        "word without colon": "summary\ntitle: b\n",
        "dashes as text": "title: b\n---- x\n",
        "tag": "summary: !mine a\n",
        "tag of a type": "summary: !!int 12\n",
        "tag that runs code": "summary: !!python/object/apply:os.system ['true']\n",
        "tag for binary": "summary: !!binary aGk=\n",
        "tag for a set": "tags: !!set {a, b}\n",
        "tag not closed": "summary: !<tag\n",
        "tag with unknown handle": "summary: !a!b c\n",
        "tag on a key": "!!str summary: a\n",
        "directive of a version": "%YAML 1.1\n---\na: 1\n",
        "directive of the same version": "%YAML 1.2\n---\na: 1\n",
        "directive of a future version": "%YAML 9.9\n---\na: 1\n",
        "directive of a tag": "%TAG ! tag:example.org,2026:\n---\na: 1\n",
        "directive unknown": "%FOO bar\n---\na: 1\n",
        "directive in the middle": "a: 1\n...\n%YAML 1.2\n---\nb: 2\n",
        "only an opening brace": "{",
        "only an opening bracket": "[",
        "only a quote": "'",
        "only a colon": ":",
        "only a dash and a bracket": "- [",
        "only an exclamation mark": "!",
        "only a question mark": "?",
        "only a pipe": "|",
        "markdown": "# Title\n\nSome *text* here: with `code`\n\n- a\n- b\n",
        "shell script": "#!/bin/sh\nset -eu\nif true; then echo 'a: b'; fi\n",
        "html": "<!DOCTYPE html>\n<html><body>a: b</body></html>\n",
        "merge conflict": "<<<<<<< HEAD\ntitle: a\n=======\ntitle: b\n>>>>>>> other\n",
        "jinja loop": "{% for a in b %}\n- {{ a }}\n{% endfor %}\n",
    }
    return {f"syntax: {name}": text for name, text in lines.items()}


def _structure() -> dict[str, str]:
    cases = {
        "empty file": "",
        "spaces": "  \n \n",
        "comments": "# a\n# b\n",
        "null": "null\n",
        "tilde": "~\n",
        "document mark": "---\n",
        "document end": "...\n",
        "two documents": GOOD + "---\n" + GOOD,
        "two empty documents": "---\n---\n",
        "duplicate key": GOOD + "title: Again\n",
        "duplicate key, quoted": GOOD + '"title": Again\n',
        "duplicate key in a step": f"{HEAD}steps:\n  - id: a\n    shell: x\n    shell: y\n",
        "duplicate key in brackets": f"{HEAD}review: {{every: 1d, every: 2d}}\n{STEP}",
        "number as key": f"{HEAD}1: a\n{STEP}",
        "true as key": f"{HEAD}true: a\n{STEP}",
        "null as key": f"{HEAD}null: a\n{STEP}",
        "nothing as key": f"{HEAD}? \n: a\n{STEP}",
        "list as key": f"{HEAD}[a, b]: c\n{STEP}",
        "mapping as key": f"{HEAD}? {{a: b}}\n: c\n{STEP}",
        "alias as key": f"{HEAD}summary: &a text\n*a : b\n{STEP}",
        "merge key": f"{HEAD}review: {{<<: {{every: 1d}}, last: 2026-01-01}}\n{STEP}",
        "merge key with alias": f"x: &x {{a: 1}}\ny:\n  <<: *x\n{GOOD}",
        "unknown alias": f"{HEAD}summary: *nothing\n{STEP}",
        "alias before its anchor": f"{HEAD}summary: *a\ndescription: &a text\n{STEP}",
        "alias to itself": "a: &a [*a]\n",
        "alias to what is around it": f"{HEAD}steps: &s\n  - {{id: a, section: {{steps: *s}}}}\n",
        "alias to the document": "&d\na: *d\n",
    }
    return {f"structure: {name}": text for name, text in cases.items()}


def _numbers() -> dict[str, str]:
    words = ("0755", "-007", "+01", "01.5", "00", "1_000", "1_0.5", "0b11", "0o17", "0b1_1", "0x_1F", "-0x1F")
    words += (".inf", "-.inf", "+.INF", ".nan", ".NaN", "12e45678", "-1e999", "1e-999", "9223372036854775808")
    words += ("-9223372036854775809", "9" * 390, "0x" + "f" * 40, "1" * 5000, "0" * 5000, "1." + "0" * 400 + "e999")
    return {f"number: {word[:24]} {len(word)}": f"{HEAD}summary: {word}\n{STEP}" for word in words}


def _bombs() -> dict[str, str | bytes]:
    laughs = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
        f"{new}: &{new} [{', '.join([f'*{old}'] * 9)}]\n" for old, new in zip("abcdefgh", "bcdefghi", strict=True)
    )
    long = "x" * 200_000
    return {
        "bomb: brackets": "[" * 100_000,
        "bomb: braces": "{" * 100_000,
        "bomb: braces with keys": "{a: " * 50_000,
        "bomb: dashes": "- " * 100_000,
        "bomb: question marks": "? " * 100_000,
        "bomb: nested mappings": "".join(f"{' ' * depth}a:\n" for depth in range(300)),
        "bomb: nested lists in brackets": "a: " + "[" * 33 + "]" * 33,
        "bomb: nine levels of aliases": laughs,
        "bomb: depth by aliases": "a: &a "
        + "[" * 20
        + "]" * 20
        + "\nb: &b "
        + "[" * 11
        + "*a"
        + "]" * 11
        + "\nc: [*b]\n",
        "bomb: many aliases": "a: &a x\nb: [" + "*a, " * 501 + "]\n",
        "bomb: many anchors": "".join(f"- &a{number} x\n" for number in range(100_000)),
        "bomb: text repeated by aliases": f"a: &a {long}\nb: &b [{'*a, ' * 100}]\nc: [{'*b, ' * 50}]\n",
        "bomb: many values": "[" + "1," * 60_000 + "]",
        "bomb: many keys": "".join(f"k{number}: 1\n" for number in range(60_000)),
        "bomb: many unknown fields": GOOD + "".join(f"titel{number}: 1\n" for number in range(20_000)),
        "bomb: many duplicate keys": "".join("a: 1\n" for _ in range(40_000)),
        "bomb: many wrong steps": HEAD + "steps:\n" + "  - 1\n" * 40_000,
        "bomb: wrong steps by aliases": f"{HEAD}x: &x [{'1, ' * 400}]\nsteps: [{'*x, ' * 190}]\n",
        "bomb: many control characters": "title: " + "\x01" * 500_000,
        "bomb: many ambiguous numbers": "tags: [" + "01, " * 40_000 + "]\n",
        "bomb: large file": GOOD + "# " + "x" * 2_000_000,
        "bomb: large text": f"{GOOD}description: {'x' * 300_000}\n",
        "bomb: large quoted text": f'{GOOD}description: "{"x" * 300_000}"\n',
        "bomb: large key": f"{GOOD}? {'x' * 300_000}\n: 1\n",
        "bomb: one long line": GOOD + "x" * 900_000 + ": 1\n",
        "bomb: long id": f"{HEAD}steps: [{{id: {'a' * 200_000}, shell: x}}]\n",
        "bomb: long wrong duration": f"{HEAD}steps: [{{id: a, shell: x, timeout: {'1' * 4000}x}}]\n",
        "bomb: open quote over a megabyte": "a: '" + "b: c\n" * 200_000,
        "bomb: empty lines": "\n" * 1_000_000,
        "bomb: colons": ":" * 500_000,
        "bomb: exclamation marks": "!" * 500_000,
        "bomb: quotes": "'" * 499_999,
        "bomb: comments": "# x\n" * 250_000,
    }


def _top() -> dict[str, str]:
    documents = ("[]", "[1, 2]", "text", "12", "1.5", "true", "'quoted'", "- a\n- b", "{}", "''")
    cases = {f"top: {each!r}": each + "\n" for each in documents}
    lines = GOOD.splitlines(keepends=True)
    cases |= {
        f"top: without {name}": "".join(line for line in lines if not line.startswith(name))
        for name in ("runbook", "title")
    }
    return cases | {
        "top: the end of steps that are not there": HEAD + "finally:\n  - {id: a, title: A, manual: A.}\n",
        "top: wrong version": GOOD.replace("runbook: 1", "runbook: 2"),
        "top: version as text": GOOD.replace("runbook: 1", 'runbook: "1"'),
        "top: version as truth": GOOD.replace("runbook: 1", "runbook: true"),
        "top: misspelt title": GOOD.replace("title", "titel"),
        "top: capital title": GOOD.replace("title", "Title"),
    }


def _process_fields() -> dict[str, str]:
    lines = (
        "unknown: 1",
        "summary: 1.10",
        "summary: true",
        "summary: ''",
        "summary:",
        "summary: [a]",
        "owner: {team: a}",
        "description: 2026",
        "tags: linux",
        "tags: [1]",
        "tags: {a: b}",
        "tags: [[a]]",
        "practice: Change Enablement",
        "change: minor",
        "change: [normal]",
        "review: 180d",
        "review: {every: 180}d",
        "review: {every: half a year}",
        "review: {last: yesterday}",
        "review: {last: 2026-1-1}",
        "review: {next: 1d}",
        "use_when: when it burns",
        "use_when: [{a: b}]",
        "prerequisites: 1",
        "hazards: fire",
        "hazards: [{step: a}]",
        "hazards: [{text: a, stop: b}]",
        "references: [a]",
        "references: [{url: https://example.org}]",
        "references: [{title: a, href: b}]",
        "roles: [operator]",
        "roles: {Operator: {}}",
        "roles: {operator: admin}",
        "roles: {operator: {people: maria}}",
        "roles: {operator: {not: [1]}}",
        "roles: {operator: {summary: Watches, decides}}",
        "inputs: [host]",
        "inputs: {Host: {type: string}}",
        "inputs: {host-name: {type: string}}",
        "inputs: {host: string}",
        "inputs: {host: {type: text}}",
        "inputs: {host: {type: [string, 'null']}}",
        "inputs: {host: {enum: a}}",
        "inputs: {host: {enum: []}}",
        "inputs: {host: {minLength: -1}}",
        "inputs: {host: {minLength: a}}",
        "inputs: {host: {minimum: '1'}}",
        "inputs: {host: {format: email}}",
        "inputs: {host: {$ref: 'https://example.org/schema.json'}}",
        "inputs: {host: {$ref: 'file:///etc/passwd'}}",
        "inputs: {host: {items: [{type: string}]}}",
        "inputs: {host: {items: {items: {kind: a}}}}",
        "outputs: [a]",
        "outputs: {Free Space: 1}",
        "checks: {}",
        "checks: []",
        "finally: cleanup",
        "finally: [1]",
    )
    return {f"process: {line}": f"{HEAD}{line}\n{STEP}" for line in lines}


def _step_fields() -> dict[str, str]:
    fields = (
        "id: A",
        "id: 1",
        "id:",
        "id: ''",
        "id: a/b",
        "id: ../a",
        "id: -a",
        "id: a b",
        'id: "a\\n"',
        f"id: {'a' * 64}",
        "title: 5",
        "needs: b",
        "needs: [B C]",
        "needs: {a: b}",
        "join: some",
        "join: 0",
        "join: 1.5",
        "when: 5",
        "when: []",
        "role: Operator Two",
        "why: [a]",
        "warning: {text: a}",
        "timeout: 10 minutes",
        "timeout: -1",
        "timeout: 10M",
        "timeout: '10'",
        "timeout: [10m]",
        "timeout: true",
        "retry: 3",
        "retry: {attempts: 0}",
        "retry: {attempts: many}",
        "retry: {attempts: 1.5}",
        "retry: {delay: soon}",
        "retry: {backoff: 0.5}",
        "retry: {jitter: yes}",
        "retry: {on_exit: 255}",
        "retry: {on_exit: [300]}",
        "retry: {times: 3}",
        "expect: 0",
        "expect: {exit_code: ok}",
        "expect: {exit_code: [0, ok]}",
        "expect: {exit_code: 256}",
        "expect: {contains: 5}",
        "expect: {contains: [a, 5]}",
        "expect: {json: [a]}",
        "expect: {limits: {load: 5}}",
        "expect: {limits: {load: {most: 5}}}",
        "expect: {that: 5}",
        "outputs: [a]",
        "outputs: {a: standard}",
        "outputs: {a: {from: stdin}}",
        "outputs: {a: {typ: text}}",
        "outputs: {a: 5}",
        "outputs: {A: stdout}",
        "on_failure: ignore",
        "on_failure: {goto: a}",
        "critical: yes",
        "critical: 0",
        "idempotent: maybe",
        "read_only: 'true'",
        "forall: [a]",
    )
    cases = {}
    for field in fields:
        given = field if field.startswith("id") else f"id: a\n    {field}"
        name = field if len(field) < 60 else field[:20]
        cases[f"step: {name}"] = f"{HEAD}steps:\n  - {given}\n    shell: x\n"
    return cases


def _kinds() -> dict[str, str]:
    steps = (
        "{id: a}",
        "{id: a, title: b}",
        "{id: a, shel: x}",
        "{id: a, Shell: x}",
        "{id: a, shell: x, command: [x]}",
        "{id: a, shell: x, wait: 1s, ask: b}",
        "{id: a, shell: x, manual: {text: y}}",
        "{id: a, ask: x, manual: y}",
        "{id: a, manual: }",
        "{id: a, manual: 5}",
        "{id: a, manual: ''}",
        "{id: a, manual: {}}",
        "{id: a, manual: {text: x, fields: [a]}}",
        "{id: a, manual: {text: x, fields: {a: {type: txt}}}}",
        "{id: a, manual: {text: x, fields: {A: {}}}}",
        "{id: a, manual: {text: x, fields: {a: {min: low}}}}",
        "{id: a, manual: {text: x, fields: {a: {options: [1, 2]}}}}",
        "{id: a, ask: {text: x}}",
        "{id: a, shell: }",
        "{id: a, shell: [x]}",
        "{id: a, shell: {}}",
        "{id: a, shell: {run: 5}}",
        "{id: a, shell: {run: x, interpreter: perl}}",
        "{id: a, shell: {run: x, env: [A]}}",
        "{id: a, shell: {run: x, env: {A-B: x}}}",
        "{id: a, shell: {run: x, env: {A: [x]}}}",
        "{id: a, command: x}",
        "{id: a, command: []}",
        "{id: a, command: [[x]]}",
        "{id: a, command: [x, null]}",
        "{id: a, command: {args: [x]}}",
        "{id: a, decision: x}",
        "{id: a, decision: {options: []}}",
        "{id: a, decision: {options: [{id: b}]}}",
        "{id: a, decision: {options: [b, c]}}",
        "{id: a, approval: }",
        "{id: a, approval: {quorum: 2}}",
        "{id: a, approval: {role: b, quorum: 0}}",
        "{id: a, approval: {role: b, on_timeout: approve}}",
        "{id: a, verify: x}",
        "{id: a, verify: {every: 1s}}",
        "{id: a, verify: {shell: x, command: [y]}}",
        "{id: a, wait: soon}",
        "{id: a, wait: {}}",
        "{id: a, wait: {for: 1m, until: x}}",
        "{id: a, set: {a: 1}}",
        "{id: a, set: {values: {}}}",
        "{id: a, section: [{id: b, shell: x}]}",
        "{id: a, section: {steps: []}}",
        "{id: a, section: {steps: [{id: b}]}}",
        "{id: a, process: }",
        "{id: a, process: {with: {}}}",
        "{id: a, process: ../other}",
        "{id: a, http: {url: x}}",
        "a",
        "5",
        "null",
        "[]",
        "{}",
    )
    return {f"kind: {step}": f"{HEAD}steps:\n  - {step}\n" for step in steps}
