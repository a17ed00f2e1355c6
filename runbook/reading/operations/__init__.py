"""The files below `operations`: one module a sort of file, collected here by being in the folder."""

from __future__ import annotations

import functools
import importlib
import pkgutil

from runbook.reading.operations.document import Document


@functools.cache
def documents() -> tuple[Document, ...]:
    """The sorts of files there are, by name."""
    modules = (importlib.import_module(f"{__name__}.{each.name}") for each in pkgutil.iter_modules(__path__))
    found = (module.DOCUMENT for module in modules if hasattr(module, "DOCUMENT"))
    return tuple(sorted(found, key=lambda document: document.name))
