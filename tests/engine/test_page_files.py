"""Pages and pictures are read from their folder alone, and what is left out is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.engine import page_files as reading
from runbook.engine.page_files import PageFiles, page_files

PNG = b"\x89PNG\r\n\x1a\n"


def put(root: Path, path: str, content: bytes = b"# A page\n") -> None:
    (root / path).parent.mkdir(parents=True, exist_ok=True)
    (root / path).write_bytes(content)


def read(root: Path, largest: int = 100) -> PageFiles:
    return page_files(root, "docs/", (".png",), largest, lambda path, content: "is odd" if b"odd" in content else "")


def test_pages_and_pictures_at_any_depth_are_read(tmp_path: Path) -> None:
    put(tmp_path, "docs/a.md", b"\xef\xbb\xbfwith a mark \xff")
    put(tmp_path, "docs/b/c/d.MD")
    put(tmp_path, "docs/b/e.png", PNG)
    put(tmp_path, "docs/b/f.txt")
    put(tmp_path, "docs/.hidden/g.md")
    put(tmp_path, "docs/.h.md")
    put(tmp_path, "i.md")

    found = read(tmp_path)

    assert found.texts == {"docs/a.md": "with a mark \ufffd", "docs/b/c/d.MD": "# A page\n"}
    assert list(found.pictures) == ["docs/b/e.png"]
    assert not found.left_out


def test_what_a_link_leads_to_outside_is_not_read(tmp_path: Path) -> None:
    put(tmp_path, "outside/secret.md", b"secret")
    put(tmp_path, "outside/deep/secret.md", b"secret")
    put(tmp_path, "project/docs/a.md")
    put(tmp_path, "project/b.md", b"inside")
    (tmp_path / "project/docs/out.md").symlink_to(tmp_path / "outside/secret.md")
    (tmp_path / "project/docs/folder").symlink_to(tmp_path / "outside/deep")
    (tmp_path / "project/docs/in.md").symlink_to("../b.md")

    found = read(tmp_path / "project")

    assert found.texts == {"docs/a.md": "# A page\n", "docs/in.md": "inside"}
    assert found.left_out == {"docs/out.md": "docs/out.md is a link that leads out of the project"}


def test_what_is_too_large_or_harmful_is_left_out_and_told(tmp_path: Path) -> None:
    put(tmp_path, "docs/long.md", b"x" * (1024 * 1024 + 1))
    put(tmp_path, "docs/odd.png", PNG + b"odd")
    put(tmp_path, "docs/good.png", PNG)

    found = read(tmp_path)

    assert list(found.pictures) == ["docs/good.png"]
    assert found.left_out == {
        "docs/long.md": "docs/long.md is larger than 1 MB",
        "docs/odd.png": "docs/odd.png is odd",
    }


def test_more_files_than_there_may_be_are_left_out_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOST", 2)
    for name in "abc":
        put(tmp_path, f"docs/{name}.md")

    found = read(tmp_path)

    assert list(found.texts) == ["docs/a.md", "docs/b.md"]
    assert found.left_out == {"docs": "docs holds more than 2 files, and docs/c.md and those after it are left out"}


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    assert read(tmp_path).left_out == {"docs": "docs can't be read: there is no such folder"}
