# Sourced: installs sqlmap, which attacks the sample in its tests. Without it those tests say that they were left out.

offer_sqlmap() {
    local as_root=()
    if command -v sqlmap >/dev/null || ! command -v apt-get >/dev/null; then
        return 0
    fi
    if ((EUID != 0)); then
        if ! command -v sudo >/dev/null || ! sudo -n true 2>/dev/null; then
            return 0
        fi
        as_root=(sudo -n)
    fi
    echo "Installing sqlmap, which some tests attack the sample with." >&2
    "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends sqlmap >/dev/null 2>&1 ||
        { "${as_root[@]}" apt-get update -q >/dev/null 2>&1 &&
            "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -q -y --no-install-recommends sqlmap >/dev/null 2>&1; } ||
        echo "sqlmap could not be installed; the tests that need it are left out." >&2
}
