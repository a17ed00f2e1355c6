"""Expired and misordered certificate chains are found, and a renewal is proved."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from .conftest import Library


def sample_chain(library: Library, days: int) -> Path:
    """A chain whose server certificate has this many days left."""
    path = library.folder / "chain.pem"
    script = library.script("certificates/make_chain.sh")
    subprocess.run(["sh", script, path, str(days)], check=True, capture_output=True)
    return path


def rearrange(chain: Path, certificates: str) -> None:
    """A sample chain made of these certificates only, in this order."""
    end = "-----END CERTIFICATE-----\n"
    server, root, _ = chain.read_text().split(end)
    chain.write_text("".join({"server": server, "root": root}[each] + end for each in certificates.split()))


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


@pytest.mark.parametrize("certificates", ["root server", "server"])
def test_a_chain_in_the_wrong_order_or_without_its_signer_is_refused(library: Library, certificates: str) -> None:
    chain = sample_chain(library, days=90)
    rearrange(chain, certificates)

    result = library.run("certificates/expiry-check", chain=chain)

    assert result.state("order") == "failed"
    assert result.status == "failed"


def test_a_root_may_stand_alone(library: Library) -> None:
    chain = sample_chain(library, days=90)
    rearrange(chain, "root")

    result = library.run("certificates/expiry-check", chain=chain)

    assert (result.status, result.state("order")) == ("succeeded", "succeeded"), result.text


@pytest.mark.parametrize(
    ("days", "certificates", "failed"),
    [
        (90, "server root", ""),
        (20, "server root", "renewed"),
        (90, "root server", "renewed-order"),
        (90, "server", "renewed-order"),
    ],
)
def test_a_new_chain_is_read_as_the_old_one_was(library: Library, days: int, certificates: str, failed: str) -> None:
    answers = library.folder / "renewal.yaml"
    chain = sample_chain(library, days=3)
    library.call("run", "certificates/expiry-check", "-i", f"chain={chain}", "--yes")
    rearrange(sample_chain(library, days), certificates)
    answers.write_text("renew-now: {outcome: done, fields: {incident: INC-2051}}\n")

    done = library.call("resume", "last", "--yes", "--answers", answers, "--json")

    found = json.loads(done.stdout.strip().splitlines()[-1])
    assert found["status"] == ("failed" if failed else "succeeded"), done.stderr
    assert [each["id"] for each in found["steps"] if each["status"] == "failed"] == [failed] * bool(failed)
