"""The zone of a calendar is read quickly, and only where it is beyond doubt."""

from __future__ import annotations

import pytest

from runbook.reading.office import zone_in

TOLD = {
    "as it is usually written": "title: Office\ntimezone: Asia/Tokyo  # where we are\nhours: {}\n",
    "in quotes": "timezone: 'Asia/Tokyo'\n",
    "in braces": "{hours: {all: ['00:00-24:00']}, timezone: Asia/Tokyo}\n",
    "after one of the same name further in": "more: {timezone: UTC}\ntimezone: Asia/Tokyo\n",
    "behind a text that looks like it": 'title: "a\n  timezone: UTC"\ntimezone: Asia/Tokyo\n',
}
NOT_TOLD = {
    "two of them": "timezone: Asia/Tokyo\ntimezone: UTC\n",
    "no zone": "timezone: Asia/Tokio\n",
    "no text": "timezone: [Asia/Tokyo]\n",
    "an alias": "a: &z Asia/Tokyo\ntimezone: *z\n",
    "none": "title: Office\n",
    "a list": "- timezone: Asia/Tokyo\n",
    "nothing": "",
    "a broken file": "timezone: Asia/Tokyo\nhours: {all: [\n",
    "no text at all": "\x00",
    "the key of a mapping": "? {timezone: x}\n: Asia/Tokyo\n",
    "very deep": "a: " + "[" * 100_000,
}


@pytest.mark.parametrize("how", TOLD)
def test_a_zone_is_told(how):
    assert zone_in(TOLD[how].encode()) == "Asia/Tokyo"


@pytest.mark.parametrize("how", NOT_TOLD)
def test_what_is_in_doubt_is_not_told(how):
    assert zone_in(NOT_TOLD[how].encode()) == ""


def test_anchors_that_multiply_take_no_time():
    text = "a0: &a0 {x: 1}\n" + "".join(
        f"a{n}: &a{n} {{<<: [{', '.join(f'*a{n - 1}' for _ in range(9))}]}}\n" for n in range(1, 40)
    )

    assert zone_in(f"{text}timezone: Asia/Tokyo\n".encode()) == "Asia/Tokyo"
