#!/usr/bin/env bash
# The OCR server of samples/ocr-server, on 127.0.0.1 and a free port. What it needs is installed where it is missing.
#
#   ocr-server.sh start DIR [FLAG...]  starts it with its files in DIR (absent or empty), prints export lines for the shell
#   ocr-server.sh crash DIR            ends it without a word to its clients
#   ocr-server.sh restart DIR          stops it if it runs, and starts it again on the same port with the same flags
#   ocr-server.sh stop DIR             lets its calls end, stops it and removes DIR
#   ocr-server.sh install              installs what it needs, and starts nothing
#   ocr-server.sh check                says whether all that it needs is here, and installs nothing
#
# FLAG... goes to the server: --help lists them. TENANCY_OCR_PYTHON names the Python that has PaddleOCR, if any.
set -euo pipefail
ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
PYTHON=${TENANCY_OCR_PYTHON:-/usr/bin/python3}
readonly ROOT PYTHON MARKER=.tenancy-ocr-server

say() {
    echo "$*" >&2
}

fail() {
    say "$*"
    exit 1
}

source "$(dirname "${BASH_SOURCE[0]}")/debian.sh"

remedy() {
    say "The OCR server needs $(missing | tr '\n' ' '). $1"
    say "Install it (Debian, Ubuntu: apt-get install $(missing | tr '\n' ' '))."
    exit 1
}

# The distribution's packages that are not here.
missing() {
    "$PYTHON" -c 'import grpc.aio, google.protobuf' 2>/dev/null || echo "python3-grpcio python3-protobuf"
    protoc --proto_path="$ROOT/protos" --descriptor_set_out=/dev/null google/rpc/error_details.proto 2>/dev/null ||
        echo "protobuf-compiler libprotobuf-dev"
    command -v pdftoppm >/dev/null || echo poppler-utils
    command -v setpriv >/dev/null || echo util-linux
    # Tesseract stands in where there is no PaddleOCR.
    if ! "$PYTHON" -c 'import importlib.util as u, sys; sys.exit(not u.find_spec("paddleocr"))' 2>/dev/null; then
        tesseract --list-langs 2>/dev/null | grep -qx eng || echo "tesseract-ocr tesseract-ocr-eng"
    fi
}

install_missing() {
    local packages
    [[ -n $(missing) ]] || return 0
    # Tests and demos may start at once.
    exec 9>"${TMPDIR:-/tmp}/tenancy-ocr-server.lock"
    flock 9
    mapfile -t packages < <(missing | tr ' ' '\n')
    if ((${#packages[@]})); then
        say "Installing the distribution's packages: ${packages[*]}."
        install_packages "${packages[@]}"
    fi
    exec 9>&-
    [[ -z $(missing) ]] || remedy "Its packages were installed, and do not do."
}

start() {
    local dir=$1
    shift
    if [[ -e $dir && -n $(ls -A "$dir" 2>/dev/null) ]]; then
        fail "'$dir' is not empty. Give a directory that is absent or empty."
    fi
    install_missing
    mkdir -p -m 700 "$dir"
    dir=$(cd "$dir" && pwd -P)
    : >"$dir/$MARKER"
    trap 'stop "$dir"; exit 130' INT TERM HUP
    : >"$dir/arguments"
    (($# == 0)) || printf '%s\0' "$@" >"$dir/arguments"
    (cd "$ROOT/protos" && find . -name '*.proto' -printf '%P\n' |
        xargs protoc --proto_path=. --include_imports --descriptor_set_out="$dir/protos.pb")
    for _ in {1..30}; do
        # Below the range from which the kernel takes ports for outgoing connections: a restart finds it free.
        launch "$dir" $((15000 + (RANDOM * 32768 + RANDOM) % 17000)) && announce "$dir" && return
        # Whoever names an address wants no other.
        [[ " $* " != *" --listen"* ]] && grep -q 'Nothing can listen' "$dir/log" || break
    done
    tail -n 20 "$dir/log" >&2
    rm -rf -- "$dir"
    fail "The OCR server did not start."
}

launch() {
    local dir=$1 port=$2 arguments pid
    mapfile -d '' arguments <"$dir/arguments"
    rm -f "$dir/port"
    echo "$port" >"$dir/address"
    # In a session of its own: a Ctrl-C meant for the caller must not reach it.
    (
        cd "$ROOT/samples/ocr-server"
        PYTHONDONTWRITEBYTECODE=1 exec setsid "$PYTHON" -m ocr_server --protos "$dir/protos.pb" --port-file "$dir/port" \
            --listen "127.0.0.1:$port" "${arguments[@]}" </dev/null >>"$dir/log" 2>&1
    ) &
    pid=$!
    echo "$pid" >"$dir/pid"
    # A model may have to be loaded.
    for _ in {1..6000}; do
        [[ ! -s $dir/port ]] || return 0
        kill -0 "$pid" 2>/dev/null || return 1
        sleep 0.05
    done
    return 1
}

announce() {
    local dir=$1 scheme=http host=127.0.0.1
    # A certificate names a host.
    ! tr '\0' '\n' <"$dir/arguments" | grep -q '^--tls-cert' || scheme=https host=localhost
    echo "export TENANCY_OCR_ENDPOINT='$scheme://$host:$(<"$dir/port")'"
    echo "export TENANCY_OCR_LOG='$dir/log'"
    echo "export TENANCY_OCR_PID='$(<"$dir/pid")'"
}

# The server's process, if it runs: its id may belong to another by now.
running() {
    local pid
    [[ -f $1/$MARKER ]] || fail "'$1' was not made by ocr-server.sh start; nothing was done."
    [[ -f $1/pid ]] || return 1
    pid=$(<"$1/pid")
    tr '\0' '\n' <"/proc/$pid/cmdline" 2>/dev/null | grep -qxF "$1/protos.pb" || return 1
    echo "$pid"
}

# Ends it by a signal, and for good where that is not enough.
end() {
    local dir=$1 signal=$2 pid tries
    pid=$(running "$dir") || return 0
    kill "-$signal" "$pid" 2>/dev/null || return 0
    for tries in {1..300}; do
        running "$dir" >/dev/null || return 0
        sleep 0.05
    done
    kill -KILL "$pid" 2>/dev/null || true
}

stop() {
    local dir=$1
    [[ -e $dir ]] || return 0
    [[ -f $dir/$MARKER ]] || fail "'$dir' was not made by ocr-server.sh start; nothing was stopped or removed."
    dir=$(cd "$dir" && pwd -P)
    end "$dir" TERM
    rm -rf -- "$dir"
}

restart() {
    local dir=$1
    end "$dir" TERM
    if ! launch "$dir" "$(<"$dir/address")"; then
        tail -n 20 "$dir/log" >&2
        fail "The OCR server did not start again."
    fi
    announce "$dir"
}

usage="Usage: ocr-server.sh start DIR [FLAG...] | crash|restart|stop DIR | install | check"
case ${1:-} in
    start) [[ $# -ge 2 && -n $2 ]] || fail "$usage"; start "${@:2}" ;;
    crash) [[ $# -eq 2 && -d $2 ]] || fail "$usage"; end "$(cd "$2" && pwd -P)" KILL ;;
    restart) [[ $# -eq 2 && -d $2 ]] || fail "$usage"; restart "$(cd "$2" && pwd -P)" ;;
    stop) [[ $# -eq 2 && -n $2 ]] || fail "$usage"; stop "$2" ;;
    install) install_missing ;;
    check) [[ -z $(missing) ]] || fail "The OCR server needs $(missing | tr '\n' ' '): run scripts/ocr-server.sh start, which installs it." ;;
    *) fail "$usage" ;;
esac
