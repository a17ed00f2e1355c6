"""HTML as PDF, for paper; the library for that is an extra, and nothing is ever fetched for it."""

from __future__ import annotations

from runbook.errors import Misuse

_SYSTEM = "install Pango; on Debian and Ubuntu: apt-get install libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"


def as_pdf(html: str, style: str = "") -> bytes:
    """The document as PDF, in its own style and `style`; `Misuse` says what has to be installed when it can't be done.

    Neither may name anything that is to be fetched, from the web or from this machine: it is left out.
    """
    try:
        from weasyprint import CSS, HTML  # the extra `pdf`: it draws with Pango, which not every machine has
        from weasyprint.urls import URLFetcher
    except ImportError:
        raise Misuse(
            "a PDF needs WeasyPrint, which is not installed",
            "pip install 'runbook-toolkit[pdf]', or print the HTML from a browser",
        ) from None
    except OSError as error:
        raise Misuse(f"a PDF needs the library Pango, which can't be loaded: {_first(error)}", _SYSTEM) from None
    nothing = URLFetcher(allowed_protocols=())
    styles = [CSS(string=style, url_fetcher=nothing)] if style else []
    document: bytes = HTML(string=html, url_fetcher=nothing).write_pdf(stylesheets=styles)
    return document


def _first(error: OSError) -> str:
    return next(iter(str(error).splitlines()), "unknown")
