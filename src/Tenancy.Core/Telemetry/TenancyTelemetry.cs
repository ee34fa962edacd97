using System.Diagnostics;

namespace Tenancy;

/// <summary>The names under which this package traces. Add the source's name to what your tracing listens to.</summary>
public static class TenancyTelemetry
{
    /// <summary>The name of the activity source: one activity for each tenant's work outside requests.</summary>
    public const string ActivitySourceName = "Tenancy.Core";

    /// <summary>The key of the tenant's id, on activities and in log scopes.</summary>
    public const string TenantIdKey = "tenant.id";

    internal static readonly ActivitySource Source =
        new(ActivitySourceName, typeof(TenancyTelemetry).Assembly.GetName().Version?.ToString(3));
}
