namespace Tenancy.Attacks;

/// <summary>What an attacker inside tenant A knows of tenant B: everything but what its rows hold.</summary>
/// <param name="Id">B's id.</param>
/// <param name="Table">B's table, with its schema.</param>
/// <param name="Schema">B's schema.</param>
/// <param name="Setting">The setting that policies compare rows with.</param>
/// <param name="Role">A role that could read B's rows.</param>
public sealed record Prey(string Id, string Table, string Schema, string Setting, string Role)
{
    /// <summary>Reads a row so that its owner shows, by its column and by what it holds.</summary>
    public const string Row = "tenant_id::text || '/' || mark";

    public static Prey Of(Tenant tenant, ProtectionLevel level) => new(
        tenant.Id.ToString(), $"\"{tenant.Placement.Schema}\".notes", tenant.Placement.Schema, level == ProtectionLevel.Signed ? "tenancy.token" : "tenancy.tenant", "tenancy_owner");
}
