namespace Tenancy;

/// <summary>
/// A piece of work on its way through a channel, a queue or a table, with the tenant it is for: the envelope carries the
/// tenant's id, never the ambient tenant of whoever reads it.
/// </summary>
/// <typeparam name="T">What there is to do.</typeparam>
/// <remarks>
/// Make one with <c>tenants.Pack(item)</c>, do it with <c>tenants.RunAsync(work, …)</c>. A serializer that honours
/// <c>required</c> refuses an envelope without a tenant.
/// </remarks>
public sealed record TenantWork<T>
{
    /// <summary>Whose work it is.</summary>
    public required TenantId Tenant { get; init; }

    /// <summary>What there is to do.</summary>
    public required T Item { get; init; }
}
