#!/usr/bin/env bash
# Installs what the interoperability tests of Tenancy.Ocr call: grpcio by apt, grpc-js by npm. What cannot be had is
# named, and its tests are skipped. The sample's own OCR server is tested as well.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
NODE=$ROOT/tests/Tenancy.Ocr.Tests/Interop/node

install() {
    local as_root=()
    ((EUID == 0)) || as_root=(sudo -n)
    command -v apt-get >/dev/null && {
        "${as_root[@]}" apt-get install -y --no-install-recommends "$@" ||
            { "${as_root[@]}" apt-get update && "${as_root[@]}" apt-get install -y --no-install-recommends "$@"; }
    } >/dev/null 2>&1
}

if ! /usr/bin/python3 -c 'import grpc, google.protobuf' 2>/dev/null; then
    install python3-grpcio python3-protobuf ||
        echo "python3-grpcio and python3-protobuf cannot be installed: the tests against grpcio are skipped." >&2
fi

command -v npm >/dev/null || install nodejs npm || true
if ! command -v npm >/dev/null; then
    echo "npm cannot be installed: the tests against grpc-js are skipped." >&2
elif [[ ! -d $NODE/node_modules ]] && ! (cd "$NODE" && npm ci --ignore-scripts --no-audit --no-fund) >/dev/null 2>&1; then
    echo "npm could not install $NODE: the tests against grpc-js are skipped." >&2
fi

"$ROOT/scripts/ocr-server.sh" install >/dev/null || echo "The OCR server of samples/ocr-server cannot run: its tests are skipped." >&2
