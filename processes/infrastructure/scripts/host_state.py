"""Read the state of this Linux machine, without root: pending updates, kernel and boot, services that failed.

Nothing is refreshed or installed: what is pending is what the last refresh of the package lists has found.

Usage: host_state.py updates
       host_state.py boot
       host_state.py services
"""

from __future__ import annotations

import json
import os
import platform
import re
import shutil
import subprocess
import sys
from pathlib import Path

REBOOT_MARKS = ("/run/reboot-required", "/var/run/reboot-required")


def ran(*command: str) -> tuple[int, str]:
    """The exit code of a program and what it prints, in English."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, errors="replace",
        env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    return done.returncode, done.stdout


def updates() -> dict:
    """The packages that have a newer version, and which of these are security updates."""
    if shutil.which("apt"):
        _, text = ran("apt", "list", "--upgradable")
        found = re.findall(r"^([^/\s]+)/(\S+) \S+ \S+ \[upgradable", text, re.M)
        return answer("apt", [name for name, _ in found], [name for name, source in found if "security" in source])
    if shutil.which("dnf"):
        names = re.findall(r"^(\S+)\.\w+ +\S+ +\S+$", ran("dnf", "-C", "-q", "check-update")[1], re.M)
        secure = re.findall(r"^(\S+)\.\w+ +\S+ +\S+$", ran("dnf", "-C", "-q", "--security", "check-update")[1], re.M)
        return answer("dnf", names, secure)
    if shutil.which("apk"):
        return answer("apk", re.findall(r"^(\S+?)-\d\S* +<", ran("apk", "version", "-l", "<")[1], re.M), [])
    return answer("none", [], [])


def answer(tool: str, names: list[str], secure: list[str]) -> dict:
    """The names in order, with their numbers."""
    return {"tool": tool, "count": len(names), "security": len(secure), "names": sorted(names)[:50]}


def boot() -> dict:
    """The kernel that runs, this start of the machine, and whether it asks for another one."""
    return {
        "kernel": platform.release(),
        "boot_id": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "up_days": round(float(Path("/proc/uptime").read_text().split()[0]) / 86400, 1),
        "reboot_needed": any(os.path.exists(path) for path in REBOOT_MARKS),
    }


def services() -> dict:
    """The services that have failed; none where systemd does not run."""
    if not Path("/run/systemd/system").is_dir() or not shutil.which("systemctl"):
        return {"manager": "none", "count": 0, "names": []}
    names = [line.split()[0] for line in ran("systemctl", "--failed", "--plain", "--no-legend")[1].splitlines() if line]
    return {"manager": "systemd", "count": len(names), "names": names}


def main() -> None:
    """Print the answer as JSON."""
    looks = {"updates": updates, "boot": boot, "services": services}
    if len(sys.argv) != 2 or sys.argv[1] not in looks:
        sys.exit("usage: host_state.py updates|boot|services")
    print(json.dumps(looks[sys.argv[1]]()))


if __name__ == "__main__":
    main()
