# Sourced: makes sure that a .NET 10 SDK is there, or says how to get it.

require_dotnet() {
    local sdks
    if ! command -v dotnet >/dev/null; then
        echo "The .NET 10 SDK is needed, and there is no 'dotnet' on PATH." >&2
    else
        # Asked outside the repository, where global.json has no say in the answer.
        sdks=$(cd / && dotnet --list-sdks 2>/dev/null) || sdks=
        if grep -q '^10\.' <<<"$sdks"; then
            return 0
        fi
        echo "The .NET 10 SDK is needed. 'dotnet --list-sdks' says: ${sdks:-none}" >&2
    fi
    echo "Install it with your package manager (Ubuntu: apt-get install dotnet-sdk-10.0), or as" >&2
    echo "https://learn.microsoft.com/dotnet/core/install/linux explains, then run this again." >&2
    return 1
}
