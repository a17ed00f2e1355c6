"""An archive has one form, which others can read; a hostile one is refused before it costs anything."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable

import pytest

from runbook.engine import packing
from runbook.engine.packing import MOST, Member, Packed, Spoiled, pack

CONTENTS = {"a": b"first", "b/c": b"", "d.json": b"x" * 3_000_000}


def packed(contents: dict[str, bytes]) -> bytes:
    stream = io.BytesIO()
    size = pack(stream, [(name, [content[:7], content[7:]]) for name, content in contents.items()])
    assert size == len(stream.getvalue())
    return stream.getvalue()


def read(data: bytes) -> dict[str, bytes]:
    opened = Packed(io.BytesIO(data))
    return {name: b"".join(opened.parts(name)) for name in opened.members}


def test_what_is_packed_is_read_again_in_its_order() -> None:
    assert read(packed(CONTENTS)) == CONTENTS
    assert list(read(packed(CONTENTS))) == list(CONTENTS)
    assert packed(CONTENTS) == packed(CONTENTS)
    assert read(packed({})) == {}


def test_other_programs_read_it() -> None:
    with zipfile.ZipFile(io.BytesIO(packed(CONTENTS))) as other:
        assert other.testzip() is None
        assert {name: other.read(name) for name in other.namelist()} == CONTENTS
        assert {info.external_attr >> 16 for info in other.infolist()} == {0o100600}


@pytest.mark.parametrize(
    "name", ["", ".", "..", "../x", "/x", "x/../y", "a/b/c", "x\\y", "x\0", ".hidden", "é", "x" * 101]
)
def test_a_name_that_could_be_a_way_out_is_neither_written_nor_read(name: str) -> None:
    with pytest.raises(Spoiled):
        packed({name: b""})
    with pytest.raises(Spoiled):
        read(made([(name, b"")]))


def made(members: list[tuple[str, bytes]], **options: object) -> bytes:
    """An archive as somebody else's program makes it."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", **options) as other:  # type: ignore[call-overload]  # options of any sort
        for name, content in members:
            info = zipfile.ZipInfo("x")
            info.filename = name
            info.compress_type = other.compression
            other.writestr(info, content)
    return stream.getvalue()


HOSTILE: dict[str, Callable[[], bytes]] = {
    "a bomb": lambda: made([("a", b"\0" * 50_000_000)], compression=zipfile.ZIP_DEFLATED),
    "bzip2": lambda: made([("a", b"\0" * 1_000_000)], compression=zipfile.ZIP_BZIP2),
    "another program's": lambda: made([("a", b"x")]),
    "a comment": lambda: packed({"a": b"x"})[:-2] + b"\3\0abc",
    "two of one name": lambda: twins(packed({"a": b"1", "b": b"2"})),
    "overlapping members": lambda: overlapping(packed({"a": b"x" * 1000})),
    "more members than there are": lambda: counted(packed({"a": b"1"}), MOST),
    "too many members": lambda: counted(packed({"a": b"1"}), MOST + 1),
    "a size that is not there": lambda: packed({"a": b"12345"}).replace(b"\5\0\0\0\5\0\0\0", b"\xff\xff\xff\x7f" * 2),
    "nothing": lambda: b"",
    "something else": lambda: b"\x7fELF" * 100,
}  # fmt: skip


def twins(data: bytes) -> bytes:
    return data.replace(b"b", b"a")


def counted(data: bytes, count: int) -> bytes:
    return data[:-14] + count.to_bytes(2, "little") * 2 + data[-10:]


def overlapping(data: bytes) -> bytes:
    """One content that ten members claim, as in a bomb that needs no compression."""
    start = len(data) - 22 - 47
    members = [Member(name, 0, 1000, 0) for name in "abcdefghij"]
    directory = b"".join(member.entry for member in members)
    end = b"PK\5\6\0\0\0\0" + (10).to_bytes(2, "little") * 2
    return data[:start] + directory + end + len(directory).to_bytes(4, "little") + start.to_bytes(4, "little") + b"\0\0"


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_archive_is_refused(name: str) -> None:
    with pytest.raises(Spoiled):
        read(HOSTILE[name]())


def test_a_check_sum_that_is_not_that_of_the_content_is_found() -> None:
    wrong = Member("a", 1, 1, 0)
    right = packed({"a": b"x"})
    data = wrong.header + b"x" + wrong.entry + right[-22:]

    with pytest.raises(Spoiled, match="check sum"):
        read(data)


def test_a_text_is_read_only_up_to_its_limit() -> None:
    opened = Packed(io.BytesIO(packed(CONTENTS)))

    assert opened.text("a", 5) == b"first"
    with pytest.raises(Spoiled, match="has more than"):
        opened.text("a", 4)


def test_what_no_archive_can_hold_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packing, "LARGEST", MOST * 256 + 100)
    monkeypatch.setattr(packing, "MOST", 2)

    with pytest.raises(Spoiled, match="at most 2"):
        packed({"a": b"", "b": b"", "c": b""})
    with pytest.raises(Spoiled, match="4 GiB"):
        packed({"a": b"x" * 3_000_000})
