"""HTML as PDF, for paper; the library for that is an extra, and nothing is ever fetched for it."""

from __future__ import annotations

from typing import Any

from runbook.errors import Misuse

_SYSTEM = "install Pango; on Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def as_pdf(html: str) -> bytes:
    """The document as PDF; `Misuse` says what has to be installed when that can't be done here."""
    try:
        import weasyprint  # the extra `pdf`: it draws with Pango, which not every machine has
    except ImportError:
        raise Misuse(
            "a PDF needs WeasyPrint, which is not installed",
            "pip install 'runbook-toolkit[pdf]', or print the HTML from a browser",
        ) from None
    except OSError as error:
        raise Misuse(f"a PDF needs the library Pango, which can't be loaded: {_first(error)}", _SYSTEM) from None
    document: bytes = weasyprint.HTML(string=html, url_fetcher=_nothing).write_pdf()
    return document


def _nothing(url: str, *args: Any, **options: Any) -> Any:
    """Stands between the document and the world: it loads nothing."""
    raise ValueError(f"{url} is not loaded")


def _first(error: OSError) -> str:
    return next(iter(str(error).splitlines()), "unknown")
