"""What happens while a person is asked: told once, in order, and a ring that comes late is no news."""

from __future__ import annotations

import os
import select

from runbook.cli.loop.news import News


def test_a_ring_for_what_was_told_before_is_late() -> None:
    news, told = News(), []
    news.put(lambda: told.append("one"))
    news.tell()
    os.write(news._ring, b".")  # as a thread rings that was slow to do so

    assert news.rang_late()
    assert not select.select([news.bell], [], [], 0)[0]

    news.put(lambda: told.append("two"))
    assert not news.rang_late()
    news.tell()
    assert told == ["one", "two"]
    news.close()
