#!/usr/bin/env bash
# Benchmarks by name, each on a private PostgreSQL of its own.
#
#   ./bench.sh                   lists them
#   ./bench.sh NAME [--quick]    runs one
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source "$ROOT/scripts/common.sh"
source "$ROOT/scripts/dotnet.sh"

if (($# > 2)) || [[ ${1:-} == -* ]] || [[ ${2:---quick} != --quick ]]; then
    fail "Usage: ./bench.sh [NAME [--quick]]"
fi

require_dotnet
begin_run
benchmarks=(dotnet run -c Release --project "$ROOT/benchmarks/Tenancy.Benchmarks" --)
if (($# == 0)); then
    status=0
    run "${benchmarks[@]}" list || status=$?
    exit "$status"
fi

start_cluster
status=0
run "${benchmarks[@]}" "$@" || status=$?
exit "$status"
