using System.Diagnostics;

namespace Tenancy;

/// <summary>Whose document it is, and within what.</summary>
/// <param name="Tenant">The tenant; the empty id where there are none.</param>
/// <param name="MaxConcurrent">How many calls of the tenant may run at once.</param>
/// <param name="Deadline">When its time is over.</param>
/// <param name="Trace">The document's activity.</param>
internal readonly record struct OcrCaller(TenantId Tenant, int MaxConcurrent, Deadline Deadline, ActivityContext Trace);
