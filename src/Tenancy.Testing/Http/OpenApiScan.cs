namespace Tenancy;

/// <summary>How the requests of an API's document are filled.</summary>
public sealed class OpenApiScan
{
    /// <summary>Signs a request in as a tenant's user. Default: nothing.</summary>
    public Action<HttpRequestMessage, TestTenant> Authorize { get; init; } = (_, _) => { };

    /// <summary>
    /// Gives a parameter of a path, or one of a query that is required; <see langword="null"/> leaves the operation out. Default: nothing.
    /// </summary>
    public Func<TestTenant, string, string?> Parameter { get; init; } = (_, _) => null;
}
