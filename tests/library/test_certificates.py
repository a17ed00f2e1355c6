"""Expired and misordered certificate chains are found, and a renewal is proved."""

from __future__ import annotations

import subprocess
from pathlib import Path

from .conftest import Library


def sample_chain(library: Library, days: int) -> Path:
    """A chain whose server certificate has this many days left."""
    path = library.folder / "chain.pem"
    script = library.script("certificates/make_chain.sh")
    subprocess.run(["sh", script, path, str(days)], check=True, capture_output=True)
    return path


def test_an_expired_certificate_is_critical_until_it_is_renewed(library: Library) -> None:
    result = library.run("certificates/expiry-check", chain=sample_chain(library, days=0))

    assert result.outputs("verdict")["choice"] == "critical"
    assert result.outputs("dates")["least_days"] < 0
    assert result.state("renewed") == "failed"
    assert result.status == "failed"


def test_a_certificate_that_ends_soon_is_planned(library: Library) -> None:
    result = library.run("certificates/expiry-check", chain=sample_chain(library, days=20))

    assert result.outputs("verdict")["choice"] == "plan"
    assert (result.state("plan-renewal"), result.state("renew-now")) == ("succeeded", "skipped")


def test_a_chain_in_the_wrong_order_is_refused(library: Library) -> None:
    chain = sample_chain(library, days=90)
    end = "-----END CERTIFICATE-----\n"
    server, root, _ = chain.read_text().split(end)
    chain.write_text(root + end + server + end)

    result = library.run("certificates/expiry-check", chain=chain)

    assert result.state("order") == "failed"
    assert result.status == "failed"
