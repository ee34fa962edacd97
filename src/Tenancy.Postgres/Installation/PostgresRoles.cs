namespace Tenancy;

/// <summary>The roles without a login that an installation makes on a server.</summary>
public static class PostgresRoles
{
    /// <summary>Owns every table and function; nobody logs in as it.</summary>
    public const string Owner = "tenancy_owner";

    /// <summary>
    /// May call what is revoked from everyone else, such as <c>set_config</c>. Grant it to logins that dump, restore or
    /// replicate; never to one that serves requests.
    /// </summary>
    public const string Tools = "tenancy_tools";

    /// <summary>
    /// May ask for the verifiers of the logins that serve requests, as PgBouncer's <c>auth_user</c> does. Give it a password
    /// and <c>LOGIN</c> where PgBouncer is used.
    /// </summary>
    public const string Pooler = "tenancy_pooler";

    /// <summary>
    /// May enter a tenant's scope in a shared database, and nothing else there. Members are the logins of tenants whose schema
    /// is guarded by a role of its own.
    /// </summary>
    public const string Tenants = "tenancy_tenants";

    internal static readonly string QuotedTenants = SqlIdentifier.Quote(Tenants);

    internal static readonly string QuotedPooler = SqlIdentifier.Quote(Pooler);

    internal static readonly string QuotedOwner = SqlIdentifier.Quote(Owner);

    internal static readonly string QuotedTools = SqlIdentifier.Quote(Tools);
}
