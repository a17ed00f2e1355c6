"""Sends a message over one channel, for `notify` steps; it needs the extra `notify`.

Rule 1: a value in an address is encoded, so that it stays the part of the address that it stands in.
Rule 2: nothing is kept on disk, and nobody sends the message on to another address.
"""

from __future__ import annotations

import json
import logging
import sys
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from runbook.kind import WorkFailed

Part = str | Mapping[str, str]
"""What the author wrote, or `{"value": TEXT}`."""

_REASONS = ("Socket Exception: ", "Response Details:")
"""How the library begins what it knows about a failure, when it says that."""


def address(parts: Iterable[Part]) -> str:
    """The address that the parts make; a value at its beginning is the beginning of the address, as it is."""
    made = ""
    for part in parts:
        made += part if isinstance(part, str) else quote(part["value"], safe="") if made else part["value"]
    return made.strip()


def send(request: Mapping[str, Any]) -> None:
    """Send the message and print that it was; `WorkFailed` when the channel did not take it."""
    deliver(request)
    print(json.dumps({"channel": request["channel"], "sent": True}))


def deliver(request: Mapping[str, Any], shows: bool = True) -> None:
    """Send the message; `WorkFailed` when the channel did not take it. What the library says is shown where it may."""
    try:
        from apprise import Apprise, AppriseAsset  # an extra: only those who have such steps need it
    except ImportError:
        raise WorkFailed("`notify` steps need the package apprise", "pip install 'runbook-toolkit[notify]'") from None

    channel = request["channel"]
    said = _Said(shows)
    logger = logging.getLogger("apprise")
    logger.addHandler(said)
    logger.setLevel(logging.DEBUG)
    try:
        _notify(Apprise, AppriseAsset, request, said, channel)
    finally:
        logger.removeHandler(said)


def _notify(library: Any, settings: Any, request: Mapping[str, Any], said: _Said, channel: str) -> None:
    asset = settings(storage_mode="memory")
    asset.http_redirects = False  # a message that is sent on by GET arrives nowhere
    sender = library(asset=asset)
    if not sender.add(address(request["address"])):
        help = "see https://appriseit.com for the addresses that there are"
        raise WorkFailed(f"nothing can be sent to the address of `{channel}`", help)
    sent = sender.notify(
        body=request["text"],
        title=request["title"],
        body_format="text",
        notify_type=request["urgency"],
        interpret_escapes=False,
    )
    if not sent:
        raise WorkFailed(f"`{channel}` was not told: {said.why()}", "see its address, and who is there")


class _Said(logging.Handler):
    """What the library says: all that is meant for people is shown, and why something went wrong is kept."""

    def __init__(self, shows: bool = True) -> None:
        super().__init__(logging.DEBUG)
        self._shows = shows
        self._wrong = ""
        self._reason = ""

    def emit(self, record: logging.LogRecord) -> None:
        text = " ".join(record.getMessage().split())
        begins = next((each for each in _REASONS if text.startswith(each.strip())), "")
        if begins:
            self._reason = text.removeprefix(begins.strip()).strip()[:300]
        if self._shows and (record.levelno >= logging.INFO or begins):
            print(text, file=sys.stderr)
        if record.levelno >= logging.WARNING:
            self._wrong = text.rstrip(". ")

    def why(self) -> str:
        """What went wrong, in a line."""
        reason = f" ({self._reason})" if self._reason else ""
        return (self._wrong or "the channel did not take it") + reason
