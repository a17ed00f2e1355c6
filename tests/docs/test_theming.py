"""The blocks that a project may fill in itself are those that the page about it names, and they can be."""

from __future__ import annotations

import json
import re
from pathlib import Path

import jinja2
import pytest

from runbook.palette import TOKENS
from runbook.views.site.templates import templates
from tests.cli.conftest import Desk

from .pages import ROOT, blocks

PAGE = ROOT / "docs" / "how-to" / "theme-the-site.md"
BLOCKS = re.findall(r"^\| `(\w+\.html)` \| `(\w+)` \|", PAGE.read_text("utf-8"), re.M)
FILES = {
    "runbook.yaml": "runbook: 1\ntitle: Ops\ndocs:\n  pages: docs\n  theme: {templates: docs/theme}\n",
    "processes/web/group.yaml": "title: Web\nowner: platform\n",
    "processes/web/restart.yaml": "runbook: 1\ntitle: Restart\nsteps: [{id: go, title: Go, shell: 'true'}]\n",
    "docs/on-call.md": "text\n\n## Next\n\nmore\n\n## Last\n",
    "docs/other.md": "no title\n",
}
SHOWN_ON = {"base.html": "index.html", "process.html": "processes/web/restart.html", "page.html": "pages/on-call.html"}
MARK = "put in by the project"


def desk(folder: Path, **more: str) -> Desk:
    for path, text in {**FILES, **more}.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, "utf-8")
    return Desk(folder, folder.parent / "runs")


def built(desk: Desk) -> Path:
    site = desk.folder / "site"
    done = desk.cli("docs", "build", "-o", site, "--project", desk.folder, "--home", desk.home)
    assert done.code == 0, done.err
    return site


def test_the_page_names_the_blocks_of_the_templates() -> None:
    loader = jinja2.Environment(loader=templates({}).loader, autoescape=True)
    there = {(name, block) for name in SHOWN_ON for block in loader.get_template(name).blocks}

    filled_by_each_page = {("base.html", "content"), ("base.html", "contents")}
    whole = {("process.html", "content"), ("page.html", "content")}
    assert set(BLOCKS) == there - filled_by_each_page - whole


def test_a_block_of_the_project_stands_in_place_of_ours_and_nothing_else_changes(tmp_path: Path) -> None:
    plain = desk(tmp_path / "plain")
    theme = {
        f"docs/theme/{name}": f'{{% extends "runbook/{name}" %}}\n'
        + "".join(
            f"{{% block {block} %}}<p>{MARK}: {block}</p>{{{{ super() }}}}{{% endblock %}}\n"
            for template, block in BLOCKS
            if template == name
        )
        for name in SHOWN_ON
    }
    own = desk(tmp_path / "own", **theme)

    ours, theirs = built(plain), built(own)

    for name, path in SHOWN_ON.items():
        text = (theirs / path).read_text("utf-8")
        for template, block in BLOCKS:
            if template == name:
                assert f"<p>{MARK}: {block}</p>" in text, (name, block)
        without = re.sub(rf"<p>{MARK}: \w+</p>\s*", "", text)
        assert re.sub(r"\s+", "", without) == re.sub(r"\s+", "", (ours / path).read_text("utf-8"))


def test_the_example_of_the_page_works_as_it_stands(tmp_path: Path) -> None:
    example = next(block.text for block in blocks(PAGE, "html"))

    text = (built(desk(tmp_path / "p", **{"docs/theme/base.html": example})) / "index.html").read_text("utf-8")

    assert "Operations, telephone 4711" in text
    assert "Printed copies are not kept up to date." in text


WRONG = {
    "reaches for the machine": "{{ ''.__class__.__mro__ }}",
    "reaches for what is private": "{{ site.project.__init__.__globals__ }}",
    "is no template": "{% if %}",
    "names what is not there": "{{ nothing }}",
    "goes wrong": "{{ 1 / 0 }}",
    "runs for ever": "{% for each in range(10 ** 9) %}{% endfor %}",
    "includes what is not there": "{% include '../../etc/passwd' %}",
}


@pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG.keys())
def test_a_template_that_can_not_be_used_is_named_with_its_line(tmp_path: Path, wrong: str) -> None:
    theme = f'{{% extends "runbook/base.html" %}}\n{{% block footer %}}\n{wrong}\n{{% endblock %}}\n'
    project = desk(tmp_path / "p", **{"docs/theme/base.html": theme})

    done = project.cli("docs", "build", "-o", tmp_path / "site", "--project", project.folder, "--home", project.home)

    assert done.code == 2
    assert "docs/theme/base.html:3: " in done.err
    assert not (tmp_path / "site" / "index.html").exists()


def test_colours_of_the_project_are_those_of_the_site(tmp_path: Path) -> None:
    settings = json.dumps({"tokens": {"accent": "#7a2ea0"}, "dark": {"accent": "#cf9df0"}})
    project = desk(tmp_path / "p", **{"runbook.yaml": f"runbook: 1\ntitle: Ops\ndocs:\n  theme: {settings}\n"})

    style = (built(project) / "assets" / "site.css").read_text("utf-8")

    assert "--accent: #7a2ea0" in style
    assert "--accent: #cf9df0" in style
    assert all(f"--{name.replace('_', '-')}:" in style for name in TOKENS)
