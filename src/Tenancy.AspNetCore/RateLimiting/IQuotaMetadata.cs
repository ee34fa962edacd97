using Microsoft.AspNetCore.Http;

namespace Tenancy;

/// <summary>Endpoint metadata that says what a request costs of a quota of its tenant. An endpoint may have several.</summary>
public interface IQuotaMetadata
{
    /// <summary>What is counted, such as <c>pages</c>.</summary>
    string Meter { get; }

    /// <summary>What this request costs, as far as it is known before it is served. Range: 0 and more.</summary>
    long CostOf(HttpContext context);
}
