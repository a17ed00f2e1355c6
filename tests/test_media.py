"""What a file is, is told by its content: text is text, whatever it begins with, and a name says nothing."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from runbook.media import TEXT, UNKNOWN, Sniffer, can_be_told, fits, sniffed

PNG = b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR" + bytes(17)
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00" + bytes(40)


@pytest.mark.parametrize(
    ("content", "type"),
    [
        (b"2.4 bar\n", TEXT),
        ("21 °C".encode(), TEXT),
        (b"\x1b[31mred\x1b[0m\n", TEXT),
        (b"BM is how it begins, and MZ and GIF89a come after", TEXT),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>", TEXT),
        (b"<html><body>hello</body></html>", TEXT),
        (b"%PDF-1.7 that is text throughout", "application/pdf"),
        (PNG, "image/png"),
        (JPEG, "image/jpeg"),
        (b"\x1f\x8b\x08" + bytes(20), "application/gzip"),
        (b"PK\x03\x04" + bytes(60), "application/zip"),
        (b"\x00\x01\x02\x03", UNKNOWN),
        ("half a character: °".encode()[:-1], UNKNOWN),
        (b"text with a \x00 in it", UNKNOWN),
    ],
)
def test_a_content_says_what_it_is(content: bytes, type: str) -> None:
    assert sniffed(content) == type


@given(st.binary(max_size=200), st.integers(1, 7))
def test_it_says_the_same_in_parts_of_any_size(content: bytes, size: int) -> None:
    sniffer = Sniffer()
    for place in range(0, len(content), size):
        sniffer.take(content[place : place + size])

    assert sniffer.type() == sniffed(content)


def test_text_that_goes_on_as_something_else_is_no_text() -> None:
    assert sniffed(b"a" * 20_000) == TEXT
    assert sniffed(b"a" * 20_000 + b"\x00") == UNKNOWN


@pytest.mark.parametrize(
    ("found", "allowed", "fine"),
    [
        ("image/png", ["image"], True),
        ("image/png", ["image/*"], True),
        ("image/png", ["image/png"], True),
        ("image/png", ["image/jpeg", "text/*"], False),
        ("image/png", [], True),
        (TEXT, ["text/csv"], True),
        (TEXT, ["application/json"], True),
        (TEXT, ["image", "application/pdf"], False),
        (UNKNOWN, ["image"], False),
        ("application/x-executable", ["application/pdf"], False),
    ],
)
def test_a_type_fits_what_is_allowed(found: str, allowed: list[str], fine: bool) -> None:
    assert fits(found, allowed) is fine


def test_only_types_that_some_content_has_can_be_told() -> None:
    assert all(map(can_be_told, ["image", "image/*", "image/png", "text", "text/csv", "application/json", "video"]))
    assert not any(map(can_be_told, ["imgae", "image/svg+xml", "application/pfd", "*/*", "", "/"]))
