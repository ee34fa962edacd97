#!/usr/bin/env bash
# A private PostgreSQL cluster for demos, tests and benchmarks: on 127.0.0.1, on a free port, with a random password.
#
#   cluster.sh start DIR    makes it in DIR (absent or empty), starts it, prints export lines for the shell
#   cluster.sh standby DIR  makes a streaming standby of the cluster that TENANCY_TEST_POSTGRES names, prints the same
#   cluster.sh promote DIR  makes a standby the primary
#   cluster.sh restart DIR  stops it and starts it again, on the same port
#   cluster.sh crash DIR    ends it without a word to its clients
#   cluster.sh stop DIR     stops it and removes DIR
#
# It trades durability for speed (fsync is off): nothing that must last belongs in it.
set -euo pipefail

readonly MIN_VERSION=15
readonly MARKER=.tenancy-cluster

say() {
    echo "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

# ---------------------------------------------------------------------------------------------- finding PostgreSQL

# The directory of the newest PostgreSQL that is new enough; nothing where there is none.
find_binaries() {
    local candidate version best= best_version=0
    local candidates=(/usr/lib/postgresql/*/bin /usr/pgsql-*/bin)
    if command -v initdb >/dev/null; then
        candidates+=("$(dirname "$(readlink -f "$(command -v initdb)")")")
    fi
    for candidate in "${candidates[@]}"; do
        [[ -x $candidate/initdb && -x $candidate/pg_ctl && -x $candidate/postgres ]] || continue
        version=$("$candidate/postgres" --version | sed -E 's/^[^0-9]*([0-9]+).*/\1/')
        if ((version >= MIN_VERSION && version > best_version)); then
            best=$candidate best_version=$version
        fi
    done
    echo "$best"
}

install_postgres() {
    say "PostgreSQL $MIN_VERSION or newer was not found; installing the distribution's package."
    install_packages postgresql-common
    # The package would make and start a server of its own, which nobody asked for.
    local no_main=/etc/postgresql-common/createcluster.d/tenancy.conf
    as_root mkdir -p "$(dirname "$no_main")"
    echo 'create_main_cluster = false' | as_root tee "$no_main" >/dev/null
    local status=0
    (install_packages postgresql) || status=$?
    as_root rm -f "$no_main"
    ((status == 0)) || exit "$status"
}

remedy() {
    say "PostgreSQL $MIN_VERSION or newer is needed. $1"
    say "Install it (Debian, Ubuntu: apt-get install postgresql), or follow https://www.postgresql.org/download/linux/"
    say "where the distribution's own is older. Its server need not run: only its programs are used."
    exit 1
}

# ------------------------------------------------------------------------------------------------ an unprivileged user

as_server() {
    if ((EUID == 0)); then
        (cd / && exec runuser -u "$SERVER_USER" -- "$@")
    else
        (cd / && exec "$@")
    fi
}

# ---------------------------------------------------------------------------------------------------------- start, stop

start() {
    local dir bin password port
    prepare "$1"

    password=$(od -An -v -tx1 -N24 /dev/urandom | tr -d ' \n')
    initialise "$dir" "$bin" "$password"
    port=$(launch "$dir" "$bin")
    announce "$port" "$password"
}

# A standby logs in as the superuser, like everything here; the password is in a file that only the server's user can read.
standby() {
    local dir bin password port primary=${TENANCY_TEST_POSTGRES:-}
    [[ $primary == *Host=*Port=*Password=* ]] || fail "TENANCY_TEST_POSTGRES names no cluster to make a standby of."
    prepare "$1"

    password=$(sed -E 's/.*Password=([^;]*).*/\1/' <<<"$primary")
    printf '*:*:*:postgres:%s\n' "$password" | as_server sh -c 'umask 077 && cat >"$1"' sh "$dir/pgpass"
    if ! PGPASSFILE=$dir/pgpass as_server "$bin/pg_basebackup" --pgdata "$dir/data" --username postgres \
        --host "$(sed -E 's/.*Host=([^;]*).*/\1/' <<<"$primary")" --port "$(sed -E 's/.*Port=([^;]*).*/\1/' <<<"$primary")" \
        --write-recovery-conf --wal-method stream --checkpoint fast --no-sync >"$dir/basebackup.log" 2>&1; then
        cat "$dir/basebackup.log" >&2
        fail "pg_basebackup failed."
    fi
    as_server sh -c 'cat >>"$1"' sh "$dir/data/postgresql.conf" <<<"unix_socket_directories = ''"
    port=$(launch "$dir" "$bin")
    announce "$port" "$password"
}

# Sets dir and bin for a cluster that is to be made; from then on it is removed again if that fails.
prepare() {
    dir=$1
    if [[ -e $dir && -n $(ls -A "$dir" 2>/dev/null) ]]; then
        fail "'$dir' is not empty. Give a directory that is absent or empty."
    fi

    bin=$(find_binaries)
    if [[ -z $bin ]]; then
        install_postgres
        bin=$(find_binaries)
        [[ -n $bin ]] || remedy "The distribution's package is older."
    fi

    mkdir -p -m 700 "$dir"
    dir=$(cd "$dir" && pwd -P)
    CLEANUP_DIR=$dir
    trap 'abandon' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM HUP
    : >"$dir/$MARKER"
    echo "$bin" >"$dir/$MARKER"
    if ((EUID == 0)); then
        chown "$SERVER_USER" "$dir" "$dir/$MARKER"
        as_server test -w "$dir" || fail "The user '$SERVER_USER' cannot reach '$dir'. Give a directory such as one from mktemp -d."
    fi
}

announce() {
    local port=$1 password=$2
    trap - EXIT
    echo "export TENANCY_CLUSTER_HOST='127.0.0.1'"
    echo "export TENANCY_CLUSTER_PORT='$port'"
    echo "export TENANCY_TEST_POSTGRES='Host=127.0.0.1;Port=$port;Database=postgres;Username=postgres;Password=$password'"
}

initialise() {
    local dir=$1 bin=$2 password=$3 secret=$1/password
    # Written by the server's own user and readable by no other; printf is a builtin, so no process list shows it.
    printf '%s\n' "$password" | as_server sh -c 'umask 077 && cat >"$1"' sh "$secret"
    if ! as_server "$bin/initdb" --pgdata "$dir/data" --username postgres --pwfile "$secret" \
        --auth scram-sha-256 --encoding UTF8 --no-locale --no-sync >"$dir/initdb.log" 2>&1; then
        cat "$dir/initdb.log" >&2
        fail "initdb failed."
    fi
    rm -f "$secret"

    local sockets=$dir
    # A socket's path has at most 107 bytes; TCP is enough where DIR is longer.
    ((${#dir} <= 80)) || sockets=
    as_server sh -c 'cat >>"$1"' sh "$dir/data/postgresql.conf" <<CONF

# A cluster that is thrown away.
listen_addresses = '127.0.0.1'
unix_socket_directories = '$sockets'
max_connections = 200
fsync = off
synchronous_commit = off
full_page_writes = off
logging_collector = off
timezone = 'UTC'
CONF
}

# Starts the server on a port that is free at that very moment: whoever loses the race for a port tries another one.
launch() {
    local dir=$1 bin=$2 port
    for _ in {1..30}; do
        # Below the range from which the kernel takes ports for outgoing connections.
        port=$((15000 + (RANDOM * 32768 + RANDOM) % 17000))
        : >"$dir/log" && chmod 600 "$dir/log"
        if ((EUID == 0)); then chown "$SERVER_USER" "$dir/log"; fi
        if as_server "$bin/pg_ctl" start --pgdata "$dir/data" --log "$dir/log" --wait --timeout 60 \
            --options "-p $port" >/dev/null 2>&1; then
            echo "$port"
            return
        fi
        if ! grep -qE 'could not create any TCP/IP sockets|could not bind' "$dir/log"; then
            break
        fi
    done
    cat "$dir/log" >&2
    fail "PostgreSQL did not start."
}

abandon() {
    local status=$?
    trap '' INT TERM HUP
    trap - EXIT
    stop "$CLEANUP_DIR" || true
    exit "$status"
}

# Runs pg_ctl on a cluster that was made here.
control() {
    local dir=$1
    shift
    [[ -f $dir/$MARKER ]] || fail "'$dir' was not made by cluster.sh."
    as_server "$(<"$dir/$MARKER")/pg_ctl" "$@" --pgdata "$dir/data" --wait --timeout 60 >/dev/null
}

stop() {
    local dir=$1 bin
    [[ -e $dir ]] || return 0
    # Only what start made is removed, whatever is passed in.
    [[ -f $dir/$MARKER ]] || fail "'$dir' was not made by cluster.sh start; nothing was stopped or removed."
    dir=$(cd "$dir" && pwd -P)
    bin=$(<"$dir/$MARKER")
    if [[ -f $dir/data/postmaster.pid ]]; then
        as_server "$bin/pg_ctl" stop --pgdata "$dir/data" --mode fast --wait --timeout 30 >/dev/null 2>&1 ||
            as_server "$bin/pg_ctl" stop --pgdata "$dir/data" --mode immediate --wait --timeout 30 >/dev/null 2>&1 ||
            [[ ! -f $dir/data/postmaster.pid ]] ||
            fail "The server in '$dir' does not stop; see $dir/log."
    fi
    rm -rf -- "$dir"
}

[[ $# -eq 2 && -n $2 ]] || fail "Usage: cluster.sh start|standby|promote|restart|crash|stop DIR"
SERVER_USER=$(server_user)
readonly SERVER_USER
case $1 in
    start) start "$2" ;;
    standby) standby "$2" ;;
    promote) control "$2" promote ;;
    restart) control "$2" restart --mode fast --log "$2/log" ;;
    crash) control "$2" stop --mode immediate ;;
    stop) stop "$2" ;;
    *) fail "Usage: cluster.sh start|standby|promote|restart|crash|stop DIR" ;;
esac
