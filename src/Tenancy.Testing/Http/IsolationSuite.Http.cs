using System.Text.Json;

namespace Tenancy;

/// <content>Checks of what an API answers.</content>
public sealed partial class IsolationSuite
{
    /// <summary>
    /// Sends requests as each tenant in turn, twice round, and looks for what is another tenant's in every response. The
    /// second round finds what the first left in a cache.
    /// </summary>
    /// <param name="client">Leads to the API, compressed responses decompressed.</param>
    /// <param name="requests">Makes the requests of a tenant's user, signed in. A message is sent once, so make new ones each time.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="IsolationViolationException">A response shows a row, the id or the name of another tenant.</exception>
    /// <exception cref="InvalidOperationException">No response shows a row of the caller's own, so that nothing would be proven.</exception>
    public async Task ScanAsync(
        HttpClient client, Func<TestTenant, IEnumerable<HttpRequestMessage>> requests, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(requests);
        var findings = new List<string>();
        var silent = _tenants.ToHashSet();
        for (var round = 0; round < 2; round++)
        {
            foreach (var tenant in _tenants)
            {
                foreach (var request in requests(tenant))
                {
                    using var response = await client.SendAsync(request, cancellationToken).ConfigureAwait(false);
                    var text = await ResponseScan.ReadAsync(response, cancellationToken).ConfigureAwait(false);
                    if (text.Contains(tenant.Sentinel, StringComparison.Ordinal))
                        silent.Remove(tenant);
                    findings.AddRange(_tenants.Where(other => other != tenant).Select(other => (Other: other, Shown: ResponseScan.Shown(text, other)))
                        .Where(found => found.Shown is not null)
                        .Select(found => $"{request.Method} {request.RequestUri} as the {tenant} answers {(int)response.StatusCode} with {found.Shown} of the {found.Other}."));
                    request.Dispose();
                }
            }
        }

        IsolationViolationException.ThrowIfAny([.. findings.Distinct()]);
        if (silent.FirstOrDefault() is { } unseen)
            throw new InvalidOperationException($"No response showed a row of the caller's own to the {unseen}, so that nothing is proven. Check the requests: are they signed in, and do they reach rows?");
    }

    /// <summary>The same for every GET that an OpenAPI document describes.</summary>
    /// <param name="client">Leads to the API.</param>
    /// <param name="document">Where the document is, such as <c>/openapi/v1.json</c>.</param>
    /// <param name="scan">How requests are signed in and their parameters filled.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <returns>The addresses that were read, as the last tenant read them: check that none is missing.</returns>
    /// <exception cref="IsolationViolationException">A response shows a row, the id or the name of another tenant.</exception>
    /// <exception cref="InvalidOperationException">No response shows a row of the caller's own, so that nothing would be proven.</exception>
    public async Task<IReadOnlyList<string>> ScanOpenApiAsync(
        HttpClient client, string document, OpenApiScan scan, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(scan);
        using var json = JsonDocument.Parse(await client.GetByteArrayAsync(new Uri(document, UriKind.RelativeOrAbsolute), cancellationToken).ConfigureAwait(false));
        IReadOnlyList<string> addresses = [];
        await ScanAsync(client, tenant =>
        {
            addresses = [.. OpenApiGets.Read(json.RootElement, name => scan.Parameter(tenant, name))];
            return addresses.Select(address =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, new Uri(address, UriKind.RelativeOrAbsolute));
                scan.Authorize(request, tenant);
                return request;
            });
        }, cancellationToken).ConfigureAwait(false);
        return addresses;
    }
}
