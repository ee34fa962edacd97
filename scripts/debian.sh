# Sourced: installs packages of the distribution, and finds a user for servers that refuse root. Who sources it defines
# remedy, which says what was needed and how else to get it, and exits.

# Runs a command as root, if that needs nobody's password.
as_root() {
    if ((EUID == 0)); then
        "$@"
    else
        sudo -n "$@"
    fi
}

install_packages() {
    if ((EUID != 0)) && { ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; }; then
        remedy "This user may not install packages."
    fi
    command -v apt-get >/dev/null || remedy "There is no apt-get to install it with."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get update -q >&2 || remedy "apt-get update failed."
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends "$@" >&2 ||
        remedy "apt-get install failed."
}

# Servers refuse root. Any other user runs them itself.
server_user() {
    local name
    if ((EUID != 0)); then
        id -un
        return
    fi
    for name in postgres nobody; do
        if id -u "$name" >/dev/null 2>&1; then
            echo "$name"
            return
        fi
    done
    fail "Servers do not run as root, and there is no user 'postgres' or 'nobody' to run one as."
}
