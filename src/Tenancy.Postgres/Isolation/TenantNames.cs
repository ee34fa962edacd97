namespace Tenancy;

/// <summary>Names in PostgreSQL derive from a tenant's id, never from text that somebody chose.</summary>
internal static class TenantNames
{
    /// <summary>The name of a tenant's schema, database and login: 34 characters that need no quoting.</summary>
    public static string For(TenantId id) => $"t_{id.Value:n}";

    /// <summary>Whether a qualified name begins with the schema of a tenant, whichever.</summary>
    public static bool IsInTenantsSchema(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) == 34 && name.StartsWith("t_", StringComparison.Ordinal)
        && Guid.TryParseExact(name.AsSpan(2, 32), "n", out _);
}
