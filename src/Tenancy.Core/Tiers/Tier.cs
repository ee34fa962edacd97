using Microsoft.Extensions.Options;

namespace Tenancy;

/// <summary>A named set of limits. Configuration seeds a tier that the catalog lacks; from then on the catalog wins.</summary>
public sealed record Tier
{
    /// <summary>The tier's name, such as <c>starter</c>; compared ordinally.</summary>
    public required string Name { get; init; }

    /// <summary>The isolation a tenant of this tier is created under. Changing a tier never moves data.</summary>
    /// <value>Default: <see cref="TenantIsolation.Row"/>.</value>
    public TenantIsolation Isolation { get; init; } = TenantIsolation.Row;

    /// <summary>How many requests a tenant may make. Default: no limit.</summary>
    [ValidateObjectMembers]
    public RequestLimits? Requests { get; init; }

    /// <summary>Bytes that the body of a request may have; the server's own limit holds as well.</summary>
    /// <value>Default: none, the server's own. Range: 1 byte to 1 TiB.</value>
    [Within(1, 1L << 40, "bytes")]
    public long? MaxRequestBytes { get; init; }

    /// <summary>What a tenant's queries may use. Default: no limit.</summary>
    [ValidateObjectMembers]
    public QueryLimits? Queries { get; init; }

    /// <summary>How much a tenant may store. Default: no limit.</summary>
    [ValidateObjectMembers]
    public StorageLimits? Storage { get; init; }

    /// <summary>How much a tenant may use of what the application counts, such as <c>pages</c> or <c>bytes</c>, by name.</summary>
    /// <value>Default: none. Names have 1 to 40 characters of a-z, 0-9 and '-'; <c>requests</c> is <see cref="Requests"/>.</value>
    public IReadOnlyDictionary<string, QuotaLimits>? Quotas { get; init; }
}
