#!/bin/sh
# Make a sample chain: a server certificate for 90 days and the root that signed it for ten years.
# Usage: make_chain.sh CHAIN [DAYS]
set -eu
chain=$1
days=${2:-90}
folder=$(dirname -- "$chain")
mkdir -p -- "$folder"
scratch=$(mktemp -d "$folder/chain.XXXXXX")
trap 'rm -rf -- "$scratch"' EXIT
cat >"$scratch/extensions" <<END
[root]
basicConstraints = critical, CA:TRUE
keyUsage = critical, keyCertSign, cRLSign
[server]
basicConstraints = critical, CA:FALSE
subjectAltName = DNS:shop.example.org
END
(
    cd -- "$scratch"
    exec 2>/dev/null
    openssl req -newkey rsa:2048 -nodes -keyout root.key -out root.csr -subj "/O=Sample/CN=Sample root"
    openssl x509 -req -in root.csr -signkey root.key -days 3650 -extfile extensions -extensions root -out root.pem
    openssl req -newkey rsa:2048 -nodes -keyout server.key -out server.csr -subj "/O=Sample/CN=shop.example.org"
    openssl x509 -req -in server.csr -CA root.pem -CAkey root.key -CAcreateserial -days "$days" \
        -extfile extensions -extensions server -out server.pem
)
cat "$scratch/server.pem" "$scratch/root.pem" >"$chain.partial"
mv -- "$chain.partial" "$chain"
echo "$chain: 2 certificates"
