"""`ssh`: what is asked of a host, how it is reached, and what a person copies to do the same."""

from __future__ import annotations

from dataclasses import replace

import pytest

from runbook.inventory import NOWHERE, inventory_of
from runbook.kinds.ssh import KIND
from runbook.outcome import Act
from runbook.remote.endpoint import check_port, check_user, endpoint
from runbook.remote.script import program
from runbook.remote.typed import as_typed

HOSTS = inventory_of(
    {
        "known_hosts": "operations/known_hosts",
        "defaults": {"user": "deploy", "via": "gate"},
        "hosts": {
            "gate": {"address": "192.0.2.1", "port": 2222},
            "web1": {"address": "2001:db8::1"},
            "db": {"via": "web1"},
        },
        "groups": {"web": ["web1"], "all": ["db", "web1"]},
    }
)


@pytest.fixture
def asked(tell):
    """What a step asks for, as the journal has it."""

    def asked(text: str, inventory=NOWHERE):
        step = tell(f"steps:\n- {{id: a, ssh: {text}}}").start().state.steps["a"].step
        outcome = KIND.perform(step.spec, _Values(inventory))
        assert isinstance(outcome, Act)
        return outcome

    return asked


class _Values:
    """Values that are all constants."""

    def __init__(self, inventory) -> None:
        self.inventory = inventory

    def text(self, template) -> str:
        return template.source


def test_a_host_is_reached_as_the_inventory_says_and_as_the_step_says_otherwise(asked):
    request = asked("{host: db, user: root, port: 2200, identity: keys/root, run: ls}", HOSTS).request

    assert request["host"] == {"name": "db", "address": "db", "user": "root", "port": 2200, "identity": "keys/root"}
    assert [hop["name"] for hop in request["via"]] == ["gate", "web1"]
    assert request["via"][0] == {
        "name": "gate", "address": "192.0.2.1", "user": "deploy", "port": 2222, "identity": "keys/root",
    }  # fmt: skip
    assert request["known_hosts"] == "operations/known_hosts"


def test_a_step_may_name_another_way_and_other_known_hosts(asked):
    request = asked("{host: web1, via: [me@jump.example.org:22], known_hosts: keys/known, run: ls}", HOSTS).request

    assert [(hop["address"], hop["user"]) for hop in request["via"]] == [("jump.example.org", "me")]
    assert request["known_hosts"] == "keys/known"


def test_what_the_remote_system_runs_is_constant_and_the_rest_goes_through_its_input(asked):
    act = asked("{host: h.example.org, run: 'echo hi', env: {A: x}, cwd: /srv}")

    assert act.argv == ()
    assert act.request["script"] == "echo hi"
    assert act.request["env"] == {"A": "x"}
    assert act.shown == ("ssh h.example.org 'sh -s' <<'RUNBOOK'\nexport A=x\ncd /srv || exit 1\necho hi\nRUNBOOK")


def test_every_file_and_every_hop_is_in_what_is_shown(asked):
    text = "{host: web1, upload: [{from: a, to: /a}], command: [id, -u], download: [{from: /b, to: b}]}"

    shown = asked(text, HOSTS).shown

    options = "-J deploy@192.0.2.1:2222 -o UserKnownHostsFile=operations/known_hosts"
    assert shown.splitlines() == [
        f"scp {options} -- ./a 'deploy@[2001:db8::1]:/a'",
        f"ssh {options} deploy@2001:db8::1 'sh -s' <<'RUNBOOK'",
        "id -u",
        "RUNBOOK",
        f"scp {options} -- 'deploy@[2001:db8::1]:/b' ./b",
    ]


def test_a_script_that_holds_the_mark_gets_another_one():
    way = (endpoint("h.example.org", {}),)

    shown = as_typed(way, {"interpreter": "sh"}, "cat <<X\nRUNBOOK\nX")

    assert shown.startswith("ssh h.example.org 'sh -s' <<'RUNBOOK1'\n")
    assert shown.endswith("\nRUNBOOK1")


def test_no_value_is_ever_more_than_a_quoted_word():
    text = program("sh", "echo hi", (), {"A": "'; id; '"}, "-x", "$(id)")

    assert "export A=''\"'\"'; id; '\"'\"''\n" in text
    assert "cd ./-x || exit 1\n" in text
    assert "printf %s '$(id)' | (" in text


@pytest.mark.parametrize(
    "text",
    [
        "-oProxyCommand=id", "a b", "a;b", "a\nb", "$(id)", "a@b@c", "", ".", "-", "a:0", "a:65536", "[::1", "a/b",
        "fe80::1%eth0", "a" * 300, "user name@host", "-l@host",
    ],
)  # fmt: skip
def test_what_could_be_anything_but_a_host_is_none(text):
    with pytest.raises(Exception, match="is not a host"):
        endpoint(text, {})


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("web1", ("web1", "", 22)),
        ("deploy@web1.example.org:2222", ("web1.example.org", "deploy", 2222)),
        ("192.0.2.7", ("192.0.2.7", "", 22)),
        ("2001:db8::1", ("2001:db8::1", "", 22)),
        ("me@[2001:db8::1]:2222", ("2001:db8::1", "me", 2222)),
    ],
)
def test_a_host_is_a_name_or_an_address_with_a_user_and_a_port(text, wanted):
    found = endpoint(text, {})

    assert (found.address, found.user, found.port) == wanted
    assert replace(found, name="x").login == (f"{found.user}@" if found.user else "") + found.address


@pytest.mark.parametrize("check", [check_user, check_port])
@pytest.mark.parametrize("text", ["-l", "a b", "", "0", "x;y", "65536000"])
def test_a_user_and_a_port_are_checked_too(check, text):
    with pytest.raises(Exception, match="is not"):
        check(text)


def test_groups_are_taken_in_their_order_and_each_host_once():
    assert HOSTS.members({"group": "all"}) == ["db", "web1"]
    assert HOSTS.members({"group": ["web", "all"]}) == ["web1", "db"]


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"group": "wbe"}, "there is no group `wbe` in `operations/hosts.yaml`"),
        ({"hosts": "web1"}, "`hosts` is not a list"),
        ({"hosts": [1]}, "a host is not text"),
        ({"hosts": ["a", "a"]}, "the host `a` is there twice"),
    ],
)
def test_what_is_no_list_of_hosts_is_told(wanted, why):
    with pytest.raises(Exception, match=why):
        HOSTS.members(wanted)
