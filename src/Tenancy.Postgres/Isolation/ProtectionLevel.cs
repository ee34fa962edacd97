using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>What keeps a tenant's statements in the tenant's scope, against whom. Chosen per server; docs/isolation.md compares them.</summary>
public enum ProtectionLevel
{
    /// <summary>
    /// The scope is a setting, and nothing is demanded of the server: a mistake reads no other tenant's rows, text injected
    /// into a statement does. For development, and for a server that is being hardened; every start warns of it.
    /// </summary>
    Filter,

    /// <summary>
    /// The default. The scope is a setting that no statement can change, because what could is revoked from the login and a
    /// command carries one statement. Proven on the server before it is used.
    /// </summary>
    Latched,

    /// <summary>
    /// The scope is a token that only the application can sign, checked by the policies that read it. It holds where
    /// <c>set_config</c> cannot be revoked, as on managed servers, and costs some microseconds a statement.
    /// </summary>
    [SuppressMessage("Naming", "CA1720", Justification = "It is what the scope is; no number is meant.")]
    Signed,
}
