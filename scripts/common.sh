# Sourced by demo.sh, test.sh and bench.sh: a private directory, a private PostgreSQL cluster, and children that never
# outlive the script, however it ends.

# Build servers would outlive the script and hold the files it wrote.
export MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0 UseSharedCompilation=false
export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1

RUN_DIR=
CHILDREN=()

fail() {
    echo "$*" >&2
    exit 1
}

# Makes RUN_DIR and arms the clean-up. RUN_DIR can be entered by others (0711), since under root PostgreSQL runs as
# another user; what is secret in it has modes of its own.
begin_run() {
    trap 'end_run $?' EXIT
    trap 'exit 130' INT
    trap 'exit 143' TERM
    trap 'exit 129' HUP
    umask 077
    RUN_DIR=$(mktemp -d "${TMPDIR:-/tmp}/tenancy.XXXXXX")
    chmod 711 "$RUN_DIR"
    # What children leave behind when they are ended goes with the rest.
    mkdir -m 711 "$RUN_DIR/tmp"
    export TMPDIR=$RUN_DIR/tmp
}

end_run() {
    local status=$1 pid
    # A second Ctrl-C must not stop the clean-up half-way.
    trap '' INT TERM HUP
    trap - EXIT
    for pid in "${CHILDREN[@]}"; do
        kill_group "$pid"
    done
    if [[ -n $RUN_DIR ]]; then
        if [[ -e $RUN_DIR/ocr ]]; then
            "$ROOT/scripts/ocr-server.sh" stop "$RUN_DIR/ocr" || status=1
        fi
        if [[ -e $RUN_DIR/cluster ]]; then
            "$ROOT/scripts/cluster.sh" stop "$RUN_DIR/cluster" || status=1
        fi
        cd / && rm -rf -- "$RUN_DIR"
    fi
    if declare -F at_end >/dev/null; then
        at_end
    fi
    exit "$status"
}

# Starts a child in a session of its own, so that it and whatever it starts can be ended together. Its id is in CHILD.
start_child() {
    setsid "$@" </dev/null &
    CHILD=$!
    CHILDREN+=("$CHILD")
}

# Runs a child to its end. bash runs no trap while a foreground child runs, but does while it waits.
run() {
    local status=0
    start_child "$@"
    wait "$CHILD" || status=$?
    # It was the last one added, and its id may soon belong to another process.
    unset 'CHILDREN[-1]'
    return "$status"
}

kill_group() {
    local pid=$1 tries
    [[ -n $pid ]] || return 0
    kill -TERM -- "-$pid" 2>/dev/null || return 0
    for tries in {1..100}; do
        kill -0 -- "-$pid" 2>/dev/null || return 0
        sleep 0.1
    done
    kill -KILL -- "-$pid" 2>/dev/null || true
}

# Starts the private cluster and exports what it prints, TENANCY_TEST_POSTGRES among it.
start_cluster() {
    run "$ROOT/scripts/cluster.sh" start "$RUN_DIR/cluster" >"$RUN_DIR/cluster.env" ||
        fail "The private PostgreSQL cluster did not start."
    # shellcheck disable=SC1091
    source "$RUN_DIR/cluster.env"
    rm -f "$RUN_DIR/cluster.env"
}

# Starts the OCR server, with what it needs installed, and exports what it prints, TENANCY_OCR_ENDPOINT among it.
start_ocr_server() {
    run "$ROOT/scripts/ocr-server.sh" start "$RUN_DIR/ocr" --owner "$$" "$@" >"$RUN_DIR/ocr.env" ||
        fail "The OCR server did not start."
    # shellcheck disable=SC1091
    source "$RUN_DIR/ocr.env"
    rm -f "$RUN_DIR/ocr.env"
}

# N random bytes, as hexadecimal digits.
random_hex() {
    od -An -v -tx1 -N"$1" /dev/urandom | tr -d ' \n'
}

# N random bytes, as base64.
random_base64() {
    head -c "$1" /dev/urandom | base64 | tr -d '\n'
}
