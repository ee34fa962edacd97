using System.Diagnostics.CodeAnalysis;

namespace Tenancy;

/// <summary>All tenants and tiers at one moment. Immutable: read without a lock, replaced as a whole.</summary>
public sealed class TenantCatalogSnapshot
{
    /// <summary>The snapshot before the first one is read: it has no tenants.</summary>
    public static readonly TenantCatalogSnapshot Empty =
        new([], [], DomainIndex.Empty, new Dictionary<string, Tier>(), 0, DateTimeOffset.MinValue);

    static long _made;

    readonly Dictionary<Guid, Tenant> _byId;
    readonly Dictionary<string, Tenant> _bySlug;
    readonly Dictionary<string, Tenant>.AlternateLookup<ReadOnlySpan<char>> _bySpan;
    readonly DomainIndex _domains;

    TenantCatalogSnapshot(
        Dictionary<Guid, Tenant> byId, Dictionary<string, Tenant> bySlug, DomainIndex domains,
        IReadOnlyDictionary<string, Tier> tiers, long revision, DateTimeOffset asOf)
    {
        _byId = byId;
        _bySlug = bySlug;
        _domains = domains;
        _bySpan = bySlug.GetAlternateLookup<ReadOnlySpan<char>>();
        Tiers = tiers;
        Revision = revision;
        AsOf = asOf;
    }

    /// <summary>Tells snapshots apart without holding on to one.</summary>
    internal long Number { get; } = Interlocked.Increment(ref _made);

    /// <summary>Grows with every change of the catalog.</summary>
    public long Revision { get; }

    /// <summary>When the catalog was last known to be like this.</summary>
    public DateTimeOffset AsOf { get; }

    /// <summary>How many tenants there are.</summary>
    public int Count => _byId.Count;

    /// <summary>The tenants, in no particular order.</summary>
    public IReadOnlyCollection<Tenant> Tenants => _byId.Values;

    /// <summary>The tiers by name, compared ordinally.</summary>
    public IReadOnlyDictionary<string, Tier> Tiers { get; }

    /// <summary>Looks a tenant up by id. Allocates nothing.</summary>
    public bool TryFind(TenantId id, [NotNullWhen(true)] out Tenant? tenant) => _byId.TryGetValue(id.Value, out tenant);

    /// <summary>Looks a tenant up by slug, compared ordinally. Allocates nothing; text that is no slug finds nothing.</summary>
    public bool TryFind(ReadOnlySpan<char> slug, [NotNullWhen(true)] out Tenant? tenant) =>
        _bySpan.TryGetValue(slug, out tenant);

    /// <summary>Looks a tenant up by slug, compared ordinally. Allocates nothing.</summary>
    public bool TryFind(TenantSlug slug, [NotNullWhen(true)] out Tenant? tenant) =>
        _bySlug.TryGetValue(slug.Value, out tenant);

    /// <summary>
    /// Looks a tenant up by one of its own domains, the setting <see cref="TenantSettings.DomainsKey"/>; in either case.
    /// Allocates nothing. A domain that several tenants have in their settings is nobody's.
    /// </summary>
    public bool TryFindByDomain(ReadOnlySpan<char> host, [NotNullWhen(true)] out Tenant? tenant) =>
        _domains.TryFind(host, out tenant);

    /// <summary>Makes the snapshot that follows this one.</summary>
    /// <param name="changed">Tenants that are new or different.</param>
    /// <param name="removed">Ids of tenants that are gone.</param>
    /// <param name="tiers">All tiers, or <see langword="null"/> to keep them.</param>
    /// <param name="revision">The catalog's revision.</param>
    /// <param name="asOf">When the catalog was read.</param>
    public TenantCatalogSnapshot With(
        IReadOnlyCollection<Tenant> changed, IReadOnlyCollection<TenantId> removed, IEnumerable<Tier>? tiers,
        long revision, DateTimeOffset asOf)
    {
        ArgumentNullException.ThrowIfNull(changed);
        ArgumentNullException.ThrowIfNull(removed);
        var newTiers = tiers?.ToDictionary(tier => tier.Name, StringComparer.Ordinal) ?? Tiers;
        if (changed.Count == 0 && removed.Count == 0)
            return new TenantCatalogSnapshot(_byId, _bySlug, _domains, newTiers, revision, asOf);

        var gone = new List<Tenant>();
        var byId = new Dictionary<Guid, Tenant>(_byId);
        var bySlug = new Dictionary<string, Tenant>(_bySlug, StringComparer.Ordinal);
        foreach (var id in removed)
            Forget(id);
        // All old slugs go before any new one comes: two tenants may have swapped theirs.
        foreach (var tenant in changed)
            Forget(tenant.Id);
        foreach (var tenant in changed)
        {
            byId.Add(tenant.Id.Value, tenant);
            bySlug.Add(tenant.Slug.Value, tenant);
        }

        return new TenantCatalogSnapshot(byId, bySlug, _domains.With(gone, changed), newTiers, revision, asOf);

        void Forget(TenantId id)
        {
            if (!byId.Remove(id.Value, out var old))
                return;
            bySlug.Remove(old.Slug.Value);
            gone.Add(old);
        }
    }
}
