using System.Runtime.InteropServices;

namespace Tenancy;

/// <summary>A line through a tenant's days, by least squares.</summary>
/// <param name="Tenant">The tenant.</param>
/// <param name="Metric">What grows: the sum of each day; for storage the most of each.</param>
/// <param name="Days">Through how many days it was laid. A day without use is one of zero.</param>
/// <param name="Today">Where the line is on the day it leads up to.</param>
/// <param name="PerDay">How much it rises in a day.</param>
[StructLayout(LayoutKind.Auto)]
public readonly record struct UsageTrend(TenantId Tenant, UsageMetric Metric, int Days, double Today, double PerDay)
{
    /// <summary>The fewest days that make a line.</summary>
    public const int LeastDays = 7;

    /// <summary>The most days it is laid through.</summary>
    public const int MostDays = 30;

    /// <summary>Where the line will be.</summary>
    /// <param name="days">In how many days.</param>
    public double At(double days) => Today + PerDay * days;

    /// <summary>In how many days it reaches a level; 0 where it is there, none where it never will be.</summary>
    public double? DaysUntil(double level) =>
        Today >= level ? 0 : PerDay > 0 ? (level - Today) / PerDay : null;
}
