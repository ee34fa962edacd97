#!/usr/bin/env bash
# The document inbox on a private PostgreSQL and with an OCR server of its own: one tenant in shared rows, one in a schema,
# one in a database, and a tour that tries to get from one to another.
#
#   ./demo.sh           the tour, then serves until Ctrl-C
#   ./demo.sh --once    the tour only; exit code 0 if every step of it held
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$ROOT/scripts/common.sh"
source "$ROOT/scripts/dotnet.sh"

once=
case "$*" in
    '') ;;
    --once) once=1 ;;
    *) fail "Usage: ./demo.sh [--once]" ;;
esac

require_dotnet
begin_run

echo "Building…"
for project in Inbox Inbox.Tour; do
    run dotnet build "$ROOT/samples/$project" -c Release --nologo -v quiet >"$RUN_DIR/build.log" || {
        cat "$RUN_DIR/build.log" >&2
        fail "The build failed."
    }
done
inbox=$ROOT/samples/Inbox/bin/Release/net10.0/Inbox.dll
tour=$ROOT/samples/Inbox.Tour/bin/Release/net10.0/Inbox.Tour.dll

echo "Starting PostgreSQL…"
start_cluster

echo "Starting the OCR server…"
start_ocr_server

# Secrets reach the API through its environment: a command line is there for every user of the machine to read.
server="Host=$TENANCY_CLUSTER_HOST;Port=$TENANCY_CLUSTER_PORT"
export Tenancy__Postgres__Catalog="$server;Database=tenancy_catalog;Username=tenancy_catalog;Password=$(random_hex 24)"
export Tenancy__Postgres__DeploymentKey
Tenancy__Postgres__DeploymentKey=$(random_base64 32)
local_1="$server;Database=tenants"
export Tenancy__Postgres__Servers__local__ConnectionString="$local_1;Username=tenancy_app;Password=$(random_hex 24)"
export Tenancy__Postgres__Servers__local__Migrator="$local_1;Username=tenancy_migrator;Password=$(random_hex 24)"
export Tenancy__Ocr__Servers__0=$TENANCY_OCR_ENDPOINT
export Jwt__JwksPath="$RUN_DIR/keys/jwks.json" Jwt__SigningKeyPath="$RUN_DIR/keys/signing-key.pem"
export Cursors__Key
Cursors__Key=$(random_base64 32)
export Demo__UnsafeSearch=true
# The tour shows what was used a moment ago.
export Tenancy__Metering__FlushInterval=00:00:01
export ASPNETCORE_ENVIRONMENT=Production ASPNETCORE_URLS=http://127.0.0.1:0

run dotnet "$inbox" keys --out "$RUN_DIR/keys" >/dev/null || fail "The signing key was not made."
echo "Installing roles, catalog and databases…"
run dotnet "$inbox" install --admin-env TENANCY_TEST_POSTGRES || fail "The installation failed."

echo "Starting the API…"
# It must not know the administrator's password: it could not misuse what it was never given.
unset TENANCY_TEST_POSTGRES
start_child dotnet "$inbox" >"$RUN_DIR/api.log" 2>&1
api=$CHILD
url=
for _ in {1..600}; do
    url=$(sed -nE 's/.*Now listening on: (http:[^ ]+).*/\1/p' "$RUN_DIR/api.log" | head -n 1)
    [[ -z $url ]] || break
    kill -0 "$api" 2>/dev/null || break
    sleep 0.1
done
if [[ -z $url ]]; then
    cat "$RUN_DIR/api.log" >&2
    fail "The API did not start."
fi
for name in "${!Tenancy__Postgres__@}"; do
    unset "$name"
done

held=0
INBOX_URL=$url INBOX_SIGNING_KEY=$Jwt__SigningKeyPath INBOX_DATA=$ROOT/samples/data run dotnet "$tour" || held=$?
if ((held != 0)); then
    echo "The API's last words:" >&2
    tail -n 60 "$RUN_DIR/api.log" >&2
    fail "Not every step of the tour held."
fi
[[ -z $once ]] || exit 0

run dotnet "$inbox" token --org acme --sub alice --lifetime 12h >"$RUN_DIR/token"
run dotnet "$inbox" token --org contoso --sub carol --lifetime 12h >"$RUN_DIR/contoso"
run dotnet "$inbox" token --role platform-admin --sub root --lifetime 12h >"$RUN_DIR/admin"
cat <<MORE

The API serves at $url until Ctrl-C; $url/openapi/v1.json says what it takes. For twelve hours, as alice of acme:

ALICE=$(<"$RUN_DIR/token")
curl -i -H "Authorization: Bearer \$ALICE" "$url/v1/organizations/acme/documents?limit=3"
curl -i -H "Authorization: Bearer \$ALICE" "$url/v1/organizations/acme/documents/search?q=liberty"
curl -i -H "Authorization: Bearer \$ALICE" "$url/v1/organizations/globex/documents"

docs/api.md has a line of curl for every endpoint, to be run in this folder. What they need:

URL=$url
ADMIN=$(<"$RUN_DIR/admin")
TOKEN=$(<"$RUN_DIR/contoso")
MORE
wait "$api" || true
cat "$RUN_DIR/api.log" >&2
fail "The API stopped by itself."
