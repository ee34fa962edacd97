using System.Net;

namespace Tenancy;

/// <summary>Where a server is: a name to verify, and the address behind it where names are resolved here.</summary>
/// <param name="Uri">Scheme, name and port.</param>
/// <param name="Pinned">The address; none where the connection looks the name up itself.</param>
internal sealed record EndpointAddress(Uri Uri, IPEndPoint? Pinned = null)
{
    /// <summary>For people: <c>ocr:8500</c> or <c>ocr:8500 (10.0.0.7)</c>.</summary>
    public string Name { get; } = Pinned is null ? Uri.Authority : $"{Uri.Authority} ({Pinned.Address})";
}
