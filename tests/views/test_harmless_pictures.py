"""Pictures that are what they say and do nothing pass; whatever a browser could run or load does not."""

from __future__ import annotations

from pathlib import Path

import pytest

from runbook.views.site.harmless import ENDINGS, LARGEST, harm

OURS = sorted((Path(__file__).parents[2] / "docs" / "pictures").iterdir())
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink"'

HARMFUL = {
    "script": "><script>alert(1)</script></svg>",
    "script of another name": '><s:script xmlns:s="http://www.w3.org/2000/svg">alert(1)</s:script></svg>',
    "script of a web page": '><x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script></svg>',
    "foreign object": "><foreignObject><p/></foreignObject></svg>",
    "event on the drawing": ' onload="alert(1)"/>',
    "event inside": '><rect onclick="alert(1)"/></svg>',
    "event in capitals": '><rect onClick="alert(1)"/></svg>',
    "link": '><a href="https://evil.example"><text>x</text></a></svg>',
    "script in a link": '><use href="javascript:alert(1)"/></svg>',
    "picture from elsewhere": '><image href="https://evil.example/x.png"/></svg>',
    "picture from elsewhere, old": '><image xlink:href="//evil.example/x.png"/></svg>',
    "drawing in data": '><image href="data:image/svg+xml;base64,PHN2Zy8+"/></svg>',
    "page in data": '><use href="data:text/html,x"/></svg>',
    "file beside it": '><use href="other.svg#x"/></svg>',
    "style that loads": "><style>@import 'x.css';</style></svg>",
    "style with an address": "><style>rect { fill: url(https://evil.example/x) }</style></svg>",
    "style with an escape": "><style>rect { fill: \\75rl(//evil.example) }</style></svg>",
    "attribute with an address": '><rect fill="url(https://evil.example/x)"/></svg>',
    "attribute with a quoted address": "><rect style=\"fill: url( 'https://evil.example/x' )\"/></svg>",
    "animation of a link": '><rect><set attributeName="href" to="javascript:alert(1)"/></rect></svg>',
    "animation": '><rect><animate attributeName="x" values="1"/></rect></svg>',
    "frame": '><iframe src="x"/></svg>',
    "base": ' xml:base="https://evil.example/"/>',
}


@pytest.mark.parametrize("rest", HARMFUL.values(), ids=HARMFUL.keys())
def test_a_drawing_that_could_do_something_is_refused(rest: str) -> None:
    assert harm("x.svg", f"{HEAD}{rest}".encode())


@pytest.mark.parametrize(
    "drawing",
    [
        f'<!DOCTYPE svg [<!ENTITY a "x">]>{HEAD}><text>&a;</text></svg>',
        f'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]>{HEAD}><text>&a;</text></svg>',
        f'<?xml-stylesheet href="https://evil.example/x.css"?>{HEAD}/>',
        "<html xmlns='http://www.w3.org/1999/xhtml'><script>alert(1)</script></html>",
        "<svg/>",
        f"{HEAD}><rect></svg>",
        "",
        "not a drawing",
    ],
)
def test_what_is_no_plain_drawing_is_refused(drawing: str) -> None:
    assert harm("x.svg", drawing.encode())


@pytest.mark.parametrize(
    "rest",
    [
        '><rect fill="url(#a)" style="fill: url(\'#a\')"/><use href="#b"/><use xlink:href="#b"/></svg>',
        '><image href="data:image/png;base64,iVBORw0KGgo="/></svg>',
        "><style>rect { fill: red }</style><title>Only once</title></svg>",
        ' aria-label="the path C:\\temp and url(x)"/>',
    ],
)
def test_a_drawing_that_only_draws_passes(rest: str) -> None:
    assert harm("x.svg", f'<?xml version="1.0"?>\n{HEAD}{rest}'.encode()) == ""


@pytest.mark.parametrize("picture", OURS, ids=lambda path: path.name)
def test_our_own_pictures_pass(picture: Path) -> None:
    assert picture.name.endswith(ENDINGS)
    assert harm(picture.name, picture.read_bytes()) == ""


@pytest.mark.parametrize("name", ["x.png", "x.jpg", "x.jpeg", "x.gif", "x.webp", "X.PNG"])
def test_a_page_under_the_name_of_a_picture_is_refused(name: str) -> None:
    assert harm(name, b"<html><script>alert(1)</script></html>")


def test_a_picture_that_is_too_large_is_refused() -> None:
    content = b"\x89PNG\r\n\x1a\n" + b"x" * LARGEST

    assert harm("x.png", content[:100]) == ""
    assert harm("x.png", content) == "is larger than 5 MB"
