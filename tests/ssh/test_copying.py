"""Files to a host and from it: whole or not at all, and none from outside of the project."""

from __future__ import annotations

import os

import pytest

from tests.ssh.conftest import lines

ODD = "it's `odd` $(name) ;*.bin"


def step(**fields: object) -> str:
    """A step that only copies, or runs something as well."""
    return f"- {{id: a, ssh: {{host: web1, {', '.join(f'{name}: {value}' for name, value in fields.items())}}}}}\n"


def failed(desk) -> str:
    ran = desk.process("run", "g/one", "--yes")
    assert ran.returncode == 1, ran.stdout
    return " ".join((ran.stdout + ran.stderr).decode().split())


def test_files_go_there_before_the_script_and_come_back_after_it(reached, tmp_path):
    there = tmp_path / "there"
    there.mkdir()
    desk = reached(
        f"""\
- id: a
  ssh:
    host: web1
    upload: [{{from: in/tool, to: {there}/}}, {{from: "in/{{{{ inputs.name }}}}", to: "{there}/{{{{ inputs.name }}}}"}}]
    cwd: {there}
    run: |
      ./tool > result
      cat "{{{{ inputs.name }}}}" >> result
    download: [{{from: {there}/result, to: "out/{{{{ run.id }}}}/"}}]
""",
        "inputs: {name: {type: string}}\n",
    )
    content = bytes(range(256)) * 5000
    (desk.folder / "in").mkdir()
    (desk.folder / "in/tool").write_text("#!/bin/sh\necho ran\n")
    (desk.folder / "in/tool").chmod(0o750)
    (desk.folder / "in" / ODD).write_bytes(content)

    ran = desk.process("run", "g/one", "--yes", "-i", f"name={ODD}")

    assert ran.returncode == 0, ran.stdout + ran.stderr
    (result,) = (desk.folder / "out").glob("*/*")
    assert result.name == "result"
    assert result.read_bytes() == b"ran\n" + content
    assert (there / "tool").stat().st_mode & 0o777 == 0o750
    assert sorted(path.name for path in there.iterdir()) == sorted(["result", "tool", ODD])
    assert "in/tool copied to" in ran.stdout.decode()


@pytest.mark.parametrize(
    ("field", "path"),
    [("upload", "../secret"), ("upload", "/etc/hostname"), ("download", "../out"), ("download", "/tmp/out")],
)
def test_a_path_that_leads_out_is_found_before_anything_runs(reached, field, path):
    pair = f"from: {path}, to: /tmp/x" if field == "upload" else f"from: /etc/hostname, to: {path}"
    desk = reached(step(**{field: f"[{{{pair}}}]"}))

    checked, ran = desk.cli("validate"), desk.cli("run", "g/one", "--yes")

    assert (checked.code, ran.code) == (1, 1)
    assert f"`{path}` is outside the project" in checked.out
    assert not (desk.home / "journal.db").exists()


@pytest.mark.parametrize("field", ["upload", "download"])
@pytest.mark.parametrize("path", ["../x", "/etc/x", "a/../../x"])
def test_a_value_that_leads_out_is_refused_when_the_step_begins(reached, field, path):
    value = '"{{ inputs.path }}"'
    pair = f"from: {value}, to: /tmp/x" if field == "upload" else f"from: /etc/hostname, to: {value}"
    desk = reached(step(**{field: f"[{{{pair}}}]"}), "inputs: {path: {type: string}}\n")

    ran = desk.process("run", "g/one", "--yes", "-i", f"path={path}")

    assert ran.returncode == 1
    assert f"`{path}` is outside the project" in desk.step("a")["reason"]


def test_no_link_leads_out_of_the_project(reached, tmp_path):
    (tmp_path / "secret").write_text("secret")
    desk = reached(step(upload=f"[{{from: link, to: {tmp_path}/stolen}}]"))
    (desk.folder / "link").symlink_to(tmp_path / "secret")
    assert "the file `link` is outside the project" in failed(desk)
    assert not (tmp_path / "stolen").exists()


def test_what_comes_back_follows_no_link(reached, tmp_path):
    (tmp_path / "source").write_text("new")
    (tmp_path / "outside").mkdir()
    (tmp_path / "victim").write_text("old")
    desk = reached(
        step(download=f"[{{from: {tmp_path}/source, to: file}}]").replace("id: a", "id: a, critical: false")
        + step(download=f"[{{from: {tmp_path}/source, to: folder/file}}]").replace("id: a", "id: b")
    )
    (desk.folder / "file").symlink_to(tmp_path / "victim")
    (desk.folder / "folder").symlink_to(tmp_path / "outside")

    assert desk.process("run", "g/one", "--yes").returncode == 1
    assert "the file `file` is outside the project" in desk.step("a")["reason"]
    assert "the file `folder/file` is outside the project" in desk.step("b")["reason"]
    assert (tmp_path / "victim").read_text() == "old"
    assert list((tmp_path / "outside").iterdir()) == []


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"upload": "[{from: nothing, to: /tmp/x}]"}, "`nothing` can't be read: No such file or directory"),
        ({"upload": "[{from: processes, to: /tmp/x}]"}, "`processes` is not a file"),
        ({"upload": "[{from: pipe, to: /tmp/x}]"}, "`pipe` is not a file"),
        ({"upload": "[{from: runbook.yaml, to: /no/such/place}]"}, "`/no/such/place` can't be written: No such file"),
        ({"download": "[{from: /no/such/file, to: x}]"}, "`/no/such/file` can't be read: No such file"),
        ({"download": "[{from: /etc, to: x}]"}, "`/etc` can't be read"),
        ({"upload": "[{from: huge, to: /tmp/x}]"}, "`huge` is larger than 1024 MiB, which is the most that is copied"),
        ({"download": "[{from: HERE/huge, to: x}]"}, "is larger than 1024 MiB, which is the most that is copied"),
    ],
)
def test_what_can_not_be_copied_is_told_and_leaves_nothing(reached, fields, why):
    desk = reached("")
    (desk.folder / "processes/g/one.yaml").write_text(
        "runbook: 1\ntitle: One\nsteps:\n" + step(**fields).replace("HERE", str(desk.folder))
    )
    os.mkfifo(desk.folder / "pipe")
    with (desk.folder / "huge").open("wb") as huge:
        huge.truncate((1 << 30) + 1)

    assert why in failed(desk)
    assert list(desk.folder.rglob("*.part*")) == []
    assert not (desk.folder / "x").exists()


def test_a_script_that_fails_brings_nothing_back_and_a_failed_upload_runs_nothing(reached, tmp_path):
    desk = reached(
        step(run=f"touch {tmp_path}/result; exit 1", download=f"[{{from: {tmp_path}/result, to: result}}]")
        + step(run=f"touch {tmp_path}/ran", upload="[{from: none, to: /tmp/x}]").replace("id: a", "id: b, needs: []")
    )

    failed(desk)

    assert not (desk.folder / "result").exists()
    assert lines(tmp_path / "ran") == []
    assert not (tmp_path / "ran").exists()


def test_many_hosts_may_not_write_the_same_file(reached):
    desk = reached(
        "- {id: a, ssh: {hosts: {group: web}, download: [{from: /etc/hostname, to: name}]}}\n"
        '- {id: b, ssh: {hosts: {group: web}, download: [{from: /etc/hostname, to: "names/{{ host }}"}]}}\n'
    )

    checked = desk.cli("validate")

    assert checked.code == 1
    assert "one.yaml:4:" in checked.out
    assert "every host would write the same file" in checked.out
    assert checked.out.count("error[") == 1


@pytest.mark.parametrize("path", ["processes/g/one.yaml", "runbook.yaml", "operations/known_hosts", ".git/config"])
def test_nothing_comes_back_that_decides_what_is_run(reached, path):
    desk = reached(step(download=f"[{{from: /etc/hostname, to: {path}}}]"))
    before = (desk.folder / path).read_bytes() if (desk.folder / path).exists() else None

    assert f"a step may not write `{path}`" in failed(desk)
    assert ((desk.folder / path).read_bytes() if before else None) == before
