#!/bin/sh
# Makes logins for the people of this example, and a folder of runs that they share.
# For a container or a virtual machine that you can throw away; to be run as root, from anywhere.
set -eu
project=$(cd "$(dirname "$0")" && pwd)
runs=${1:-/srv/runs}
runbook=$(command -v runbook) || { echo "runbook is not in the PATH" >&2; exit 1; }

groupadd -f datacentre
for person in ana bo cleo deniz; do
    id "$person" >/dev/null 2>&1 || useradd --create-home "$person"
    usermod -aG datacentre "$person"
    su "$person" -c "cd '$project' && '$runbook' list" >/dev/null ||
        { echo "$person can't start $runbook, or can't read $project: put both where everybody can" >&2; exit 1; }
done
install -d -o root -g datacentre -m 2770 "$project/plant"
install -d -o ana -g ana -m 700 "$runs"
su ana -c "cd '$project' && '$runbook' --home '$runs' share datacentre"

cat <<END

Open a terminal for each of them:
  su - ana
  cd $project && export PATH=$(dirname "$runbook"):\$PATH RUNBOOK_HOME=$runs
END
