namespace Tenancy;

/// <summary>The endpoint is not counted among the tenant's requests: a page that says how much is left, a webhook.</summary>
[AttributeUsage(AttributeTargets.Class | AttributeTargets.Method)]
public sealed class WithoutRequestLimitAttribute : Attribute
{
    internal static readonly WithoutRequestLimitAttribute Instance = new();
}
