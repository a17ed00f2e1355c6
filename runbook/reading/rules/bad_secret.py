"""A secret is to come from a source that does not exist, or that is not told what it has to know.

Why: it would be found out when the step needs it, in the middle of the work.

Example:

    secrets:
      token: {from: vault}

Instead: name one of the sources and its options, such as `{from: env, name: CMDB_TOKEN}` or
`{from: file, path: /etc/cmdb/token}`. A source of another package is used when `runbook.yaml` names that package under
`plugins`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runbook.diagnostics import suggestion
from runbook.inputs import flaw
from runbook.reading.rule import Finding, Subject

CODE = "RB281"
NAME = "bad-secret"


def check(subject: Subject) -> Iterator[Finding]:
    """Finds secrets that could not be had."""
    sources = subject.kinds.secret_sources
    for name, secret in subject.process.secrets.items():
        at = ("secrets", name)
        source = sources.get(secret.source)
        if source is None:
            known = ", ".join(f"`{key}`" for key in sources)
            help = suggestion(secret.source, tuple(sources), f"the sources are {known}")
            yield Finding((*at, "from"), f"there is no source of secrets `{secret.source}`", help)
            continue
        for option in source.required:
            if option not in secret.options:
                help = f"for example {source.example.partition(': ')[2] or option}"
                yield Finding(at, f"a secret from `{source.key}` needs `{option}`", help)
        for option, value in secret.options.items():
            if option not in source.properties:
                help = suggestion(option, tuple(source.properties), "leave it out")
                yield Finding((*at, option), f"a secret from `{source.key}` has no `{option}`", help)
            elif why := flaw(source.properties[option], value):
                yield Finding((*at, option), why, f"for example {source.example.partition(': ')[2]}")
