"""What the machine must offer before a program is started."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.engine import machine
from runbook.engine.machine import has_room, network_file_system, no_room

MOUNTS = r"""/dev/vda / ext4 rw 0 0
tmpfs /run tmpfs rw 0 0
files:/export /srv/runs nfs4 rw 0 0
/dev/vdb /srv/runs/here xfs rw 0 0
//files/share /srv/two\040words cifs rw 0 0
ops@files:/ /srv/ssh fuse.sshfs rw 0 0
broken
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/", ""),
        ("/run/home", ""),
        ("/srv/runs", "nfs4"),
        ("/srv/runs/a/b", "nfs4"),
        ("/srv/runs/here/a", ""),
        ("/srv/runs2", ""),
        ("/srv/two words/home", "cifs"),
        ("/srv/ssh/home", "fuse.sshfs"),
    ],
)
def test_network_file_system_is_told_by_the_nearest_mount(tmp_path: Path, folder: str, kind: str) -> None:
    (tmp_path / "mounts").write_text(MOUNTS)

    assert network_file_system(Path(folder), tmp_path / "mounts") == kind


def test_machine_without_a_list_of_mounts_has_nothing_to_say(tmp_path: Path) -> None:
    assert network_file_system(tmp_path, tmp_path / "none") == ""


def test_room_is_what_is_free_where_runs_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert has_room(tmp_path) is (machine._free(tmp_path) >= machine.ROOM)
    monkeypatch.setattr(machine, "_free", lambda home: 31 * 2**20)

    assert not has_room(tmp_path)
    assert "31 MiB are free" in str(no_room(tmp_path, "drill"))
    assert no_room(tmp_path, "drill").exit_code == 7
    assert no_room(tmp_path, "drill").help.endswith("runbook resume drill")
