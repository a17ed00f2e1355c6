"""A step on many hosts: which, in which order, how many at a time, how many may fail, and what is kept of each."""

from __future__ import annotations

import pytest

from tests.ssh.conftest import inventory, lines

MARK = "echo begun {{ host }} >> %s/log; %s; echo over {{ host }} >> %s/log"


def marking(tmp_path, more: str = "", hosts: str = "{group: web}", then: str = "sleep 0.2") -> str:
    script = MARK % (tmp_path, then, tmp_path)
    return f"- id: a\n  ssh:\n    hosts: {hosts}\n    run: {script}\n{more}"


def most_at_once(log: list[str]) -> int:
    now = most = 0
    for line in log:
        now += 1 if line.startswith("begun") else -1
        most = max(now, most)
    return most


def test_each_host_has_its_own_output_attempt_and_result(reached):
    desk = reached(
        "- id: a\n  ssh: {hosts: {group: web}, run: 'echo from {{ host }}', max_parallel: 3}\n"
        "  outputs: {said: stdout}\n"
        "- {id: b, set: {values: {all: '{{ steps.a.outputs.items }}'}}}\n"
    )

    ran = desk.process("run", "g/one", "--yes")

    assert ran.returncode == 0, ran.stdout
    results = desk.step("b")["outputs"]["all"]
    assert [(each["item"], each["status"], each["outputs"]) for each in results] == [
        (f"web{number}", "succeeded", {"said": f"from web{number}"}) for number in (1, 2, 3)
    ]
    assert [desk.step(f"a.{number}")["outputs"] for number in (1, 2, 3)] == [
        {"said": f"from web{number}"} for number in (1, 2, 3)
    ]


@pytest.mark.parametrize(
    "hosts", ["[web3, web1]", '"{{ inputs.hosts }}"', '["{{ inputs.hosts[0] }}", web1]', "{group: [late, early]}"]
)
def test_hosts_are_a_list_a_value_or_groups_in_their_order(reached, server, tmp_path, hosts):
    groups = "  early: [web1, web3]\n  late: [web3]\n"
    desk = reached(
        marking(tmp_path, hosts=hosts),
        "inputs: {hosts: {type: array, items: {type: string}}}\n",
        hosts=inventory(server, "web1", "web2", "web3", groups=groups),
    )

    ran = desk.process("run", "g/one", "--yes", "-i", 'hosts=["web3", "web1"]')

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert lines(tmp_path / "log") == ["begun web3", "over web3", "begun web1", "over web1"]


def test_no_more_hosts_at_a_time_than_were_said(reached, tmp_path):
    desk = reached(marking(tmp_path, "    max_parallel: 2\n"))

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert most_at_once(lines(tmp_path / "log")) == 2


def test_a_batch_is_over_before_the_next_begins_with_a_pause_between(reached, tmp_path):
    desk = reached(marking(tmp_path, "    batch: 2\n    pause: 1s\n"))

    assert desk.process("run", "g/one", "--yes").returncode == 0

    log = lines(tmp_path / "log")
    assert sorted(log[:4]) == ["begun web1", "begun web2", "over web1", "over web2"]
    assert log[4:] == ["begun web3", "over web3"]
    assert [event["data"]["after"] for event in desk.events() if event["type"] == "TurnsPaused"] == [2]


def test_one_host_that_fails_stops_those_that_have_not_begun(reached, tmp_path):
    desk = reached(marking(tmp_path, then='test "{{ host }}" != web1'))

    assert desk.process("run", "g/one", "--yes").returncode == 1
    assert lines(tmp_path / "log") == ["begun web1"]
    assert "`a.1`" in desk.step("a")["reason"]


def test_as_many_may_fail_as_were_said_and_a_failed_one_is_done_again_alone(reached, tmp_path):
    then = f'test "{{{{ host }}}}" != web2 -o -e {tmp_path}/mended'
    desk = reached(marking(tmp_path, "    max_failures: 1\n", then=then))

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert lines(tmp_path / "log") == ["begun web1", "over web1", "begun web2", "begun web3", "over web3"]
    assert desk.step("a.2")["status"] == "failed"

    desk = reached(marking(tmp_path, then=then))
    (tmp_path / "log").unlink()
    assert desk.process("run", "g/one", "--yes").returncode == 1
    (tmp_path / "mended").touch()
    assert desk.cli("retry", "last", "--yes", "--reason", "mended").code == 0
    assert lines(tmp_path / "log") == [
        *("begun web1", "over web1", "begun web2"),
        *("begun web2", "over web2", "begun web3", "over web3"),
    ]


def test_one_host_that_can_not_be_reached_is_one_that_fails(reached, server, tmp_path):
    closed = "  web2: {address: 127.0.0.1, port: 1}\n"
    hosts = inventory(server, "web1", "web3", groups="  web: [web1, web2, web3]\n", more=closed)
    desk = reached(marking(tmp_path, "    max_failures: 1\n    max_parallel: 3\n"), hosts=hosts)

    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert desk.step("a.2")["status"] == "failed"
    assert "can't be reached at port 1" in desk.step("a.2")["reason"]


def test_a_dry_run_names_the_hosts_and_the_batches_and_reaches_none(reached, server, tmp_path):
    names = [f"n{number}" for number in range(1, 41)]
    hosts = inventory(server, *names, groups=f"  all: [{', '.join(names)}]\n")
    before = server.log
    desk = reached(
        marking(tmp_path, "    batch: 8\n    pause: 1m\n    max_failures: 2\n", hosts="{group: all}"), hosts=hosts
    )

    said = " ".join(desk.cli("run", "g/one", "--dry-run").out.split())

    assert "for 40 hosts, 5 batches: `n1`, `n2`," in said
    assert "`n30` and 10 more; in batches of 8 with a pause of 1 min; at most 2 may fail" in said
    assert "root@127.0.0.1" in said or "@127.0.0.1 'sh -s'" in said
    assert "echo begun n1" in said
    assert server.log == before
    assert not (desk.home / "journal.db").exists()


@pytest.mark.parametrize(
    ("fields", "found"),
    [
        ("hosts: {group: wbe}, run: ls", "4:32: error[RB265 unlisted-host]: there is no group `wbe`"),
        ("hosts: [web1, web4], run: ls", "there is no host `web4` in `operations/hosts.yaml`"),
        ("host: wbe1, run: ls", "there is no host `wbe1` in `operations/hosts.yaml`"),
        ("host: web1, via: [gate], run: ls", "there is no host `gate` in `operations/hosts.yaml`"),
        ("host: -oProxyCommand=id, run: ls", "`-oProxyCommand=id` is not a host"),
        ("host: 'web1;id', run: ls", "`web1;id` is not a host"),
        ("hosts: [web1, web1], run: ls", "the host `web1` is there twice"),
        ("host: web1, max_parallel: 2, run: ls", "`max_parallel` has no effect for one host"),
        ("hosts: [web1], pause: 1m, run: ls", "`pause` has no effect without `batch`"),
        ("host: web1, hosts: [web1], run: ls", "`host` and `hosts` exclude each other"),
        ("run: ls", "there is no `host`"),
        ("host: web1", "nothing is done there"),
        ("host: web1, run: ls, command: [ls]", "`run` and `command` exclude each other"),
        ("host: web1, stdin: x, upload: [{from: a, to: b}]", "`stdin` has no effect without a script or a program"),
    ],
)
def test_what_can_not_be_is_found_with_its_place_before_anything_runs(reached, fields, found):
    desk = reached(f"- {{id: a, ssh: {{{fields}}}}}\n")

    checked, ran = desk.cli("validate"), desk.cli("run", "g/one", "--yes")

    assert (checked.code, ran.code) == (1, 1)
    assert "processes/g/one.yaml:4:" in checked.out
    assert found in checked.out
    assert "= help: " in checked.out
    assert not (desk.home / "journal.db").exists()


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ("-oProxyCommand=id", "is not a host"),
        ("web1 id", "is not a host"),
        ("web1\\nid", "is not a host"),
        ("$(id)", "is not a host"),
        ("wbe1", "there is no host `wbe1`"),
        ("", "is not a host"),
        ("root@web1:99999", "is not a host"),
    ],
)
def test_a_value_that_is_no_host_is_refused_when_its_step_begins(reached, server, value, why):
    before = server.log
    desk = reached('- {id: a, ssh: {host: "{{ inputs.host }}", run: ls}}\n', "inputs: {host: {type: string}}\n")

    ran = desk.process("run", "g/one", "--yes", "-i", f"host={value.encode().decode('unicode_escape')}")

    assert ran.returncode == 1
    assert why in desk.step("a")["reason"]
    assert server.log == before


def test_one_name_that_is_no_host_is_refused_before_any_of_the_others_is_touched(reached, server):
    before = server.log
    desk = reached('- {id: a, ssh: {hosts: "{{ inputs.on }}", run: ls}}\n', "inputs: {on: {type: array}}\n")

    ran = desk.process("run", "g/one", "--yes", "-i", 'on=["web1", "wbe1"]')

    assert ran.returncode == 1
    assert "there is no host `wbe1` in `operations/hosts.yaml`" in desk.step("a")["reason"]
    assert server.log == before


def test_what_changes_in_the_inventory_is_found_by_validate_at_once(reached):
    desk = reached("- {id: a, ssh: {hosts: {group: web}, run: ls}}\n")
    assert desk.cli("validate").code == 0
    hosts = desk.folder / "operations/hosts.yaml"

    hosts.write_text(hosts.read_text().replace("  web: [", "  net: ["))
    renamed = desk.cli("validate")
    hosts.write_text("hosts: [\n")
    broken = desk.cli("validate")
    hosts.unlink()
    gone = desk.cli("validate")

    assert "there is no group `web` in `operations/hosts.yaml`" in renamed.out
    assert "operations/hosts.yaml:" in broken.out
    assert "RB265" not in broken.out
    assert "there is no group `web`, as there is no `operations/hosts.yaml`" in gone.out


def test_verify_looks_at_many_hosts_too(reached, tmp_path):
    desk = reached("- {id: a, verify: {ssh: {hosts: {group: web}, run: 'echo {{ host }}', max_parallel: 3}}}\n")

    ran = desk.process("run", "g/one", "--yes")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    assert desk.step("a.3")["status"] == "succeeded"


def test_what_a_host_got_is_undone_at_each(reached, tmp_path):
    desk = reached(
        f"""\
- id: a
  foreach: {{items: [web1, web2], as: host}}
  ssh: {{host: "{{{{ host }}}}", run: "touch {tmp_path}/{{{{ host }}}}"}}
  undo: {{ssh: {{host: "{{{{ host }}}}", run: "rm {tmp_path}/{{{{ host }}}}"}}}}
"""
    )
    assert desk.process("run", "g/one", "--yes").returncode == 0
    assert (tmp_path / "web2").exists()

    undone = desk.cli("undo", "last", "--yes", "--reason", "enough")

    assert undone.code == 0, undone.out + undone.err
    assert not (tmp_path / "web1").exists()
    assert not (tmp_path / "web2").exists()
