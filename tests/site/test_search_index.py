"""The search index as text, and what it costs: a thousand processes of eleven steps."""

from __future__ import annotations

import json
import pickle
import random
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from runbook.views.language import Language
from runbook.views.site.script_words import script_texts, words_script
from runbook.views.site.search import DIGITS, Entry, Indexed, Part, index, indexed
from runbook.views.site.words_of import words_of
from tests.site.conftest import Visitor

ASSETS = Path("runbook/views/site/assets")
SCRIPTS = [path.read_text(encoding="utf-8") for path in sorted(ASSETS.glob("*.js"))]


def _page(number: int, *parts: Part, title: str = "Page") -> Entry:
    return Entry(f"processes/a/{number}.html", title, "A", ("tag",), "text", parts)


WORDS = {
    "letters and digits": ("Restart web2", "restart web2"),
    "a name with underscores": ("pg_is_in_recovery()", "in is pg pg_is_in_recovery recovery"),
    "an address": ("10.0.0.7:22", "10 10.0.0.7:22 22"),
    "a path": ("/var/log/nginx-error.log", "error log nginx var var/log/nginx-error.log"),
    "an option": ("--max-time=30", "30 max max-time time"),
    "accents": ("Überprüfe die Größe", "die grosse uberprufe"),
    "accents that are letters of their own": ("U\u0308berpru\u0308fe", "uberprufe"),
    "ligatures and wide letters": ("ﬁle ＡＢ", "ab file"),
    "Chinese, letter by letter": ("数据 ok", "ok 据 数"),
    "single letters say nothing": ("a -f x", ""),
    "nothing but signs": ("_ -- ... $?", ""),
    "what is longer than anybody types": ("k" * 100, "k" * 60),
}


@pytest.mark.parametrize("case", WORDS)
def test_the_words_of_a_text(case: str) -> None:
    text, wanted = WORDS[case]

    assert " ".join(sorted(set(words_of(text)))) == wanted


def test_the_order_of_pages_changes_nothing() -> None:
    pages = [indexed(_page(number, Part("step-x", "1", f"Step {number}"))) for number in range(30)]

    assert index(pages) == index(reversed(pages))


def test_what_a_page_gives_can_be_kept() -> None:
    page = indexed(_page(1, Part("step-x", "1", "Tab\tand\nline", "text", ("ls -l\n\ncat x",))))

    assert pickle.loads(pickle.dumps(page)) == page
    assert Indexed(*json.loads(json.dumps(page))) == page
    assert index([page]) == index([Indexed(*page)])
    assert page.lines == "processes/a/1.html\tPage\tA\n\tx\t1\tTab and line\tls -l\tcat x"


def test_a_change_of_one_page_is_a_small_difference() -> None:
    pages = [indexed(_page(number, title=f"Page {number}")) for number in range(50)]
    before = index(pages).splitlines()

    after = index([*pages[:20], indexed(_page(20, title="Paper 20")), *pages[21:]]).splitlines()

    assert len(set(before) ^ set(after)) < 8


HOSTILE = "`${alert(1)}` \\ </script>\u2028\x00\ud800 $\\{x} ${'`'}"


def test_the_index_is_a_script_whatever_the_texts_hold(browser: Browser, tmp_path: Path) -> None:
    entry = _page(1, Part("step-x", "1", HOSTILE, HOSTILE, (HOSTILE,)), title=HOSTILE)
    page = browser.new_page()

    page.evaluate(f"() => {{ {index([indexed(entry)])} }}")

    lines = page.evaluate("window.runbookIndex.pages").split("\n")
    plain = "`${alert(1)}` \\ </script> ? $\\{x} ${'`'}"
    broken = plain.replace("> ?", ">\t?")  # a command is shown by its lines
    assert lines == [f"processes/a/1.html\t{plain}\tA", f"\tx\t1\t{plain}\t{broken}"]
    assert page.evaluate("window.runbookIndex.digits") == DIGITS
    page.context.close()


def _library(processes: int, steps: int) -> list[Entry]:
    """Procedures with the words of a language: few that are everywhere, many that are rare."""
    chance = random.Random(11)
    letters = "aeiou", "bcdfghklmnprstvw"
    known = [
        "".join(chance.choice(letters[(at + 1) % 2]) for at in range(chance.randint(2, 11))) for _ in range(20_000)
    ]

    def text(number: int) -> str:
        return " ".join(known[min(int(chance.paretovariate(0.55)), len(known)) - 1] for _ in range(number))

    def command() -> str:
        options = f"--{text(1)}-{text(1)}=/{text(1)}/{text(1)}.{text(1)}"
        return f"{text(1)}ctl {text(2)} {options} {text(1)}_{text(1)} {{{{ inputs.host }}}}"

    def part(number: int) -> Part:
        commands = tuple(command() for _ in range(chance.choice((0, 1, 1, 2))))
        return Part(f"step-{text(2).replace(' ', '-')}", str(number), text(4).title(), text(30), commands)

    return [
        Entry(
            f"processes/{text(1)}/{number}.html",
            text(5).title(),
            f"Group {number % 40}",
            (text(1), text(1)),
            text(60),
            tuple(part(each) for each in range(1, steps + 1)),
        )
        for number in range(processes)
    ]


@pytest.fixture(scope="module")
def library() -> list[Entry]:
    return _library(1_000, 11)


def test_a_thousand_processes_are_found_at_once(
    library: list[Entry], browser: Browser, built_site: Path, serve: Callable[[Path], str], tmp_path: Path
) -> None:
    began = time.process_time()
    pages = [indexed(entry) for entry in library]
    worked_up = time.process_time()
    script = index(pages)
    joined = time.process_time()
    size = len(script.encode())
    _copy(built_site, tmp_path, script)
    visit = Visitor(browser, serve(tmp_path))
    page = visit.open("search.html")
    queries = [library[900].parts[4].title, library[500].title[:2], "re", library[7].title, "nothing of it"]

    first, later, hits = page.evaluate(_TIMED, queries)

    print(f"{size:,} bytes; {worked_up - began:.2f} s, {joined - worked_up:.2f} s; first {first:.0f} ms, later {later}")
    assert all(hits[:4])
    assert hits[4] == 0
    assert size < 2_000_000
    assert worked_up - began < 5
    assert joined - worked_up < 2.5
    assert first < 3_000
    assert max(later) < 250
    visit.close()
    assert visit.complaints == []


_TIMED = """async (queries) => {
    const field = document.getElementById("words"), told = document.querySelector("[data-found]");
    const times = [], hits = [];
    const timed = async (query) => {
        told.textContent = "?";
        const begun = performance.now();
        field.value = query;
        field.dispatchEvent(new Event("input"));
        while (told.textContent === "?") await new Promise((done) => setTimeout(done));
        return performance.now() - begun;
    };
    const first = await timed(queries[0]);
    for (const query of queries) {
        const tries = [];
        for (let i = 0; i < 8; i++) tries.push(await timed(query));
        times.push(Math.round(Math.min(...tries)));
        hits.push(document.querySelectorAll("[data-results] li").length);
    }
    return [first, times, hits];
}"""
"""How long it takes from what is typed to what is shown: for the first query, which loads the index, then at best."""


def _copy(site: Path, folder: Path, script: str) -> None:
    """The search page with another index."""
    (folder / "assets").mkdir()
    for name in ("search.html", *(f"assets/{path.name}" for path in (site / "assets").iterdir())):
        (folder / name).write_bytes((site / name).read_bytes())
    (folder / "assets/search-index.js").write_text(script, encoding="utf-8")


def test_a_library_of_long_texts_shows_less_of_each(library: list[Entry]) -> None:
    long = [
        replace(entry, parts=tuple(replace(part, commands=(part.text * 3,)) for part in entry.parts))
        for entry in library[:40]
    ]

    some, all_ = (
        index(map(indexed, long)),
        index(map(indexed, [replace(entry, path=f"{number}/{entry.path}") for number in range(25) for entry in long])),
    )

    assert len(some.encode()) < 250_000
    assert len(all_.encode()) < 2_000_000


def test_the_scripts_are_small_and_put_nothing_in_as_html() -> None:
    loaded = ("theme.js", "page.js", "search.js")
    assert sum((ASSETS / name).stat().st_size for name in loaded) < 22_528
    for script in (path.read_text(encoding="utf-8") for path in ASSETS.glob("*.js") if path.name in loaded):
        for forbidden in (
            "innerHTML",
            "outerHTML",
            "insertAdjacentHTML",
            "document.write",
            "eval(",
            "new Function",
            "fetch(",
        ):
            assert forbidden not in script


def test_the_texts_of_the_scripts_are_known_and_given_in_another_language() -> None:
    texts = script_texts(SCRIPTS)

    assert {"Copy", "Theme: dark", "{number} result", "{number} results", "{number} of {total} done"} <= set(texts)
    calls = sum(script.count("say(") + 2 * script.count(" count(") for script in SCRIPTS)
    assert calls >= len(texts)
    script = words_script(Language("xx", {"Copy": 'K"o\u2028pie', "unknown to them": "x"}), SCRIPTS)
    assert json.loads(script.removeprefix("window.runbookWords = ").removesuffix(";\n")) == {"Copy": 'K"o\u2028pie'}


def test_the_pages_speak_another_language(browser: Browser, built_site: Path) -> None:
    visit = Visitor(browser, f"{built_site.as_uri()}/")
    context = visit.context()
    words = words_script(Language("xx", {"Theme: automatic": "Look", "{number} results": "{number} Treffer"}), SCRIPTS)
    context.add_init_script(words)
    page = visit.open("search.html?q=the", context)

    assert page.locator("[data-theme-button]").inner_text() == "Look"
    page.get_by_text("Treffer").wait_for()
    visit.close()
    assert visit.complaints == []
