using System.Collections;
using System.Runtime.CompilerServices;

namespace Tenancy;

/// <summary>A tenant's id as a log scope and an activity's tag. Made once per tenant.</summary>
internal sealed class TenantTag : IReadOnlyList<KeyValuePair<string, object?>>
{
    static readonly ConditionalWeakTable<Tenant, TenantTag> Known = [];

    public TenantTag(Tenant tenant) => Id = tenant.Id.ToString();

    public string Id { get; }

    public int Count => 1;

    public KeyValuePair<string, object?> this[int index] => index == 0
        ? new(TenancyTelemetry.TenantIdKey, Id)
        : throw new ArgumentOutOfRangeException(nameof(index));

    public static TenantTag Of(Tenant tenant) => Known.GetValue(tenant, static tenant => new TenantTag(tenant));

    public IEnumerator<KeyValuePair<string, object?>> GetEnumerator()
    {
        yield return this[0];
    }

    public override string ToString() => $"{TenancyTelemetry.TenantIdKey}:{Id}";

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
