"""What is wrong with the free pages of a project is told by `docs check`, with the file and the line."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from runbook.cli import main
from tests.cli.conftest import Desk

FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Ops\ndocs: {pages: docs}\n",
    "processes/web/group.yaml": "title: Web\nowner: platform\n",
    "docs/a.md": "# A\n\n[b](b.md#there)\n",
    "docs/b.md": "# B\n\n## There\n",
}
SVG = '<svg xmlns="http://www.w3.org/2000/svg"/>'


def checked(desk: Desk) -> tuple[int, str]:
    done = desk.cli("docs", "check", "--project", desk.folder, "--home", desk.home)
    return done.code, done.out + done.err


def test_pages_that_are_well_pass(project: Callable[[Mapping[str, str]], Desk]) -> None:
    code, told = checked(project({**FILES, "docs/c.svg": SVG}))

    assert code == 0, told


@pytest.mark.parametrize(
    ("file", "text", "place", "message"),
    [
        ("docs/a.md", "# A\n\n[b](b.md#gone)\n", "docs/a.md:3", "leads to an anchor that docs/b.md does not have"),
        ("docs/a.md", "# A\n\n[b](c.md)\n", "docs/a.md:3", "c.md"),
        ("docs/a.md", "---\ntitle: [\n---\n# A\n", "docs/a.md:1", "the front matter is no YAML that can be read"),
        ("docs/c.svg", SVG.replace("/>", "><script/></svg>"), "docs/c.svg:1", "holds a `script`"),
        ("docs/c.png", "<html>", "docs/c.png:1", "is no picture of the sort that `.png` says"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(
    project: Callable[[Mapping[str, str]], Desk], file: str, text: str, place: str, message: str
) -> None:
    code, told = checked(project({**FILES, file: text}))

    assert code == 1
    assert place in told
    assert message in told


def test_a_build_tells_what_it_leaves_out_and_a_strict_one_refuses(
    project: Callable[[Mapping[str, str]], Desk],
) -> None:
    desk = project({**FILES, "docs/c.svg": SVG.replace("/>", "><script/></svg>"), "docs/d.svg": SVG})
    words = ("docs", "build", "--project", desk.folder, "--home", desk.home, "-o")

    done, strict = desk.cli(*words, desk.folder / "site"), desk.cli(*words, desk.folder / "strict", "--strict")

    assert done.code == 0
    assert "docs/c.svg holds a `script`" in done.out
    assert (desk.folder / "site/pages/d.svg").read_text("utf-8") == SVG
    assert not (desk.folder / "site/pages/c.svg").exists()
    assert strict.code == 1
    assert "docs/c.svg holds a `script`" in strict.out + strict.err
    assert not (desk.folder / "strict").exists()


def test_explain_tells_what_left_out_means(capsys: pytest.CaptureFixture[str]) -> None:
    assert main.run(["explain", "left-out-page"]) == 0
    assert "front matter" in capsys.readouterr().out


def test_a_link_out_of_the_project_is_not_followed(
    project: Callable[[Mapping[str, str]], Desk], tmp_path: Path
) -> None:
    desk = project(FILES)
    (tmp_path / "secret.md").write_text("secret")
    (desk.folder / "docs" / "out.md").symlink_to(tmp_path / "secret.md")

    code, told = checked(desk)

    assert code == 1
    assert "docs/out.md is a link that leads out of the project" in told
