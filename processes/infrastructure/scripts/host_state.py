"""Read the state of this Linux machine, without root: pending updates, kernel and boot, services that failed.

Nothing is refreshed or installed: what is pending is what the last refresh of the package lists has found. A tool that
fails, or that is not known, is an error and never counts as nothing pending.

Usage: host_state.py updates
       host_state.py boot
       host_state.py services [KNOWN]     (KNOWN: a JSON list of services that had failed before)
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

REBOOT_MARK = Path("/run/reboot-required")
MODULES = Path("/lib/modules")
SYSTEMD = Path("/run/systemd/system")


def ran(*command: str, fine: tuple[int, ...] = (0,)) -> str:
    """What a program prints, in English; a program that fails ends this one."""
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=100, check=False, errors="replace",
        env={**os.environ, "LC_ALL": "C"},
    )  # fmt: skip
    if done.returncode not in fine:
        last = (done.stderr.strip() or "no message").splitlines()[-1]
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}: {last}")
    return done.stdout


def updates() -> dict:
    """The packages that have a newer version, and which of these are security updates."""
    if shutil.which("apt"):
        text = ran("apt", "list", "--upgradable")
        found = re.findall(r"^([^/\s]+)/(\S+) \S+ \S+ \[upgradable", text, re.M)
        return answer("apt", [name for name, _ in found], [name for name, source in found if "security" in source])
    if shutil.which("dnf"):
        line = re.compile(r"^(\S+)\.\w+ +\S+ +\S+$", re.M)
        names = line.findall(ran("dnf", "-C", "-q", "check-update", fine=(0, 100)))
        return answer("dnf", names, line.findall(ran("dnf", "-C", "-q", "--security", "check-update", fine=(0, 100))))
    if shutil.which("apk"):
        names = re.findall(r"^(\S+?)-\d\S* +<", ran("apk", "version", "-l", "<"), re.M)
        return answer("apk", names, names)
    sys.exit("neither apt nor dnf nor apk is here; list the pending updates by hand")


def answer(tool: str, names: list[str], secure: list[str]) -> dict:
    """The names in order, with their numbers."""
    return {"tool": tool, "count": len(names), "security": len(secure), "names": sorted(names)[:50]}


def boot() -> dict:
    """The kernel that runs, this start of the machine, and why it asks for another one."""
    reasons = [f"{REBOOT_MARK} is there"] if REBOOT_MARK.exists() else []
    if shutil.which("dnf"):
        text = ran("dnf", "-C", "needs-restarting", "-r", fine=(0, 1))
        if "is required" in text:
            reasons.append("`dnf needs-restarting -r` says so")
        elif "not be necessary" not in text:
            sys.exit("`dnf needs-restarting -r` does not say whether a restart is required; is its plug-in installed?")
    kernel = platform.release()
    if (newest := newest_kernel(kernel)) != kernel:
        reasons.append(f"kernel {newest} is installed, and {kernel} runs")
    return {
        "kernel": kernel,
        "boot_id": Path("/proc/sys/kernel/random/boot_id").read_text().strip(),
        "up_days": round(float(Path("/proc/uptime").read_text().split()[0]) / 86400, 1),
        "reboot_needed": bool(reasons),
        "reasons": reasons,
    }


def newest_kernel(running: str) -> str:
    """The newest installed kernel of the same flavour; the running one where none is installed, as in a container."""

    def flavour(name: str) -> str:
        found = re.search(r"-([a-z]\w*)$", name)
        return found[1] if found else ""

    def key(name: str) -> list[tuple[int, str]]:
        return [(int(part), "") if part.isdigit() else (-1, part) for part in re.findall(r"\d+|[a-z]+", name)]

    names = [each.parent.name for each in MODULES.glob("*/modules.dep")]
    return max((each for each in names if flavour(each) == flavour(running)), key=key, default=running)


def services(known: str = "[]") -> dict:
    """The services that have failed, and which of them had not failed before; none where systemd does not run."""
    before = json.loads(known)
    if not SYSTEMD.is_dir() or not shutil.which("systemctl"):
        return {"manager": "none", "count": 0, "names": [], "new": []}
    names = [line.split()[0] for line in ran("systemctl", "--failed", "--plain", "--no-legend").splitlines() if line]
    new = [each for each in names if each not in before]
    return {"manager": "systemd", "count": len(names), "names": names, "new": new}


def main() -> None:
    """Print the answer as JSON."""
    looks = {"updates": updates, "boot": boot, "services": services}
    given = sys.argv[2:]
    if len(sys.argv) < 2 or sys.argv[1] not in looks or len(given) > (sys.argv[1] == "services"):
        sys.exit("usage: host_state.py updates | boot | services [KNOWN]")
    try:
        print(json.dumps(looks[sys.argv[1]](*given)))
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        sys.exit(f"{sys.argv[1]} can't be read: {error}")


if __name__ == "__main__":
    main()
