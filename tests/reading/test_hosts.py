"""The file about hosts: what can't be in it, each at its place."""

from __future__ import annotations

import pytest

from runbook.kinds import builtin
from runbook.reading.library import read_library
from runbook.views.diagnostics import as_text

PROJECT = {"runbook.yaml": b"runbook: 1\ntitle: Hosts\n"}
FILE = "operations/hosts.yaml"


def found(text: str) -> list[str]:
    """Place, code and message of each finding."""
    library = read_library({**PROJECT, FILE: text.encode()}, builtin())
    lines = as_text(library.diagnostics, library.sources).splitlines()
    return [line.removeprefix(f"{FILE}:") for line in lines if line.startswith(FILE)]


def test_a_file_in_order_has_nothing_wrong():
    text = """\
known_hosts: operations/known_hosts
defaults: {user: deploy, via: gate}
hosts:
  gate: {address: 192.0.2.1, port: 2222}
  web1:
  web2: {address: web2.example.org, via: gate, identity: ~/.ssh/web}
groups: {web: [web1, web2]}
"""

    assert found(text) == []


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("hosts: {a: {via: b}}", "1:18: error[RB263 unknown-host]: there is no host `b`"),
        ("defaults: {via: g}\nhosts: {a: {}}", "1:17: error[RB263 unknown-host]: there is no host `g`"),
        ("hosts: {a: {}}\ngroups: {g: [a, b]}", "2:17: error[RB263 unknown-host]: there is no host `b`"),
        ("hosts: {a: {}}\ngroups: {g: [a, a]}", "2:17: error[RB264 bad-host]: `a` is in the group twice"),
        ("hosts: {a: {address: 'x;y'}}", "1:22: error[RB264 bad-host]: `x;y` is not a host"),
        ("hosts: {a: {address: -oX}}", "1:22: error[RB264 bad-host]: `-oX` is not a host"),
        (
            "hosts: {a: {via: b}, b: {via: a}}",
            "1:18: error[RB264 bad-host]: the way to `a` leads through itself, or through more than 8 hosts",
        ),
        ("known_hosts: /etc/x\nhosts: {a: {}}", "1:14: error[RB264 bad-host]: `/etc/x` is outside the project"),
    ],
)  # fmt: skip
def test_what_can_not_be_is_found_at_its_place(text, wanted):
    assert wanted in found(text)


@pytest.mark.parametrize(
    "text",
    [
        "hosts: {'a b': {}}", "hosts: {-x: {}}", "hosts: {a: {port: 0}}", "hosts: {a: {user: '-l'}}", "hosts: [a]",
        "hosts: {a: {pasword: x}}", "groups: {}",
    ],
)  # fmt: skip
def test_what_has_another_shape_is_found(text):
    assert any("error[RB1" in line for line in found(text)), found(text)
