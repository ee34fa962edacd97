#!/usr/bin/env bash
# PgBouncer for tests and benchmarks, as an unprivileged user, in the foreground: it becomes this very process.
#
#   pgbouncer.sh DIR    runs it with DIR/pgbouncer.ini, and hands DIR over to the user it runs as
set -euo pipefail

say() {
    echo "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

remedy() {
    say "PgBouncer is needed. $1"
    say "Install it (Debian, Ubuntu: apt-get install pgbouncer). Its service need not run: only the program is used."
    exit 1
}

source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

# Debian has it in /usr/sbin, where users do not look.
find_pgbouncer() {
    PATH=$PATH:/usr/sbin:/usr/local/sbin command -v pgbouncer || true
}

install_pgbouncer() {
    say "PgBouncer was not found; installing the distribution's package."
    # The package would start a service on port 6432, which nobody asked for.
    local policy=/usr/sbin/policy-rc.d made= status=0
    if [[ ! -e $policy ]]; then
        printf '#!/bin/sh\nexit 101\n' | as_root tee "$policy" >/dev/null && as_root chmod 755 "$policy" && made=1
    fi
    (install_packages pgbouncer) || status=$?
    [[ -z $made ]] || as_root rm -f "$policy"
    ((status == 0)) || exit "$status"
}

[[ $# -eq 1 && -f ${1:-}/pgbouncer.ini ]] || fail "Usage: pgbouncer.sh DIR, with DIR/pgbouncer.ini"
program=$(find_pgbouncer)
if [[ -z $program ]]; then
    # Test processes may start at once.
    exec 9>"${TMPDIR:-/tmp}/tenancy-pgbouncer.lock"
    flock 9
    program=$(find_pgbouncer)
    [[ -n $program ]] || install_pgbouncer
    exec 9>&-
    program=$(find_pgbouncer)
    [[ -n $program ]] || remedy "The package has no such program."
fi

if ((EUID != 0)); then
    exec "$program" "$1/pgbouncer.ini"
fi
user=$(server_user)
chown -R "$user" "$1"
cd /
exec setpriv --reuid="$user" --regid="$(id -g "$user")" --clear-groups "$program" "$1/pgbouncer.ini"
