namespace Tenancy;

/// <summary>Remembers that <c>UseTenancy()</c> was called, on whichever branch of the pipeline.</summary>
internal sealed class TenancyUse
{
    public bool Called { get; set; }
}
