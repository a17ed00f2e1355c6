"""Make a sample export of a server's accounts, with one finding of every sort in it.

Usage: make_sample.py FOLDER
"""

from __future__ import annotations

import datetime
import sys
from pathlib import Path

MARK = ".made-as-a-sample"
PASSWD = """\
root:x:0:0:root:/root:/bin/bash
daemon:x:1:1:daemon:/usr/sbin:/usr/sbin/nologin
backup:x:34:34:backup:/var/backups:/bin/bash
www-data:x:33:33:www-data:/var/www:/usr/sbin/nologin
toor:x:0:0:second root:/root:/bin/sh
anna:x:1001:1001:Anna Berg:/home/anna:/bin/bash
bruno:x:1002:1002:Bruno Costa:/home/bruno:/bin/bash
carla:x:1003:1003:Carla Diaz:/home/carla:/bin/zsh
temp:x:1099:1099:contractor 2024:/home/temp:/bin/bash
"""
SHADOW = """\
root:!locked:20000:0:99999:7:::
daemon:*:20000:0:99999:7:::
backup:*:20000:0:99999:7:::
www-data:*:20000:0:99999:7:::
toor:!locked:20000:0:99999:7:::
anna:$y$sample:20000:0:99999:7:::
bruno:$y$sample:20000:0:99999:7:::
carla:$y$sample:20000:0:99999:7:::
temp::20000:0:99999:7:::
"""
GROUP = """\
root:x:0:
adm:x:4:anna
sudo:x:27:anna,temp
staff:x:1100:anna,bruno,carla
"""
APPROVED = "# accounts that may log in, and their powerful groups\nroot\nanna adm sudo\nbruno\ncarla\n"


def main() -> None:
    """Write the five files of an export."""
    folder = Path(sys.argv[1])
    if folder.exists() and any(folder.iterdir()) and not (folder / MARK).exists():
        sys.exit(f"{folder} is there already and is not a sample")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MARK).touch()
    today = datetime.date.today()
    days = {"root": 10, "anna": 1, "bruno": 2, "carla": 200, "temp": 3, "toor": 5, "backup": 4}
    logins = "".join(f"{name} {today - datetime.timedelta(days=ago)}\n" for name, ago in days.items())
    texts = {"passwd": PASSWD, "shadow": SHADOW, "group": GROUP, "approved": APPROVED, "last-logins": logins}
    for name, text in texts.items():
        (folder / name).write_text(text)
    (folder / "shadow").chmod(0o600)
    print(f"{folder}: {PASSWD.count(':x:')} accounts")


if __name__ == "__main__":
    main()
