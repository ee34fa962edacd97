using System.Collections;
using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>
/// What all requests of one tenant share: its feature, and its id as a log scope. Made once per tenant.
/// </summary>
internal sealed class TenantFeature : ITenantFeature, IReadOnlyList<KeyValuePair<string, object?>>
{
    /// <summary>The key of the tenant's id on log scopes and activities.</summary>
    public const string IdKey = "tenant.id";

    static readonly ConditionalWeakTable<Tenant, TenantFeature> Known = [];

    TenantFeature(Tenant tenant)
    {
        Tenant = tenant;
        Id = tenant.Id.ToString();
    }

    public Tenant Tenant { get; }

    public string Id { get; }

    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] =>
        index == 0 ? new(IdKey, Id) : throw new ArgumentOutOfRangeException(nameof(index));

    public static TenantFeature Of(Tenant tenant) => Known.GetValue(tenant, static tenant => new TenantFeature(tenant));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    public override string ToString() => $"{IdKey}:{Id}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
