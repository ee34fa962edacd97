using System.Text;

namespace Tenancy;

/// <summary>Looks for what is another tenant's in a response: its sentinel, its id, its slug, in headers and body.</summary>
internal static class ResponseScan
{
    public static async Task<string> ReadAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var text = new StringBuilder();
        foreach (var header in response.Headers.Concat(response.Content.Headers))
            text.Append(header.Key).Append(": ").AppendJoin(", ", header.Value).Append('\n');
        // Byte for byte: a sentinel is ASCII, whatever the body is.
        var body = await response.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        return text.Append(Encoding.Latin1.GetString(body)).ToString();
    }

    /// <summary>What of a tenant's shows; null where nothing does.</summary>
    public static string? Shown(string text, TestTenant tenant) =>
        text.Contains(tenant.Sentinel, StringComparison.Ordinal) ? "a row"
        : text.Contains(tenant.Tenant.Id.ToString(), StringComparison.OrdinalIgnoreCase) ? "the id"
        : text.Contains(tenant.Tenant.Slug.Value, StringComparison.Ordinal) ? "the name"
        : null;
}
