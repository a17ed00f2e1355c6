"""Read a PEM chain with openssl: who each certificate is for, who signed it, and how many days are left.

Usage: read_chain.py dates CHAIN
       read_chain.py order CHAIN
"""

from __future__ import annotations

import json
import re
import ssl
import subprocess
import sys
import tempfile
import time
from pathlib import Path

BLOCK = re.compile(r"-----BEGIN CERTIFICATE-----.+?-----END CERTIFICATE-----", re.DOTALL)
DAY = 86_400


def blocks(chain: Path) -> list[str]:
    """The certificates of the file, in its order."""
    found = BLOCK.findall(chain.read_text(encoding="ascii", errors="replace"))
    if not found:
        sys.exit(f"{chain} holds no certificate")
    return found


def facts(number: int, pem: str) -> dict[str, object]:
    """Subject, issuer, end and days left of one certificate; less than nothing once it has expired."""
    asked = ["openssl", "x509", "-noout", "-subject", "-issuer", "-enddate"]
    answer = subprocess.run(asked, input=pem, capture_output=True, text=True, check=False)
    if answer.returncode != 0:
        sys.exit(f"certificate {number} can't be read: {answer.stderr.strip()}")
    lines = dict(line.split("=", 1) for line in answer.stdout.splitlines() if "=" in line)
    left = ssl.cert_time_to_seconds(lines["notAfter"].strip()) - time.time()
    return {
        "number": number,
        "subject": lines["subject"].strip(),
        "issuer": lines["issuer"].strip(),
        "not_after": lines["notAfter"].strip(),
        "days_left": int(left // DAY),
    }


def dates(chain: Path) -> None:
    """Print every certificate, and the one that ends first."""
    certificates = [facts(number, pem) for number, pem in enumerate(blocks(chain), 1)]
    first = min(certificates, key=lambda each: int(str(each["days_left"])))
    print(
        json.dumps(
            {
                "count": len(certificates),
                "least_days": first["days_left"],
                "ends_first": first["subject"],
                "not_after": first["not_after"],
                "certificates": certificates,
            }
        )
    )


def order(chain: Path) -> None:
    """Prove that each certificate was signed by the one after it; dates are not looked at here.

    The last one may be signed by a root that clients have. A server's certificate alone lacks what signed it.
    """
    certificates = blocks(chain)
    alone = facts(1, certificates[0])
    if len(certificates) == 1 and alone["subject"] != alone["issuer"]:
        sys.exit(f"the chain ends after its first certificate: add that of {alone['issuer']}")
    with tempfile.TemporaryDirectory() as folder:
        files = [Path(folder) / f"{number}.pem" for number in range(1, len(certificates) + 1)]
        for number, pem in enumerate(certificates):
            files[number].write_text(pem + "\n")
        for number, signer in enumerate(files[1:], 1):
            this = files[number - 1]
            asked = ["openssl", "verify", "-no_check_time", "-partial_chain", "-trusted", str(signer), str(this)]
            answer = subprocess.run(asked, capture_output=True, text=True, check=False)
            if answer.returncode != 0:
                sys.exit(f"certificate {number} was not signed by certificate {number + 1}")
    print(json.dumps({"count": len(certificates), "order": "right"}))


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("dates", "order"):
        sys.exit("usage: read_chain.py dates|order CHAIN")
    try:
        {"dates": dates, "order": order}[sys.argv[1]](Path(sys.argv[2]))
    except OSError as error:
        sys.exit(f"{sys.argv[1]} failed: {error}")
