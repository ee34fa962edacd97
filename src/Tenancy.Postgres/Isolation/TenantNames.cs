namespace Tenancy;

/// <summary>Names in PostgreSQL derive from a tenant's id, never from text that somebody chose.</summary>
internal static class TenantNames
{
    /// <summary>The name of a tenant's schema, database and login: 34 characters that need no quoting.</summary>
    public static string For(TenantId id) => $"t_{id.Value:n}";
}
