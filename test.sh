#!/usr/bin/env bash
# Builds everything and runs all tests on a private PostgreSQL. The last line is "N passed, N failed".
#
#   ./test.sh              what every change must pass
#   ./test.sh --nightly    with the long runs as well
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$ROOT/scripts/common.sh"
source "$ROOT/scripts/dotnet.sh"
source "$ROOT/scripts/sqlmap.sh"

case "$*" in
    '') ;;
    --nightly) export TENANCY_NIGHTLY=1 ;;
    *) fail "Usage: ./test.sh [--nightly]" ;;
esac

require_dotnet
offer_sqlmap
begin_run
run dotnet build "$ROOT/Tenancy.sln" -c Release --nologo -v quiet -clp:NoSummary || fail "The build failed."
start_cluster
run "$ROOT/scripts/grpc-peers.sh" || true

# The value of an attribute of the counters in a trx file.
counter() {
    sed -nE "s/.*<Counters[^>]* $1=\"([0-9]+)\".*/\1/p" "$2" | head -n 1
}

# Test projects of the solution are those that reference the test SDK.
run dotnet sln "$ROOT/Tenancy.sln" list >"$RUN_DIR/projects"
passed=0 failed=0 skipped=0 broken=()
while IFS= read -r project; do
    project=${project//\\//}
    grep -q 'Microsoft.NET.Test.Sdk' "$ROOT/$project" || continue
    name=$(basename "$project" .csproj)
    echo
    echo "── $name"
    status=0
    run dotnet test "$ROOT/$project" --no-build -c Release --nologo \
        --results-directory "$RUN_DIR/results" --logger "trx;LogFileName=$name.trx" || status=$?
    trx=$RUN_DIR/results/$name.trx
    if [[ ! -f $trx ]]; then
        broken+=("$name")
        continue
    fi
    total=$(counter total "$trx") ok=$(counter passed "$trx") executed=$(counter executed "$trx")
    bad=$((executed - ok))
    passed=$((passed + ok)) failed=$((failed + bad)) skipped=$((skipped + total - executed))
    # A run that crashed, or that found no test, says so by its exit code or its total only.
    if ((total == 0 || (status != 0 && bad == 0))); then
        broken+=("$name")
    fi
done < <(grep -E '\.csproj$' "$RUN_DIR/projects")

echo
for name in "${broken[@]}"; do
    echo "$name did not run to its end, or has no test."
done
failed=$((failed + ${#broken[@]}))
((passed + failed > 0)) || echo "No test ran."
summary="$passed passed, $failed failed"
((skipped == 0)) || summary+=", $skipped skipped"

# Said after the clean-up, so that it is the last line whatever that has to say.
status=0
((failed == 0 && passed > 0)) || status=1
at_end() {
    echo "$summary"
}
exit "$status"
